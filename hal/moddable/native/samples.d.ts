/** Arithmetic on 16-bit samples. Whatever would leave -32768 .. 32767 stays at that end. */
declare module "muster/samples" {
  /** Multiplies each sample by gain / 32768, in place. Gain: 0 .. 65536, so at most twice as loud (+6 dB). */
  export function scale(samples: Int16Array, gain: number): void;
  /** Adds each sample of `from`, times gain / 32768, to the one of `into` beside it; `into` is not shorter. */
  export function mix(into: Int16Array, from: Int16Array, gain: number): void;

  /** Brings one stream from one sample rate to another; what it remembers of the stream takes 280 bytes. */
  export class Resampler {
    /** Rates in samples per second, 8000 .. 48000, the first at most 4 times the second. */
    constructor(fromRate: number, toRate: number);
    /**
     * Takes all of `from` and writes what it makes into `to`; returns how many samples that is: within one of
     * from.length * toRate / fromRate, over the whole stream exactly that many, late by 8 samples of the lower rate.
     */
    resample(from: Int16Array, to: Int16Array): number;
  }
}
