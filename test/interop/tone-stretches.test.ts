import assert from "node:assert/strict";
import { MutationSource } from "../support/seed.js";
import { makeTone } from "../support/tone.js";
import { assertHeard } from "./heard-tone.js";
import { toneStretches } from "./tone-stretches.js";

function joined(...parts: readonly Int16Array[]): Int16Array {
  return Int16Array.from(parts.flatMap((part) => [...part]));
}

describe("interop/tone stretches", () => {
  const tone = makeTone(440, -10, 1);
  const silence = new Int16Array(4000);

  it("finds where a tone is, its frequency and its level", () => {
    const [stretch, ...others] = toneStretches(joined(silence, tone, silence));
    assert.deepEqual(others, []);
    assert.ok(stretch);
    assert.deepEqual([stretch.fromMs, stretch.toMs], [500, 1500]);
    assert.ok(Math.abs(stretch.hz - 440) < 0.5, `${stretch.hz} Hz`);
    assert.ok(Math.abs(stretch.levelDb + 10) < 0.1, `${stretch.levelDb} dB`);
  });

  it("takes neither noise nor two tones at once for one", () => {
    const source = new MutationSource();
    const noise = Int16Array.from({ length: 8000 }, () => source.below(20_000) - 10_000);
    const other = makeTone(620, -10, 1);
    const both = tone.map((sample, i) => sample + (other[i] ?? 0));
    assert.deepEqual(toneStretches(noise), []);
    assert.deepEqual(toneStretches(both), []);
  });

  it("refuses another tone, another level, and too little", () => {
    const voice = { hz: 440, levelDb: -10 };
    assert.equal(assertHeard(tone, voice, 900).length, 1);
    assert.throws(() => assertHeard(makeTone(620, -10, 1), voice, 100), /wanted 440 Hz/);
    assert.throws(() => assertHeard(makeTone(440, -16, 1), voice, 100), /wanted -10 dB/);
    assert.throws(() => assertHeard(tone.subarray(0, 2000), voice, 500), /wanted 500 ms/);
    assert.throws(() => assertHeard(silence, voice, 500), /wanted 500 ms/);
  });
});
