import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { fileFaultText } from "../../hal/node/folder.js";
import type { Recording } from "../../hal/node/sample-audio.js";
import { writeWav } from "../audio/wav.js";
import { CommandFault } from "../command-line.js";

/** When the samples of a recording were heard and played, on the machine's monotonic clock; kept beside the WAV. */
export interface RecordingTimes {
  /** First sample the microphone heard. */
  readonly microphoneEpochMs: number;
  /** First sample of the WAV. */
  readonly recordingEpochMs: number;
}

/** Throws a CommandFault where no recording can be kept; better known before the call than after it. */
export function checkRecordable(path: string): void {
  try {
    closeSync(openSync(path, "a"));
  } catch (fault) {
    throw new CommandFault("cannot-write", unkept(path, fault));
  }
}

/**
 * Keeps what a handset's loudspeaker played as WAV, and its times as `<path>.json`; answers with a sentence
 * where that failed: a phone goes on without.
 */
export function keepRecording(path: string, recording: Recording): string | undefined {
  const { microphoneEpochMs, recordingEpochMs, statistics } = recording;
  try {
    writeWav(path, recording.samples);
    writeFileSync(`${path}.json`, `${JSON.stringify({ microphoneEpochMs, recordingEpochMs, statistics })}\n`);
    return undefined;
  } catch (fault) {
    return unkept(path, fault);
  }
}

/** The times of a kept recording. */
export function readRecordingTimes(path: string): RecordingTimes {
  return JSON.parse(readFileSync(`${path}.json`, "utf8")) as RecordingTimes;
}

function unkept(path: string, fault: unknown): string {
  return `${path} cannot be written: ${fileFaultText(fault)}`;
}
