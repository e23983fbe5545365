import { join } from "node:path";
import { audioSamplesPerSecond } from "../../firmware/core/limits.js";
import { compareSpeech } from "../audio/compare.js";
import { readWav } from "../audio/wav.js";
import { readRecordingTimes } from "../handset/recording.js";
import type { PlannedHandset } from "./plan.js";
import type { Heard } from "./report.js";
import type { CallStatistics } from "./scenario.js";
import { speechFile } from "./speech.js";

/**
 * What `listener` heard of `speaker`: signal to noise and delay from the listener's recording against the
 * speaker's speech file, loss and concealment from the listener's counts. The two recordings' times are of
 * one clock, the machine's.
 */
export function measureHeard(
  listener: PlannedHandset,
  speaker: PlannedHandset,
  call: { readonly counted: CallStatistics; readonly seconds: number; readonly waitedMs: number },
): Heard {
  const { counted, seconds } = call;
  const heard = samplesOf(recordingOf(listener));
  const sent = samplesOf(speechFile(speaker.name));
  const match = compareSpeech(sent, heard);
  // What was on its way when the call ended is not missed: half a second is more than the buffers hold.
  const said = sent.subarray(0, Math.max(0, seconds - 0.5) * audioSamplesPerSecond);
  const saidSamples = compareSpeech(sent, said).heardSamples;
  const spokenAt = readRecordingTimes(recordingOf(speaker)).microphoneEpochMs;
  const playedAt = readRecordingTimes(recordingOf(listener)).recordingEpochMs;
  const expected = counted.packetsReceived + counted.packetsLost;
  return {
    by: listener.name,
    snrDb: round(match.snrDb),
    heardPercent: Math.min(100, round(share(match.heardSamples, saidSamples))),
    delayMs: round(playedAt + (1000 * match.lagSamples) / audioSamplesPerSecond - spokenAt),
    lossPercent: round(share(counted.packetsLost, expected)),
    concealedPercent: round(share(counted.framesConcealed, expected)),
    waitedMs: round(call.waitedMs),
  };
}

function recordingOf(handset: PlannedHandset): string {
  return join(handset.folder, "heard.wav");
}

function samplesOf(path: string): Int16Array {
  const samples = readWav(path);
  if (!samples.ok) throw new Error(`${path}: ${JSON.stringify(samples.error)}`);
  return samples.value;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
