import { readFileSync, writeFileSync } from "node:fs";
import type { Recording } from "../../hal/node/sample-audio.js";
import { writeWav } from "../audio/wav.js";

/** When the samples of a recording were heard and played, on the machine's monotonic clock; kept beside the WAV. */
export interface RecordingTimes {
  /** First sample the microphone heard. */
  readonly microphoneEpochMs: number;
  /** First sample of the WAV. */
  readonly recordingEpochMs: number;
}

/** Keeps what a handset's loudspeaker played as WAV, and its times as `<path>.json`. */
export function keepRecording(path: string, recording: Recording): void {
  writeWav(path, recording.samples);
  const { microphoneEpochMs, recordingEpochMs, statistics } = recording;
  writeFileSync(`${path}.json`, `${JSON.stringify({ microphoneEpochMs, recordingEpochMs, statistics })}\n`);
}

/** The times of a kept recording. */
export function readRecordingTimes(path: string): RecordingTimes {
  return JSON.parse(readFileSync(`${path}.json`, "utf8")) as RecordingTimes;
}
