import assert from "node:assert/strict";
import { toneStretches, type ToneStretch } from "./tone-stretches.js";

/** What one side of a call says for as long as it lasts. */
export interface Voice {
  readonly hz: number;
  /** Against a sine of full scale, dB. */
  readonly levelDb: number;
}

const hzOff = 2;
const decibelsOff = 1;

/**
 * Asserts that a recording holds a voice for `leastMs` in all, as loud as it was, and no other tone at all;
 * its stretches.
 */
export function assertHeard(heard: Int16Array, voice: Voice, leastMs: number): ToneStretch[] {
  const stretches = toneStretches(heard).filter(({ fromMs, toMs }) => toMs - fromMs > 100);
  const told = JSON.stringify(stretches);
  for (const { hz, levelDb } of stretches) {
    assert.ok(Math.abs(hz - voice.hz) <= hzOff, `wanted ${voice.hz} Hz: ${told}`);
    assert.ok(Math.abs(levelDb - voice.levelDb) <= decibelsOff, `wanted ${voice.levelDb} dB: ${told}`);
  }
  const heardMs = stretches.reduce((total, { fromMs, toMs }) => total + toMs - fromMs, 0);
  assert.ok(heardMs >= leastMs, `wanted ${leastMs} ms of ${voice.hz} Hz: ${told}`);
  return stretches;
}
