import { audioBlockSamples, audioFrameSamples, concealedFramesMax } from "../core/limits.js";

/** Pitch periods looked for, samples: 250 Hz .. 67 Hz; a higher voice is found at twice its period. */
const periodMin = 32;
const periodMax = 120;
/** The stretch compared with what came a period before it, samples. */
const templateSamples = 80;
const historySamples = periodMax + templateSamples;
/** Only every so many samples are compared: 20 pairs for each of 30 periods, some 20 ms of script on an ESP32-C3. */
const templateStep = 4;
/** Coarse step of the period, samples; the neighbourhood of the best is then searched in single steps. */
const periodStep = 4;
/** Samples over which the sound that is back replaces the one made up: 2 ms. */
const fadeInSamples = 16;
const fadedBlocks = (concealedFramesMax * audioFrameSamples) / audioBlockSamples;

/**
 * Makes up for lost blocks (80 samples, 10 ms): the last pitch period heard is repeated, the more softly the less it
 * resembled the one before it, and fades to silence within `concealedFramesMax` frames.
 */
export class Concealment {
  /** The newest samples played, newest last. */
  readonly #history: Int16Array = new Int16Array(historySamples);
  #period = 0;
  /** Samples made up since the loss began. */
  #phase = 0;
  #blocks = 0;
  #gain = 0;

  /** Whether a loss has lasted so long that nothing is made up any more. */
  get faded(): boolean {
    return this.#blocks > fadedBlocks;
  }

  /** Notes a block that was heard, at `at` in `frame`; the first one after a loss is blended with what was made up. */
  hear(frame: Int16Array, at: number): void {
    if (this.#blocks > 0) this.blend(frame, at);
    this.#blocks = 0;
    this.remember(frame, at);
  }

  /** Fills a block at `at` in `frame` with made-up sound. */
  conceal(frame: Int16Array, at: number): void {
    if (this.#blocks === 0) this.begin();
    this.#blocks++;
    if (this.faded || this.#gain === 0) frame.fill(0, at, at + audioBlockSamples);
    else this.continue(frame, at);
  }

  /** Nothing was heard: what follows is not to be made up from what was before. */
  reset(): void {
    this.#history.fill(0);
    this.#blocks = 0;
    this.#gain = 0;
  }

  private remember(frame: Int16Array, at: number): void {
    this.#history.copyWithin(0, audioBlockSamples);
    this.#history.set(frame.subarray(at, at + audioBlockSamples), historySamples - audioBlockSamples);
  }

  private begin(): void {
    this.#phase = 0;
    this.likeliest(periodMin, periodMax, periodStep);
    const coarse = this.#period;
    this.likeliest(Math.max(periodMin, coarse - 3), Math.min(periodMax, coarse + 3), 1);
    // Its square: what resembles itself little is noise, and noise repeated is worse than none.
    this.#gain *= this.#gain;
  }

  /** Sets period and gain to the likeliest period of those tried. */
  private likeliest(from: number, to: number, step: number): void {
    this.#gain = 0;
    this.#period = from;
    for (let period = from; period <= to; period += step) {
      const likeness = this.likeness(period);
      if (likeness <= this.#gain) continue;
      this.#gain = likeness;
      this.#period = period;
    }
  }

  /** How much of the newest sound is explained by that of `period` samples before, -1 .. 1. */
  private likeness(period: number): number {
    const history = this.#history;
    let product = 0;
    let energy = 1;
    for (let i = historySamples - templateSamples; i < historySamples; i += templateStep) {
      const sample = history[i] as number;
      const before = history[i - period] as number;
      product += sample * before;
      energy += sample * sample + before * before;
    }
    return (2 * product) / energy;
  }

  private continue(frame: Int16Array, at: number): void {
    const start = historySamples - this.#period;
    const period = this.#period;
    let gain = this.gainAt(this.#blocks - 1);
    const step = (this.gainAt(this.#blocks) - gain) / audioBlockSamples;
    let place = this.#phase % period;
    for (let i = at; i < at + audioBlockSamples; i++) {
      frame[i] = (this.#history[start + place] as number) * gain;
      gain += step;
      if (++place === period) place = 0;
    }
    this.#phase += audioBlockSamples;
  }

  private gainAt(blocks: number): number {
    return this.#gain * Math.max(0, 1 - blocks / fadedBlocks);
  }

  private blend(frame: Int16Array, at: number): void {
    if (this.faded || this.#gain === 0) return;
    const start = historySamples - this.#period;
    const gain = this.gainAt(this.#blocks);
    for (let i = 0; i < fadeInSamples; i++) {
      const made = (this.#history[start + ((this.#phase + i) % this.#period)] as number) * gain;
      const heard = frame[at + i] as number;
      frame[at + i] = made + ((heard - made) * i) / fadeInSamples;
    }
  }
}
