import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { stream } from "../crypto-points.js";
import { suiteMachine } from "./native-machine.js";

const one = 32768;
const saturated = (value: number): number => Math.max(-32768, Math.min(32767, value));
const times = (sample: number, gain: number): number => Math.floor((sample * gain + one / 2) / one);

function noise(name: string, count: number): Int16Array {
  return new Int16Array(stream(name, 2 * count).buffer);
}

function tone(hertz: number, rate: number, count: number, amplitude = 10_000): Int16Array {
  return Int16Array.from({ length: count }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hertz * i) / rate)),
  );
}

/** The part of a signal that is a tone, by projection, and how far the rest is below it. */
function toneIn(samples: Int16Array, hertz: number, rate: number): { amplitude: number; snrDb: number } {
  const phases = Array.from(samples, (_, i) => (2 * Math.PI * hertz * i) / rate);
  let [sine, cosine] = [0, 0];
  samples.forEach((sample, i) => {
    sine += (2 / samples.length) * sample * Math.sin(phases[i] ?? 0);
    cosine += (2 / samples.length) * sample * Math.cos(phases[i] ?? 0);
  });
  let rest = 0;
  samples.forEach((sample, i) => {
    rest += (sample - sine * Math.sin(phases[i] ?? 0) - cosine * Math.cos(phases[i] ?? 0)) ** 2;
  });
  const power = ((sine ** 2 + cosine ** 2) * samples.length) / 2;
  return { amplitude: Math.hypot(sine, cosine), snrDb: 10 * Math.log10(power / rest) };
}

describe("hal/moddable/native: muster/samples", () => {
  const machine = suiteMachine();

  /** Sends a stream through a new resampler, in frames of `frame` samples. */
  function resampled(samples: Int16Array, fromRate: number, toRate: number, frame: number): Int16Array {
    const resampler = machine.call("resampler.new", fromRate, toRate).result;
    const made: number[] = [];
    for (let at = 0; at < samples.length; at += frame) {
      const from = samples.slice(at, at + frame);
      const to = new Int16Array(Math.ceil((from.length * toRate) / fromRate) + 1);
      const { result, values } = machine.call("resampler.resample", resampler, from, to);
      assert.ok(Math.abs(Number(result) - (from.length * toRate) / fromRate) <= 1);
      made.push(...(values[2] as Int16Array).subarray(0, Number(result)));
    }
    return Int16Array.from(made);
  }

  it("scale and mix multiply, round, add and saturate", () => {
    const edges = Int16Array.of(-32768, -32767, -1, 0, 1, 2, 16384, 32766, 32767);
    for (const gain of [0, 1, 100, 16384, 32767, one, 32769, 50000, 65536]) {
      for (const samples of [edges, noise(`scale ${gain}`, 300)]) {
        const scaled = machine.call("scale", samples, gain).values[0] as Int16Array;
        assert.deepEqual(
          scaled,
          samples.map((sample) => saturated(times(sample, gain))),
        );
        const into = noise(`into ${gain}`, samples.length + 3);
        const mixed = machine.call("mix", into, samples, gain).values[0] as Int16Array;
        const expected = into.map((sample, i) => saturated(sample + times(samples[i] ?? 0, gain)));
        assert.deepEqual(mixed, expected);
      }
    }
  });

  it("gain one changes nothing, gain zero leaves silence", () => {
    const samples = noise("same", 200);
    assert.deepEqual(machine.call("scale", samples, one).values[0], samples);
    assert.deepEqual(machine.call("scale", samples, 0).values[0], new Int16Array(200));
    assert.deepEqual(machine.call("mix", samples, new Int16Array(200), one).values[0], samples);
  });

  it("works in shared memory, where a loudspeaker's ring lies, and not in memory that may shrink meanwhile", () => {
    const samples = noise("shared", 100);
    const expected = samples.map((sample) => saturated(times(sample, 50_000)));
    assert.deepEqual(machine.call("scale.shared", samples, 50_000).result, expected);
    assert.throws(() => machine.call("scale.resizable", one), /TypeError.*fixed size/);
  });

  for (const rate of [11025, 16000, 22050, 24000, 32000]) {
    it(`8000 to ${rate} and back: 1 kHz keeps its loudness, the rest is far below it`, () => {
      const up = resampled(tone(1000, 8000, 8000), 8000, rate, 160);
      assert.ok(Math.abs(up.length - rate) <= 1, `${up.length}`);
      const down = resampled(up, rate, 8000, rate / 50);
      assert.ok(Math.abs(down.length - 8000) <= 1, `${down.length}`);
      const above = toneIn(up.subarray(400), 1000, rate);
      const back = toneIn(down.subarray(400), 1000, 8000);
      console.log(`      there ${above.snrDb.toFixed(1)} dB, and back ${back.snrDb.toFixed(1)} dB`);
      for (const { amplitude } of [above, back]) {
        assert.ok(Math.abs(20 * Math.log10(amplitude / 10_000)) < 0.1, `${amplitude}`);
      }
      // On the way up the tone's image above 7 kHz is what remains: inaudible beside G.711, and gone on the way back.
      assert.ok(above.snrDb > 58 && back.snrDb > 65);
    }).timeout(30_000);
  }

  it("lets through what a telephone carries, and nothing from above it when the rate falls", () => {
    for (const hertz of [300, 2400, 3000]) {
      const { amplitude } = toneIn(
        resampled(tone(hertz, 16_000, 8000), 16_000, 8000, 320).subarray(400),
        hertz,
        8000,
      );
      assert.ok(Math.abs(20 * Math.log10(amplitude / 10_000)) < 0.5, `${hertz} Hz: ${amplitude}`);
    }
    for (const hertz of [4800, 6000, 7500]) {
      const heard = resampled(tone(hertz, 16_000, 8000), 16_000, 8000, 320).subarray(400);
      const loudest = heard.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      assert.ok(loudest < 30, `${hertz} Hz: ${loudest} of 10000`);
    }
  });

  it("is late by 8 samples of the lower rate, and no more", () => {
    for (const [from, to] of [
      [8000, 16_000],
      [16_000, 8000],
      [8000, 24_000],
    ] as const) {
      const samples = new Int16Array(200);
      samples[0] = 20_000;
      const heard = resampled(samples, from, to, 50);
      const loudest = heard.reduce(
        (best, sample, i) => (Math.abs(sample) > Math.abs(heard[best] ?? 0) ? i : best),
        0,
      );
      assert.ok(Math.abs(loudest / to - 8 / 8000) <= 1 / to, `${from} to ${to}: sample ${loudest}`);
    }
  });

  it("silence stays silence, a steady level stays itself, noise does not depend on how it is cut", () => {
    for (const [from, to] of [
      [8000, 11_025],
      [11_025, 8000],
      [24_000, 8000],
    ] as const) {
      assert.ok(resampled(new Int16Array(900), from, to, 90).every((sample) => sample === 0));
      const level = resampled(new Int16Array(900).fill(20_000), from, to, 90).subarray(100);
      assert.ok(level.every((sample) => Math.abs(sample - 20_000) < 100));
      const samples = noise("cut", 900);
      assert.deepEqual(resampled(samples, from, to, 37), resampled(samples, from, to, 900));
    }
  });

  it("the loudest noise saturates and does not wrap around", () => {
    const square = Int16Array.from({ length: 800 }, (_, i) => (i % 40 < 20 ? 32767 : -32768));
    const heard = resampled(square, 8000, 24_000, 160);
    heard.forEach((sample, i) => {
      const place = Math.floor(i / 3 - 8) % 40;
      if (i > 60 && place % 20 > 1 && place % 20 < 18)
        assert.equal(sample > 0, place < 20, `sample ${i}: ${sample}`);
    });
    assert.ok(heard.includes(32767) && heard.includes(-32768));
  });

  it("its filter is the one of its comment", () => {
    const source = readFileSync(
      new URL("../../../hal/moddable/native/muster-sinc.c", import.meta.url),
      "utf8",
    );
    const numbers = /\] = \{([^}]*)\}/.exec(source)?.[1]?.match(/-?\d+/g) ?? [];
    assert.deepEqual(numbers.map(Number), kaiserSinc());
  });

  it("refuses rates it cannot do, targets too small, too many samples, and other objects", () => {
    for (const [from, to] of [
      [7999, 8000],
      [8000, 48_001],
      [48_000, 8000],
      [0, 0],
    ] as const) {
      assert.throws(() => machine.call("resampler.new", from, to), /RangeError/);
    }
    const resampler = machine.call("resampler.new", 8000, 16_000).result;
    const call = (from: unknown, to: unknown) => () =>
      machine.call("resampler.resample", resampler, from, to);
    assert.throws(call(new Int16Array(10), new Int16Array(19)), /RangeError.* 20 samples do not fit into 19/);
    assert.throws(call(new Int16Array(16_385), new Int16Array(32_770)), /RangeError/);
    assert.throws(call(7, new Int16Array(1)), /TypeError/);
    assert.throws(() => machine.call("resampler.stolen", new Int16Array(1), new Int16Array(2)), /Error/);
    for (const wrong of [7, "samples", new Uint8Array(4), [1, 2], null]) {
      assert.throws(() => machine.call("scale", wrong, one), /TypeError/, String(wrong));
    }
    assert.throws(() => machine.call("scale", new Int16Array(1), 0.5), /RangeError/);
    assert.throws(() => machine.call("scale", new Int16Array(1), -1), /RangeError/);
    assert.throws(() => machine.call("scale", new Int16Array(1), 65_537), /RangeError/);
    assert.throws(() => machine.call("mix", new Int16Array(1), new Int16Array(2), one), /RangeError/);
  });
});

/** The filter of muster-sinc.h: 8 samples long on either side, 48 places each, in 1/8192. */
function kaiserSinc(): number[] {
  const [places, reach, beta, width] = [48, 8, 5, 0.92];
  const entries = Array.from({ length: reach * places + 1 }, (_, i) => {
    const t = i / places;
    const sinc = t === 0 ? width : Math.sin(Math.PI * width * t) / (Math.PI * t);
    return (sinc * bessel(beta * Math.sqrt(1 - (t / reach) ** 2))) / bessel(beta);
  });
  const sum = entries.reduce((total, entry, i) => total + (i === 0 ? entry : 2 * entry), 0);
  return entries.map((entry) => Math.round((entry * places * 8192) / sum) + 0);
}

/** The modified Bessel function of the first kind, order 0, by its series. */
function bessel(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-15 * sum; k++) {
    term *= (x / 2 / k) ** 2;
    sum += term;
  }
  return sum;
}
