import { hopAckCountersMax } from "../core/limits.js";
import { after, elapsed, type Deadline, type Instant } from "../core/time.js";
import { noteRoundTrip, type Neighbour } from "./node-table.js";

/** What a held frame needs done. */
export type Repair =
  | { readonly kind: "resend"; readonly frame: HeldFrame }
  /** The hop `frame.to` did not answer: try another. */
  | { readonly kind: "reroute"; readonly frame: HeldFrame }
  /** No alternatives left. */
  | { readonly kind: "giveUp"; readonly frame: HeldFrame };

interface SentFrame {
  readonly counter: number;
  readonly at: Instant;
}

/** A routed message sent to a neighbour and not acknowledged yet. */
export interface HeldFrame {
  /** Names the frame in a send effect and in `handleSent`. */
  readonly token: number;
  readonly transaction: number;
  readonly isRequest: boolean;
  /** Routed requests may take another hop; an answer has only one way home, a direct question only one goal. */
  readonly mayReroute: boolean;
  message: Uint8Array;
  to: Neighbour;
  /** Hops that failed. */
  failedHops: number;
  /** The frames it went out in, as far as known: an acknowledgement names one of them. */
  readonly frames: SentFrame[];
  /** When it was sent last. */
  sentAt: Instant;
  sends: number;
  resendAt: Instant;
}

/** What is to be held: see `HeldFrame`. */
export type Outgoing = Pick<HeldFrame, "to" | "message" | "transaction" | "isRequest" | "mayReroute">;

/**
 * Repair from hop to hop (protocol §3): every routed message is acknowledged within 20 ms, or by any answer with
 * its transaction; else it is resent, then goes by the next-nearest neighbour, at most two of them. At 1 % loss a
 * lookup of five hops then succeeds 999 times in 1000.
 */
export class HopRepair {
  /** Frames it holds at most. */
  readonly capacity: number;
  readonly #bytesMax: number;
  readonly #held: HeldFrame[] = [];
  readonly #repairs: Repair[] = [];
  #nextToken = 1;
  #unprotected = 0;

  constructor(limits: { readonly heldFrames: number; readonly heldFrameBytes: number }) {
    this.capacity = limits.heldFrames;
    this.#bytesMax = limits.heldFrameBytes;
  }

  /** Messages that went without repair because they were too long or too many. */
  get unprotected(): number {
    return this.#unprotected;
  }

  /** Frames held now. */
  get size(): number {
    return this.#held.length;
  }

  /** Keeps a message that is being sent; returns its token, or `undefined` when it must go unprotected. */
  hold(now: Instant, outgoing: Outgoing): number | undefined {
    if (this.#held.length >= this.capacity || outgoing.message.length > this.#bytesMax) {
      this.#unprotected++;
      return undefined;
    }
    const token = this.#nextToken++;
    const resendAt = after(now, resendDelayMs(outgoing.to, 1));
    this.#held.push({ ...outgoing, token, failedHops: 0, frames: [], sentAt: now, sends: 1, resendAt });
    return token;
  }

  /** The counter a frame went out with; `undefined` when its link is gone. */
  handleSent(token: number, counter: number | undefined): void {
    const frame = this.#held.find((held) => held.token === token);
    if (frame === undefined) return;
    if (counter === undefined) this.failHop(frame);
    else if (frame.frames.push({ counter, at: frame.sentAt }) > sendsMax) frame.frames.shift();
  }

  /** A hop-ack: releases what it names and measures the round trip of the frame it names. */
  handleAck(now: Instant, from: Neighbour, counters: readonly number[]): void {
    for (const counter of counters) {
      const isNamed = (sent: SentFrame): boolean => sent.counter === counter;
      const held = this.#held.find((one) => one.to === from && one.frames.some(isNamed));
      const sent = held?.frames.find(isNamed);
      if (held === undefined || sent === undefined) continue;
      noteRoundTrip(from, elapsed(sent.at, now));
      this.release(held);
    }
  }

  /**
   * An answer acknowledges the request of its transaction. Where no hop-ack came before it, the neighbour gave it
   * itself; to which of several frames is not known, so the round trip is taken to be the longest it can be.
   */
  handleAnswer(now: Instant, from: Neighbour, transaction: number): void {
    const frame = this.#held.find(
      (held) => held.to === from && held.isRequest && held.transaction === transaction,
    );
    if (frame === undefined) return;
    const [first] = frame.frames;
    if (first !== undefined) noteRoundTrip(from, elapsed(first.at, now));
    this.release(frame);
  }

  /** A neighbour is gone: what it had not acknowledged goes another way at once. */
  handleLinkDown(gone: Neighbour): void {
    for (const frame of this.#held.filter((held) => held.to === gone)) this.failHop(frame);
  }

  handleTimeout(now: Instant): void {
    for (const frame of this.#held.filter((held) => held.resendAt <= now)) {
      if (frame.sends >= sendsMax) {
        this.failHop(frame);
        continue;
      }
      frame.sends++;
      frame.sentAt = now;
      frame.resendAt = after(now, resendDelayMs(frame.to, frame.sends));
      this.#repairs.push({ kind: "resend", frame });
    }
  }

  /** The next thing to repair. After "reroute" the frame is held no more, unless `reroute` says where it went. */
  pollRepair(): Repair | undefined {
    return this.#repairs.shift();
  }

  /** The frame now goes to `to`, as `message`; unprotected where another has taken its place meanwhile. */
  reroute(now: Instant, frame: HeldFrame, to: Neighbour, message: Uint8Array): void {
    if (this.#held.length >= this.capacity) {
      this.#unprotected++;
      return;
    }
    frame.to = to;
    frame.message = message;
    frame.frames.length = 0;
    frame.sends = 1;
    frame.sentAt = now;
    frame.resendAt = after(now, resendDelayMs(to, 1));
    this.#held.push(frame);
  }

  pollTimeout(): Deadline | undefined {
    let at: Instant | undefined;
    for (const frame of this.#held) if (at === undefined || frame.resendAt < at) at = frame.resendAt;
    return at === undefined ? undefined : { at, reason: "hop repair" };
  }

  /** Takes the frame out of the held ones and asks for another way, if it may have one. */
  private failHop(frame: HeldFrame): void {
    this.release(frame);
    frame.failedHops++;
    const reroutes = frame.mayReroute && frame.failedHops <= alternativesMax;
    this.#repairs.push({ kind: reroutes ? "reroute" : "giveUp", frame });
  }

  private release(frame: HeldFrame): void {
    const at = this.#held.indexOf(frame);
    if (at >= 0) this.#held.splice(at, 1);
  }
}

/** Counters of frames that came and are to be acknowledged, several at once. */
export class HopAcks {
  readonly #waiting: { readonly link: number; readonly counters: number[]; readonly dueAt: Instant }[] = [];

  /** Batches that are not sent yet. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Notes a routed message that came in the frame `counter` of `link`. */
  note(now: Instant, link: number, counter: number): void {
    const batch = this.#waiting.find(
      (entry) => entry.link === link && entry.counters.length < hopAckCountersMax,
    );
    if (batch !== undefined) batch.counters.push(counter);
    else this.#waiting.push({ link, counters: [counter], dueAt: after(now, ackDelayMs) });
  }

  /** A link is gone, and what it waits for with it. */
  handleLinkDown(link: number): void {
    for (let at = this.#waiting.length - 1; at >= 0; at--) {
      if (this.#waiting[at]?.link === link) this.#waiting.splice(at, 1);
    }
  }

  /** The next batch that is due or full. */
  poll(now: Instant): { readonly link: number; readonly counters: readonly number[] } | undefined {
    const at = this.#waiting.findIndex(
      ({ dueAt, counters }) => dueAt <= now || counters.length >= hopAckCountersMax,
    );
    return at < 0 ? undefined : this.#waiting.splice(at, 1)[0];
  }

  pollTimeout(): Deadline | undefined {
    const first = this.#waiting[0];
    return first === undefined ? undefined : { at: first.dueAt, reason: "hop-ack" };
  }
}

function resendDelayMs(to: Neighbour, sends: number): number {
  const first = Math.max(leastResendMs, 2 * to.srttMs);
  return sends === 1 ? first : 2 * first;
}

const leastResendMs = 60;
const ackDelayMs = 20;

/** A frame and two resends: with 60 ms the next hop is tried after 300 ms. */
const sendsMax = 3;
const alternativesMax = 2;
