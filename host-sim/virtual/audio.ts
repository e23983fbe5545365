import { audioFrameMs, audioFrameSamples, framesWaitingMax } from "../../firmware/core/limits.js";
import { BoundedQueue } from "../../firmware/core/bounded.js";
import { after, type Instant } from "../../firmware/core/time.js";
import type { Audio } from "../../hal/audio.js";
import type { VirtualClock, VirtualEvent } from "./clock.js";

/** What a handset's loudspeaker played from one start to the stop. */
export interface VirtualRecording {
  /** Virtual time of the first sample that was heard by the microphone, and of the first that was played. */
  readonly microphoneAt: Instant;
  readonly startedAt: Instant;
  /** 8000 samples a second; where nothing was written in time, silence. Before the stop, silence to come may follow. */
  samples: Int16Array;
  /** When each frame was written, and its first sample's index: one entry per `write`. */
  readonly frames: { readonly writtenAt: Instant; readonly atSample: number }[];
}

const recordedSamplesMax = 8000 * 600;

/**
 * Microphone and loudspeaker with an exact clock: every 20 ms one frame was heard and one is played. The microphone
 * gives the samples once, from the start, then silence; the frame heard from t to t + 20 ms can be read at t + 20 ms.
 */
export class VirtualAudio implements Audio {
  readonly #clock: VirtualClock;
  readonly #onFrame: () => void;
  readonly #microphone: Int16Array;
  readonly #playing = new BoundedQueue<Int16Array>(framesWaitingMax);
  readonly #recordings: VirtualRecording[] = [];
  #heard: Int16Array | undefined;
  #frame = 0;
  #startedAt: Instant;
  #event: VirtualEvent | undefined;

  constructor(clock: VirtualClock, microphone: Int16Array, onFrame: () => void) {
    this.#clock = clock;
    this.#microphone = microphone;
    this.#onFrame = onFrame;
    this.#startedAt = clock.now();
  }

  /** One per start, the last one growing until the stop. */
  get recordings(): readonly VirtualRecording[] {
    return this.#recordings;
  }

  /** Takes what was recorded so far: a handset that calls for days would keep it all. */
  takeRecordings(): VirtualRecording[] {
    return this.#recordings.splice(0);
  }

  start(): void {
    if (this.#event !== undefined) return;
    this.#frame = 0;
    this.#startedAt = this.#clock.now();
    this.#recordings.push({
      microphoneAt: this.#startedAt,
      startedAt: after(this.#startedAt, audioFrameMs),
      samples: new Int16Array(0),
      frames: [],
    });
    this.#scheduleFrame();
  }

  stop(): void {
    if (this.#event === undefined) return;
    this.#clock.cancel(this.#event);
    this.#event = undefined;
    this.#heard = undefined;
    const recording = this.#recordings.at(-1);
    if (recording !== undefined)
      recording.samples = recording.samples.slice(0, this.#frame * audioFrameSamples);
    while (this.#playing.shift() !== undefined);
  }

  read(): Int16Array | undefined {
    const heard = this.#heard;
    this.#heard = undefined;
    return heard;
  }

  write(samples: Int16Array): void {
    if (samples.length !== audioFrameSamples) throw new Error(`a frame of ${samples.length} samples`);
    if (this.#event === undefined) return;
    const recording = this.#recordings.at(-1);
    recording?.frames.push({ writtenAt: this.#clock.now(), atSample: (this.#frame - 1) * audioFrameSamples });
    this.#playing.push(new Int16Array(samples));
  }

  #scheduleFrame(): void {
    const at = after(this.#startedAt, (this.#frame + 1) * audioFrameMs);
    this.#event = this.#clock.schedule(at, "audio frame", () => this.#handleFrame());
  }

  #handleFrame(): void {
    this.#heard = new Int16Array(audioFrameSamples);
    const from = this.#frame * audioFrameSamples;
    this.#heard.set(this.#microphone.subarray(from, from + audioFrameSamples));
    this.#frame++;
    this.#scheduleFrame();
    this.#onFrame();
    if (this.#event !== undefined) this.#play(this.#playing.shift());
  }

  #play(samples: Int16Array | undefined): void {
    const recording = this.#recordings.at(-1);
    if (recording === undefined) return;
    const end = this.#frame * audioFrameSamples;
    if (end > recordedSamplesMax) return;
    if (end > recording.samples.length) {
      const longer = new Int16Array(
        Math.max(end, Math.min(recordedSamplesMax, 2 * recording.samples.length)),
      );
      longer.set(recording.samples);
      recording.samples = longer;
    }
    if (samples !== undefined) recording.samples.set(samples, end - audioFrameSamples);
  }
}
