import { BoundedQueue } from "../core/bounded.js";
import type { Endpoint } from "../core/endpoint.js";
import type { LinkLimits } from "../core/limits.js";
import type { Instant } from "../core/time.js";
import type { Opened } from "./capture.js";
import type { DropReason, LinkEvent } from "./link-event.js";
import { SourceCredit } from "./source-credit.js";

/** A datagram to send. */
export interface Transmit {
  readonly to: Endpoint;
  readonly bytes: Uint8Array;
}

/**
 * Everything that leaves the link layer: datagrams, events, captured messages, counts. Bounded; the oldest
 * goes first.
 */
export class Outbox {
  readonly #transmits: BoundedQueue<Transmit>;
  readonly #events: BoundedQueue<LinkEvent>;
  readonly #captures: BoundedQueue<Opened>;
  readonly #credit: SourceCredit;
  readonly #drops = new Map<DropReason, number>();

  constructor(limits: LinkLimits) {
    this.#transmits = new BoundedQueue(limits.transmits);
    this.#events = new BoundedQueue(limits.events);
    this.#captures = new BoundedQueue(limits.captures);
    this.#credit = new SourceCredit(limits.sources);
  }

  /** How often what was dropped; what never was is not there. */
  get drops(): ReadonlyMap<DropReason, number> {
    return this.#drops;
  }

  /** Addresses that have not proved themselves and may be answered. */
  get creditSources(): number {
    return this.#credit.size;
  }

  /** What strangers sent a while ago no longer counts for them. */
  handleTimeout(now: Instant): void {
    this.#credit.handleTimeout(now);
  }

  /** Sends to an address that has proved itself, or that we were told to call. */
  transmit(to: Endpoint, bytes: Uint8Array): void {
    if (this.#transmits.push({ to, bytes }) !== undefined) this.drop("transmit-queue-full");
  }

  /** Bytes came from an address that has not proved itself. */
  earn(now: Instant, from: Endpoint, bytes: number): void {
    this.#credit.earn(now, from.address, bytes);
  }

  /** Sends to an address that has not proved itself, if the rule of three allows it. */
  answer(to: Endpoint, bytes: Uint8Array): boolean {
    const allowed = this.#credit.take(to.address, bytes.length);
    if (allowed) this.transmit(to, bytes);
    else this.drop("amplification");
    return allowed;
  }

  emit(event: LinkEvent): void {
    if (this.#events.push(event) !== undefined) this.drop("event-queue-full");
  }

  capture(message: Opened): void {
    if (this.#captures.push(message) !== undefined) this.drop("capture-queue-full");
  }

  drop(reason: DropReason): void {
    this.#drops.set(reason, (this.#drops.get(reason) ?? 0) + 1);
  }

  pollTransmit(): Transmit | undefined {
    return this.#transmits.shift();
  }

  pollEvent(): LinkEvent | undefined {
    return this.#events.shift();
  }

  pollOpened(): Opened | undefined {
    return this.#captures.shift();
  }
}
