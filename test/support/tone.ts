import { audioSamplesPerSecond } from "../../firmware/core/limits.js";

/** A sine of `hz`, a divisor of 8000 or of 40 Hz steps, for `seconds`: 8000 samples a second. */
export function toneOf(hz: number, seconds: number): Int16Array {
  const samples = new Int16Array(audioSamplesPerSecond * seconds);
  const period = audioSamplesPerSecond / 40;
  for (let i = 0; i < period; i++)
    samples[i] = Math.round(8000 * Math.sin((2 * Math.PI * hz * i) / audioSamplesPerSecond));
  for (let filled = period; filled < samples.length; filled *= 2) samples.copyWithin(filled, 0, filled);
  return samples;
}

/** How much of a sound is a sine of `hz`: 1 is all of it. Its loudness does not matter; silence is 0. */
export function shareOfTone(samples: Int16Array, hz: number): number {
  let [real, imaginary, energy] = [0, 0, 0];
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i] ?? 0;
    const angle = (2 * Math.PI * hz * i) / audioSamplesPerSecond;
    real += sample * Math.cos(angle);
    imaginary += sample * Math.sin(angle);
    energy += sample * sample;
  }
  return energy === 0 ? 0 : (2 * (real * real + imaginary * imaginary)) / (energy * samples.length);
}
