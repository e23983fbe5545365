import { BoundedQueue } from "../../firmware/core/bounded.js";
import { audioFrameMs, audioFrameSamples, framesWaitingMax } from "../../firmware/core/limits.js";
import type { Audio } from "../audio.js";
import { monotonicEpochMs } from "./clock.js";

/** What was played from one start to its stop. Times are on the machine's monotonic clock (`monotonicEpochMs`). */
export interface Recording {
  /** When the first sample was heard by the microphone. */
  readonly microphoneEpochMs: number;
  /** When the first sample of `samples` was played: one frame later. */
  readonly recordingEpochMs: number;
  /** 8000 samples a second, 16 bit; silence where nothing was written in time. */
  readonly samples: Int16Array;
  readonly statistics: AudioStatistics;
}

/** How well the process kept its pace. */
export interface AudioStatistics {
  readonly frames: number;
  /** Frames for which nothing had been written. */
  readonly silent: number;
  /** Frames that came more than one frame late; the greatest lateness. */
  readonly late: number;
  readonly latenessMsMax: number;
  /** Frames given up after the process stood still for too long. */
  readonly skipped: number;
}

export interface SampleAudioOptions {
  /** What the microphone hears from each start, 8000 samples a second; silence without it. */
  readonly microphone?: Int16Array;
  /** Begins again at its end, instead of falling silent. */
  readonly loop?: boolean;
  readonly onFrame: () => void;
  /** Gets what was played when it stops. */
  readonly onRecording?: (recording: Recording) => void;
}

/** After standing still for longer the missed frames are given up: who comes out of sleep must not relive the night. */
const catchUpFramesMax = 50;
const recordedFramesMax = 50 * 60 * 30;

/**
 * Microphone and loudspeaker made of samples, at the pace of a sound card: frame n is due 20 (n + 1) ms after
 * the start, whatever delays the frames before it had, so nothing drifts. When the process was held up, the
 * frames it missed follow one another at once, but the network is read between them: what arrived during the
 * stall was not late, and must not be taken for lost.
 */
export class SampleAudio implements Audio {
  readonly #options: SampleAudioOptions;
  readonly #playing = new BoundedQueue<Int16Array>(framesWaitingMax);
  #recorded: Int16Array[] = [];
  #heard: Int16Array | undefined;
  #startEpochMs = 0;
  #frame = 0;
  #counts = noCounts();
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #running = false;

  constructor(options: SampleAudioOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#frame = 0;
    this.#recorded = [];
    this.#counts = noCounts();
    this.#startEpochMs = monotonicEpochMs();
    this.#wait();
  }

  stop(): void {
    if (!this.#running) return;
    this.#running = false;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#heard = undefined;
    while (this.#playing.shift() !== undefined);
    const samples = new Int16Array(this.#recorded.length * audioFrameSamples);
    this.#recorded.forEach((frame, n) => samples.set(frame, n * audioFrameSamples));
    this.#recorded = [];
    this.#options.onRecording?.({
      microphoneEpochMs: this.#startEpochMs,
      recordingEpochMs: this.#startEpochMs + audioFrameMs,
      samples,
      statistics: { ...this.#counts },
    });
  }

  read(): Int16Array | undefined {
    const heard = this.#heard;
    this.#heard = undefined;
    return heard;
  }

  write(samples: Int16Array): void {
    if (this.#running) this.#playing.push(new Int16Array(samples));
  }

  get #lateness(): number {
    return monotonicEpochMs() - (this.#startEpochMs + (this.#frame + 1) * audioFrameMs);
  }

  #wait(): void {
    const early = -this.#lateness;
    if (early > 0) this.#timer = setTimeout(() => this.#wake(), Math.ceil(early));
    else this.#wake();
  }

  /**
   * On time: the frame. A frame or more late: first whatever has arrived meanwhile, as `setImmediate` runs
   * after reading.
   */
  #wake(): void {
    const lateness = this.#lateness;
    if (lateness < 0) {
      this.#wait();
    } else if (lateness < audioFrameMs) {
      this.#handleFrame();
    } else {
      this.#skip(Math.floor(lateness / audioFrameMs) - catchUpFramesMax);
      this.#immediate = setImmediate(() => this.#handleFrame());
    }
  }

  #handleFrame(): void {
    const lateness = this.#lateness;
    this.#counts.frames++;
    this.#counts.latenessMsMax = Math.max(this.#counts.latenessMsMax, lateness);
    if (lateness >= audioFrameMs) this.#counts.late++;
    this.#heard = this.#microphoneFrame();
    this.#frame++;
    this.#options.onFrame();
    if (!this.#running) return;
    this.#play(this.#playing.shift());
    this.#wait();
  }

  #skip(frames: number): void {
    if (frames <= 0) return;
    this.#counts.skipped += frames;
    for (let n = 0; n < frames && this.#recorded.length < recordedFramesMax; n++) this.#record(silence());
    this.#frame += frames;
  }

  #play(samples: Int16Array | undefined): void {
    if (samples === undefined) this.#counts.silent++;
    this.#record(samples ?? silence());
  }

  #record(samples: Int16Array): void {
    if (this.#options.onRecording === undefined || this.#recorded.length >= recordedFramesMax) return;
    this.#recorded.push(samples);
  }

  #microphoneFrame(): Int16Array {
    const frame = silence();
    const { microphone, loop } = this.#options;
    if (microphone === undefined || microphone.length === 0) return frame;
    const from = this.#frame * audioFrameSamples;
    for (let i = 0; i < audioFrameSamples; i++) {
      const at = loop === true ? (from + i) % microphone.length : from + i;
      frame[i] = microphone[at] ?? 0;
    }
    return frame;
  }
}

function silence(): Int16Array {
  return new Int16Array(audioFrameSamples);
}

function noCounts(): { -readonly [K in keyof AudioStatistics]: number } {
  return { frames: 0, silent: 0, late: 0, latenessMsMax: 0, skipped: 0 };
}
