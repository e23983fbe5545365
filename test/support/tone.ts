import { audioSamplesPerSecond } from "../../firmware/core/limits.js";

/** The largest sample: a sine of full scale reaches it. */
const largest = 32_767;

/** A sine of `hz`, a whole number, for whole `seconds`; `levelDb` against a sine of full scale. */
export function makeTone(hz: number, levelDb: number, seconds: number): Int16Array {
  const samples = new Int16Array(seconds * audioSamplesPerSecond);
  const amplitude = largest * 10 ** (levelDb / 20);
  for (let i = 0; i < Math.min(samples.length, audioSamplesPerSecond); i++)
    samples[i] = Math.round(amplitude * Math.sin(angleOf(i, hz)));
  // Whole periods fill a second: all further ones are the same.
  for (let filled = audioSamplesPerSecond; filled < samples.length; filled *= 2)
    samples.copyWithin(filled, 0, filled);
  return samples;
}

/** Mean power of a sound, in squares of samples. */
export function powerOf(samples: Int16Array): number {
  let total = 0;
  for (const sample of samples) total += sample * sample;
  return total / samples.length;
}

/** Mean power of what oscillates at `hz` in a sound: the least-squares fit of a sine and a cosine. */
export function tonePower(samples: Int16Array, hz: number): number {
  let [ss, cc, sc, xs, xc] = [0, 0, 0, 0, 0];
  for (let i = 0; i < samples.length; i++) {
    const angle = angleOf(i, hz);
    const [sine, cosine, sample] = [Math.sin(angle), Math.cos(angle), samples[i] ?? 0];
    ss += sine * sine;
    cc += cosine * cosine;
    sc += sine * cosine;
    xs += sample * sine;
    xc += sample * cosine;
  }
  const determinant = ss * cc - sc * sc;
  const a = (xs * cc - xc * sc) / determinant;
  const b = (xc * ss - xs * sc) / determinant;
  return (a * xs + b * xc) / samples.length;
}

/** How much of a sound is a sine of `hz`: 1 is all of it. Its loudness does not matter; silence is 0. */
export function shareOfTone(samples: Int16Array, hz: number): number {
  const power = powerOf(samples);
  return power === 0 ? 0 : tonePower(samples, hz) / power;
}

function angleOf(sample: number, hz: number): number {
  return (2 * Math.PI * hz * sample) / audioSamplesPerSecond;
}
