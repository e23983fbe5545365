import type AudioOut from "pins/audioout";
import type { Resampler } from "muster/samples";
import {
  audioFrameMs,
  audioFrameSamples,
  audioSamplesPerSecond,
  playingFramesMax,
} from "../../firmware/core/limits.js";
import type { Sound } from "./sound.js";

/** The one stream of the mixer we use. */
const stream = 0;
const once = 1;
/** What the mixer takes at once when it starts: two DMA buffers and the block it waits with, 20 ms each. */
const swallowedFrames = 3;

/**
 * The loudspeaker, by the SDK's mixer: frames stand in a ring of memory that never moves, each followed in the mixer's
 * queue by a call back, which comes when the frame is mixed. These calls are the audio clock. So many frames are queued
 * that a script turn of some tens of ms does not let the mixer run dry: it would stop the hardware, and what the DMA
 * still holds would not be heard.
 *
 * The mixer is made at the first call and kept: closing it with a call back on its way would have that one work on
 * freed memory (SDK 8.2.3).
 */
export class Loudspeaker {
  readonly #sound: Sound;
  readonly #rate: number;
  readonly #onPlayed: () => void;
  readonly #slotSamples: number;
  readonly #memory: SharedArrayBuffer;
  readonly #slots: readonly Int16Array[];
  readonly #silence: number;
  #output: AudioOut | undefined;
  #resampler: Resampler | undefined;
  #next = 0;
  #queued = 0;
  /** Entries of the mixer's queue. */
  #entries = 0;
  #running = false;

  /** `rate`: samples per second of the board. `onPlayed` is called for each frame that was mixed. */
  constructor(sound: Sound, rate: number, onPlayed: () => void) {
    this.#sound = sound;
    this.#rate = rate;
    this.#onPlayed = onPlayed;
    this.#slotSamples = Math.ceil((rate * audioFrameMs) / 1000) + 1;
    // One more for the silence that is played first.
    this.#memory = new SharedArrayBuffer(2 * this.#slotSamples * (playingFramesMax + 1));
    const slots: Int16Array[] = [];
    for (let slot = 0; slot < playingFramesMax; slot++) slots.push(this.slotAt(slot));
    this.#slots = slots;
    this.#silence = playingFramesMax * this.#slotSamples;
  }

  /** Frames for which there is room. */
  get room(): number {
    return playingFramesMax - this.#queued;
  }

  /** Everything queued is mixed: the hardware stands still. Calls back may still be on their way. */
  get isDry(): boolean {
    return this.#output?.length(stream) === this.#entries;
  }

  /** Throws what the SDK throws: no such hardware. Then frames must be queued, or nothing ever comes back. */
  start(): void {
    this.#output ??= this.open();
    this.#resampler =
      this.#rate === audioSamplesPerSecond
        ? undefined
        : new this.#sound.Resampler(audioSamplesPerSecond, this.#rate);
    this.#queued = 0;
    this.#running = true;
    this.#output.start();
  }

  stop(): void {
    this.#running = false;
    this.#output?.enqueue(stream, this.#sound.AudioOut.Flush);
    this.#output?.stop();
  }

  /** To be called before a frame is queued while it is dry: the silence that the hardware swallows at once. */
  prime(): void {
    const samples = Math.floor((this.#rate * audioFrameMs) / 1000);
    const { RawSamples } = this.#sound.AudioOut;
    this.#output?.enqueue(stream, RawSamples, this.#memory, swallowedFrames, this.#silence, samples);
  }

  /** Queues a frame of 160 samples, or of silence; there must be room. */
  queue(frame: Int16Array | undefined): void {
    const slot = this.#slots[this.#next];
    if (slot === undefined || this.room === 0) return;
    const samples = this.fill(slot, frame);
    const { RawSamples, Callback } = this.#sound.AudioOut;
    const offset = this.#next * this.#slotSamples;
    this.#output?.enqueue(stream, RawSamples, this.#memory, once, offset, samples);
    this.#output?.enqueue(stream, Callback, this.#next);
    this.#queued++;
    this.#next = (this.#next + 1) % playingFramesMax;
  }

  private open(): AudioOut {
    const output = new this.#sound.AudioOut({
      sampleRate: this.#rate,
      numChannels: 1,
      bitsPerSample: 16,
      streams: 1,
    });
    output.callback = () => this.handlePlayed();
    this.#entries = output.length(stream);
    return output;
  }

  private slotAt(slot: number): Int16Array {
    return new Int16Array(this.#memory, 2 * slot * this.#slotSamples, this.#slotSamples);
  }

  /** Samples that the slot now holds, at the board's rate. */
  private fill(slot: Int16Array, frame: Int16Array | undefined): number {
    if (frame === undefined) {
      slot.fill(0);
      return Math.floor((this.#rate * audioFrameMs) / 1000);
    }
    if (this.#resampler !== undefined) return this.#resampler.resample(frame, slot);
    slot.set(frame);
    return audioFrameSamples;
  }

  private handlePlayed(): void {
    if (!this.#running || this.#queued === 0) return;
    this.#queued--;
    this.#onPlayed();
  }
}
