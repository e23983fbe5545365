import type AudioIn from "embedded:io/audio/in";
import type { AudioInOptions } from "embedded:io/audio/in";
import type AudioOut from "pins/audioout";
import type { AudioOutOptions } from "pins/audioout";
import type { Sound } from "../../../hal/moddable/sound.js";

type Entry =
  | { readonly kind: "samples"; readonly samples: Int16Array; at: number; repeat: number }
  | { readonly kind: "callback"; readonly id: number };

const flush = 2;
const callback = 3;
const rawSamples = 5;
/** Entries of the mixer's queue, and blocks the hardware takes before anything is heard. */
const entriesMax = 8;
const swallowedBlocks = 3;

/**
 * Microphone and mixer as the ESP32's: the mixer takes three blocks at once when it starts, then one each time one was
 * heard; when its queue runs dry, the hardware stands still, and what it held is lost.
 */
export class FakeSound {
  readonly heard: number[] = [];
  microphoneOptions: AudioInOptions | undefined;
  mixerOptions: AudioOutOptions | undefined;
  mixers = 0;
  microphonesClosed = 0;
  /** Thrown by the constructors. */
  microphoneRefusal: string | undefined;
  mixerRefusal: string | undefined;
  /** The mixer's own state: whether it was started, and who is called back. */
  runs = false;
  callback: (id: number) => void = () => undefined;
  readonly #entries: Entry[] = [];
  readonly #ring: number[] = [];
  readonly #blockSamples: number;
  /** Blocks taken and not heard. */
  #taken: number[][] = [];
  #starts = 0;

  constructor(blockSamples = 160) {
    this.#blockSamples = blockSamples;
  }

  /** How often the hardware began, anew after each time it ran dry. */
  get starts(): number {
    return this.#starts;
  }

  /** Entries that wait in the queue. */
  get queued(): number {
    return this.#entries.length;
  }

  /** A burst of the microphone; the phone is told how much waits. */
  speak(samples: readonly number[]): void {
    this.#ring.push(...samples);
    this.microphoneOptions?.onReadable(2 * this.#ring.length);
  }

  /** Samples nobody has read. */
  get unread(): number {
    return this.#ring.length;
  }

  /** One block's time: one is heard, and the mixer takes the next. Without a queue the hardware stops. */
  block(): void {
    if (!this.runs) return;
    if (this.#taken.length === 0) this.#start();
    this.heard.push(...(this.#taken.shift() ?? []));
    this.#take();
  }

  #start(): void {
    if (this.#entries.length === 0) return;
    this.#starts++;
    while (this.#taken.length < swallowedBlocks && this.#take());
  }

  /** Mixes one block; false when there was nothing to mix. */
  #take(): boolean {
    if (!this.#entries.some(({ kind }) => kind === "samples")) {
      this.#callBack();
      this.#taken = [];
      return false;
    }
    const mixed: number[] = [];
    while (mixed.length < this.#blockSamples) {
      const entry = this.#entries[0];
      if (entry?.kind !== "samples") break;
      mixed.push(entry.samples[entry.at++] ?? 0);
      if (entry.at === entry.samples.length) this.#finish(entry);
    }
    while (mixed.length < this.#blockSamples) mixed.push(0);
    this.#taken.push(mixed);
    return true;
  }

  #finish(entry: Entry & { kind: "samples" }): void {
    entry.at = 0;
    if (--entry.repeat > 0) return;
    this.#entries.shift();
    this.#callBack();
  }

  #callBack(): void {
    while (this.#entries[0]?.kind === "callback") {
      const entry = this.#entries.shift();
      if (entry?.kind === "callback") this.pending.push(entry.id);
    }
  }

  /** Calls back that wait for the script's turn. */
  readonly pending: number[] = [];

  /** The script's turn: delivers them. */
  deliver(): void {
    for (let id = this.pending.shift(); id !== undefined; id = this.pending.shift()) this.callback(id);
  }

  get sound(): Sound {
    return { AudioIn: this.#audioIn(), AudioOut: this.#audioOut(), Resampler: Repeater };
  }

  #audioIn(): typeof AudioIn {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the class below has a `this` of its own
    const bench = this;
    return class {
      constructor(options: AudioInOptions) {
        if (bench.microphoneRefusal !== undefined) throw new Error(bench.microphoneRefusal);
        bench.microphoneOptions = options;
        bench.#ring.length = 0;
      }
      start(): void {
        bench.#ring.length = 0;
      }
      stop(): void {
        bench.#ring.length = 0;
      }
      close(): void {
        bench.microphonesClosed++;
        bench.microphoneOptions = undefined;
      }
      read(target: Uint8Array): number | undefined {
        if (bench.#ring.length === 0) return undefined;
        if (target.length > 2 * bench.#ring.length) throw new Error("invalid size");
        const samples = Int16Array.from(bench.#ring.splice(0, target.length / 2));
        target.set(new Uint8Array(samples.buffer));
        return target.length;
      }
    };
  }

  #audioOut(): typeof AudioOut {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the class below has a `this` of its own
    const bench = this;
    return class {
      static readonly Flush = flush;
      static readonly Callback = callback;
      static readonly RawSamples = rawSamples;
      constructor(options: AudioOutOptions) {
        if (bench.mixerRefusal !== undefined) throw new Error(bench.mixerRefusal);
        bench.mixerOptions = options;
        bench.mixers++;
      }
      set callback(call: (id: number) => void) {
        bench.callback = call;
      }
      enqueue(_stream: number, kind: number, ...rest: (SharedArrayBuffer | number)[]): void {
        bench.#enqueue(kind, rest);
      }
      length(): number {
        return entriesMax - bench.#entries.length;
      }
      start(): void {
        bench.runs = true;
      }
      stop(): void {
        bench.runs = false;
        bench.#taken = [];
      }
      close(): void {
        throw new Error("a mixer must not be closed: its calls back may be on their way");
      }
    };
  }

  #enqueue(kind: number, [first, repeat = 1, offset = 0, count = 0]: (SharedArrayBuffer | number)[]): void {
    if (kind === flush) {
      const left = this.#entries.splice(0);
      for (const entry of left) if (entry.kind === "callback") this.pending.push(entry.id);
      this.deliver();
      return;
    }
    if (this.#entries.length === entriesMax) throw new Error("queue full");
    if (typeof first === "number") {
      this.#entries.push({ kind: "callback", id: first });
      return;
    }
    if (!(first instanceof SharedArrayBuffer)) throw new Error("non-relocatable block required");
    const samples = new Int16Array(first, 2 * Number(offset), Number(count));
    this.#entries.push({ kind: "samples", samples, at: 0, repeat: Number(repeat) });
  }
}

/** Stands for `muster/samples`: repeats or leaves out samples. Its quality is tested elsewhere. */
class Repeater {
  readonly #from: number;
  readonly #to: number;
  #taken = 0;
  #given = 0;

  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
  }

  resample(from: Int16Array, to: Int16Array): number {
    this.#taken += from.length;
    const due = Math.floor((this.#taken * this.#to) / this.#from) - this.#given;
    for (let i = 0; i < due; i++)
      to[i] = from[Math.min(from.length - 1, Math.floor((i * from.length) / due))] ?? 0;
    this.#given += due;
    return due;
  }
}
