import { assert } from "../core/assert.js";
import {
  audioBlockSamples,
  audioFrameSamples,
  jitterDelayFramesInitial,
  jitterDelayFramesMax,
  jitterPauseFrames,
  jitterRingBlocks,
} from "../core/limits.js";
import { Concealment } from "./concealment.js";
import type { FrameCodec } from "./g711.js";
import { PlayoutDelay } from "./playout-delay.js";
import type { Standing } from "./reception.js";

/** What became of a packet: `late` when all of it should have been played already. */
export type Placement = "held" | "late" | "resynchronised";

/** What the buffer did to the sound, frames of 20 ms. */
export interface PlayoutCounts {
  /** Missing when they were due, and made up. */
  readonly concealedFrames: number;
  readonly insertedFrames: number;
  readonly removedFrames: number;
  /** What a packet of no delay would wait now, ms. */
  readonly delayMs: number;
}

const blocksPerFrame = audioFrameSamples / audioBlockSamples;
const blockMs = 10;
/** A timestamp this far in the past, of a packet that is the newest by its number: the sender has begun a new count. */
const rebasedBlocks = 100;
/** Peak below which a frame is quiet: -40 dB of full scale. */
const quietPeak = 328;
/** Only every so many samples are looked at for that. */
const quietStep = 4;

/** Where in the ring the states of its blocks are. */
const statesAt = jitterRingBlocks * audioBlockSamples;
const missing = 0;
const sound = 1;
const silence = 2;

/**
 * Holds G.711 as it came, each block of 10 ms in its place by the RTP timestamp, until it is due; makes up
 * what is missing. The audio clock drives it: each `take` is 20 ms. The first packet heard is played four to
 * five frames later, and from then on the delay changes only in pauses of the talker (see PlayoutDelay).
 */
export class JitterBuffer {
  readonly #codec: FrameCodec;
  /** The blocks, and behind them the state of each: one array takes 120 B less than two. */
  readonly #ring: Uint8Array = new Uint8Array(statesAt + jitterRingBlocks);
  readonly #concealment: Concealment = new Concealment();
  readonly #delay: PlayoutDelay = new PlayoutDelay();
  #started = false;
  #taken = false;
  /** Positions count blocks of the stream; the reference ties them to timestamps. */
  #referenceTimestamp = 0;
  #referencePosition = 0;
  #next = 0;
  #first = 0;
  #end = 0;
  #quietRun = 0;
  #slackBlocks = 0;
  /** Frames that were missing with nothing later at hand: losses only if the stream turns out to go on. */
  #unproven = 0;
  #concealed = 0;
  #inserted = 0;
  #removed = 0;

  constructor(codec: FrameCodec) {
    this.#codec = codec;
  }

  /** Takes a packet that was not had before; `codes` are whole blocks of 80 bytes. */
  put(timestamp: number, standing: Standing, codes: Uint8Array): Placement {
    const blocks = codes.length / audioBlockSamples;
    assert(Number.isInteger(blocks) && blocks > 0 && blocks <= jitterRingBlocks, "whole blocks");
    const isNewest = standing !== "behind";
    if (!this.#started) this.start(timestamp);
    let position = this.position(timestamp);
    let placement: Placement = "held";
    if (isNewest && this.isElsewhere(position, blocks)) {
      this.reset();
      this.start(timestamp);
      position = this.position(timestamp);
      placement = "resynchronised";
    }
    if (position + blocks <= this.#next) return this.refuseLate(position, isNewest);
    if (position + blocks > this.#next + jitterRingBlocks) return "late";
    this.judge(position, standing);
    this.place(position, codes);
    if (isNewest) this.moveReference(timestamp, position);
    return placement;
  }

  /** The sender was silent on purpose for `samples` from `timestamp` on: an event went in place of speech. */
  putSilence(timestamp: number, samples: number): void {
    if (!this.#started) return;
    const from = this.position(timestamp);
    const to = Math.min(from + Math.floor(samples / audioBlockSamples), this.#next + jitterRingBlocks);
    if (from < to) this.markSilent(Math.max(from, this.#next), to);
  }

  /** Fills `frame` with the 160 samples that are due. */
  take(frame: Int16Array): void {
    if (!this.#started) {
      frame.fill(0);
      return;
    }
    if (!this.#taken) this.beginTaking();
    this.#delay.tick(this.level());
    if (this.#delay.owed !== 0 && this.adapt(frame)) return;
    const due = this.#next;
    const firstMissing = this.takeBlock(frame, 0);
    const secondMissing = this.takeBlock(frame, audioBlockSamples);
    if (!firstMissing && !secondMissing) return;
    if (due < this.#end) this.#concealed++;
    else this.#unproven++;
  }

  /** Forgets the stream; the next packet begins a new one. Counts stay. */
  reset(): void {
    this.#started = false;
    this.#ring.fill(missing, statesAt);
    this.#concealment.reset();
    this.#delay.reset();
    this.#quietRun = 0;
    this.#unproven = 0;
  }

  counts(): PlayoutCounts {
    return {
      concealedFrames: this.#concealed,
      insertedFrames: this.#inserted,
      removedFrames: this.#removed,
      delayMs: this.#started ? Math.max(0, this.#slackBlocks) * blockMs : 0,
    };
  }

  private start(timestamp: number): void {
    this.#started = true;
    this.#taken = false;
    this.#referenceTimestamp = timestamp;
    this.#referencePosition = jitterDelayFramesInitial * blocksPerFrame;
    this.#next = 0;
    this.#first = this.#referencePosition;
    this.#end = this.#referencePosition;
  }

  /** What waited while nobody listened yet is old news: only the usual delay of it is kept. */
  private beginTaking(): void {
    this.#taken = true;
    if (this.level() <= jitterDelayFramesMax) return;
    const from = this.#next;
    this.#next = this.#end - jitterDelayFramesInitial * blocksPerFrame;
    for (let position = from; position < this.#next; position++) this.mark(position, missing);
  }

  private position(timestamp: number): number {
    const samples = (timestamp - this.#referenceTimestamp) | 0;
    return this.#referencePosition + Math.round(samples / audioBlockSamples);
  }

  private moveReference(timestamp: number, position: number): void {
    this.#referenceTimestamp = timestamp;
    this.#referencePosition = position;
  }

  private isElsewhere(position: number, blocks: number): boolean {
    return position < this.#next - rebasedBlocks || position + blocks > this.#next + jitterRingBlocks;
  }

  private refuseLate(position: number, isNewest: boolean): Placement {
    const frames = Math.ceil((this.#next - position) / blocksPerFrame);
    if (isNewest || frames <= jitterDelayFramesMax) this.#delay.noteLate(frames, this.level());
    this.#concealed += this.#unproven;
    this.#unproven = 0;
    return "late";
  }

  /** What the arrival of a packet in time says about slack, and about frames that were missing before it. */
  private judge(position: number, standing: Standing): void {
    this.#slackBlocks = position - this.#next;
    this.#delay.noteSlack(Math.floor(this.#slackBlocks / blocksPerFrame));
    if (standing === "next") this.markSilent(Math.max(this.#end, this.#next), position);
    else this.#concealed += this.#unproven;
    this.#unproven = 0;
    this.#first = Math.min(this.#first, position);
  }

  private place(position: number, codes: Uint8Array): void {
    const blocks = codes.length / audioBlockSamples;
    for (let i = Math.max(0, this.#next - position); i < blocks; i++) {
      const block = codes.subarray(i * audioBlockSamples, (i + 1) * audioBlockSamples);
      this.#ring.set(block, this.index(position + i) * audioBlockSamples);
      this.mark(position + i, sound);
    }
    this.#end = Math.max(this.#end, position + blocks);
  }

  private markSilent(from: number, to: number): void {
    for (let position = from; position < to; position++) {
      if (this.stateOf(position) === missing) this.mark(position, silence);
    }
    this.#end = Math.max(this.#end, to);
  }

  /** Plays the block that is due; true when it was missing and had to be made up. */
  private takeBlock(frame: Int16Array, at: number): boolean {
    const state = this.decode(this.#next, frame, at);
    this.mark(this.#next, missing);
    const beforeFirst = this.#next < this.#first;
    this.#next++;
    if (state === missing && !beforeFirst) {
      this.#concealment.conceal(frame, at);
      return true;
    }
    this.#concealment.hear(frame, at);
    return false;
  }

  private decode(position: number, frame: Int16Array, at: number): number {
    const state = this.stateOf(position);
    const from = this.index(position) * audioBlockSamples;
    if (state === sound) this.#codec.decode(this.#ring.subarray(from, from + audioBlockSamples), frame, at);
    else frame.fill(0, at, at + audioBlockSamples);
    return state;
  }

  /** Changes the delay by one frame when the talker pauses; true when `frame` is an inserted one. */
  private adapt(frame: Int16Array): boolean {
    this.watchForPause(frame);
    if (this.#quietRun < jitterPauseFrames) return false;
    if (this.#delay.owed > 0) {
      this.#inserted++;
      this.#delay.settleOne();
      return true;
    }
    if (this.level() < 2) return false;
    for (let i = 0; i < blocksPerFrame; i++) this.mark(this.#next++, missing);
    this.#removed++;
    this.#delay.settleOne();
    return false;
  }

  /** Decodes the frame that is due without taking it, and counts quiet ones; a missing one proves nothing. */
  private watchForPause(frame: Int16Array): void {
    const first = this.decode(this.#next, frame, 0);
    const second = this.decode(this.#next + 1, frame, audioBlockSamples);
    if (first !== missing && second !== missing) this.#quietRun = isQuiet(frame) ? this.#quietRun + 1 : 0;
    else if (this.#concealment.faded) this.#quietRun = jitterPauseFrames;
  }

  /** Frames held, or counted on, from the one that is due to the newest. */
  private level(): number {
    return Math.max(0, Math.floor((this.#end - this.#next) / blocksPerFrame));
  }

  private stateOf(position: number): number {
    return this.#ring[statesAt + this.index(position)] ?? missing;
  }

  private mark(position: number, state: number): void {
    this.#ring[statesAt + this.index(position)] = state;
  }

  private index(position: number): number {
    return position % jitterRingBlocks;
  }
}

/** Whether a frame could be played twice, or left out, unheard. */
function isQuiet(frame: Int16Array): boolean {
  for (let i = 0; i < audioFrameSamples; i += quietStep) {
    const sample = frame[i] as number;
    if (sample > quietPeak || sample < -quietPeak) return false;
  }
  return true;
}
