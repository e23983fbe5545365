import type AudioIn from "embedded:io/audio/in";
import type { Resampler } from "muster/samples";
import {
  audioFrameMs,
  audioFrameSamples,
  audioSamplesPerSecond,
  microphoneFramesMax,
} from "../../firmware/core/limits.js";
import type { Sound } from "./sound.js";

/** Samples that the driver brings at once. */
const burstSamples = 512;
const sampleBytes = 2;

/**
 * The microphone, in frames of 160 samples at 8000 a second. Its samples wait in the SDK's ring, to which they come in
 * bursts of 512; a frame is taken from there when it is wanted, so nothing waits twice. What waits is the delay of
 * speech: beyond a burst and some frames it is thrown away.
 */
export class Microphone {
  readonly #sound: Sound;
  readonly #rate: number;
  /** The same as the block where the board has our rate: then a block is a frame. */
  readonly #frame: Int16Array;
  /** One block as the driver has it, and the bytes of it. */
  readonly #block: Int16Array;
  readonly #blockBytes: Uint8Array;
  /** What the last block made, resampled where the board's rate is another, and what of it is given away. */
  readonly #made: Int16Array;
  #madeSamples = 0;
  #given = 0;
  /** Samples of the frame that are there already. */
  #filled = 0;
  #resampler: Resampler | undefined;
  #input: AudioIn | undefined;
  /** Bytes that the ring holds at least. */
  #waiting = 0;
  #dropped = 0;

  /** `rate`: samples per second of the board. */
  constructor(sound: Sound, rate: number) {
    this.#sound = sound;
    this.#rate = rate;
    this.#block = new Int16Array(Math.floor((rate * audioFrameMs) / 1000));
    this.#blockBytes = new Uint8Array(this.#block.buffer);
    const isOurRate = rate === audioSamplesPerSecond;
    this.#frame = isOurRate ? this.#block : new Int16Array(audioFrameSamples);
    this.#made = isOurRate ? this.#block : new Int16Array(audioFrameSamples + 2);
  }

  /** Frames thrown away because they had waited for too long. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Throws what the SDK throws: no such hardware, or it is in use. */
  start(): void {
    this.#waiting = 0;
    this.#madeSamples = 0;
    this.#given = 0;
    this.#filled = 0;
    this.#resampler =
      this.#rate === audioSamplesPerSecond
        ? undefined
        : new this.#sound.Resampler(this.#rate, audioSamplesPerSecond);
    this.#input = new this.#sound.AudioIn({
      sampleRate: this.#rate,
      channels: 1,
      bitsPerSample: 16,
      audioType: "LPCM",
      onReadable: (bytes) => (this.#waiting = bytes),
    });
    this.#input.start();
  }

  /** Gives task and ring back, 21 kB. */
  stop(): void {
    this.#input?.stop();
    this.#input?.close();
    this.#input = undefined;
  }

  /** The next frame, valid until the next call; `undefined` when there is none yet. */
  read(): Int16Array | undefined {
    while (this.#filled < audioFrameSamples) {
      if (this.#given === this.#madeSamples && !this.readBlock()) return undefined;
      this.fill();
    }
    this.#filled = 0;
    return this.#frame;
  }

  /** To be called once in a while: throws away what would make speech late. */
  trim(): void {
    const frameBytes = this.#blockBytes.length;
    const most = burstSamples * sampleBytes + microphoneFramesMax * frameBytes;
    if (this.#waiting <= most) return;
    while (this.#waiting > burstSamples * sampleBytes + frameBytes && this.read() !== undefined)
      this.#dropped++;
  }

  private readBlock(): boolean {
    const input = this.#input;
    if (input === undefined || this.#waiting < this.#blockBytes.length) return false;
    input.read(this.#blockBytes);
    this.#waiting -= this.#blockBytes.length;
    this.#madeSamples = this.#resampler?.resample(this.#block, this.#made) ?? this.#block.length;
    this.#given = 0;
    return true;
  }

  private fill(): void {
    const end = Math.min(this.#madeSamples, this.#given + audioFrameSamples - this.#filled);
    this.#frame.set(this.#made.subarray(this.#given, end), this.#filled);
    this.#filled += end - this.#given;
    this.#given = end;
  }
}
