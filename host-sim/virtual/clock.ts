import { instant, type Instant } from "../../firmware/core/time.js";

/** Something that will happen: what `cancel` takes. */
export interface VirtualEvent {
  readonly at: Instant;
  /** Order among events of one instant: first scheduled, first run. */
  readonly sequence: number;
  /** What it is, for traces and for the report of a runaway loop. */
  readonly label: string;
}

/** How far a run may go before it is taken for a loop that never ends. */
export interface RunLimits {
  /** Give up (answer false) at this instant. */
  readonly until?: Instant;
  /** Stop with an error after this many events. */
  readonly eventsMax?: number;
}

interface Scheduled extends VirtualEvent {
  action: (() => void) | undefined;
}

const eventsPerRunMax = 50_000_000;
/** So many events without time moving is a loop: a machine that asks for "now" again and again. */
const eventsPerInstantMax = 200_000;
/** Cancelled events that may lie about in the heap, beyond as many as there are waiting ones. */
const cancelledKept = 1024;

/**
 * Virtual time: jumps from one event to the next. Events run in the order (time, sequence), so a run depends
 * on nothing but what was scheduled. Time is milliseconds from the beginning of the simulation, fractions
 * allowed.
 */
export class VirtualClock {
  #now = instant(0);
  #sequence = 0;
  #eventsRun = 0;
  #eventsNow = 0;
  #pending = 0;
  readonly #heap: Scheduled[] = [];

  now(): Instant {
    return this.#now;
  }

  /** Events run so far. */
  get eventsRun(): number {
    return this.#eventsRun;
  }

  /** Events that wait. */
  get pending(): number {
    return this.#pending;
  }

  /** Labels of the events that wait, in no order. */
  waiting(): string[] {
    return this.#heap.filter((event) => event.action !== undefined).map(({ label }) => label);
  }

  /** Entries in memory: those that wait and some of the cancelled. */
  get held(): number {
    return this.#heap.length;
  }

  /** Runs `action` at `at`, or at once (but not inside this call) when that has passed. */
  schedule(at: Instant, label: string, action: () => void): VirtualEvent {
    if (Number.isNaN(at)) throw new Error(`event "${label}" has no time`);
    const event: Scheduled = {
      at: at < this.#now ? this.#now : at,
      sequence: this.#sequence++,
      label,
      action,
    };
    this.#heap.push(event);
    this.#up(this.#heap.length - 1);
    this.#pending++;
    return event;
  }

  /** Forgets an event; one that has run already is left alone. */
  cancel(event: VirtualEvent): void {
    const scheduled = event as Scheduled;
    if (scheduled.action === undefined) return;
    scheduled.action = undefined;
    this.#pending--;
    if (this.#heap.length > 2 * this.#pending + cancelledKept) this.#compact();
  }

  /** When the next event comes, if any. */
  next(): Instant | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.at;
  }

  /** Runs the next event. False: there is none. */
  step(): boolean {
    this.#dropCancelled();
    const event = this.#pop();
    if (event?.action === undefined) return false;
    if (event.at > this.#now) this.#eventsNow = 0;
    this.#now = event.at;
    this.#eventsRun++;
    if (++this.#eventsNow > eventsPerInstantMax) {
      throw new Error(
        `runaway loop: ${eventsPerInstantMax} events at ${this.#now} ms without time moving; ` +
          `the last: ${event.label}; ` +
          `next: ${this.#labels()}`,
      );
    }
    const action = event.action;
    event.action = undefined;
    this.#pending--;
    action();
    return true;
  }

  /**
   * Runs events until the condition holds (asked after each event), or all up to and including an instant, to
   * which time then moves. True: reached. False: no event is left, or `limits.until` came first.
   */
  runUntil(target: Instant | (() => boolean), limits: RunLimits = {}): boolean {
    const reached = typeof target === "function" ? target : (): boolean => false;
    const until = typeof target === "function" ? limits.until : target;
    const most = this.#eventsRun + (limits.eventsMax ?? eventsPerRunMax);
    while (!reached()) {
      const next = this.next();
      if (until !== undefined && (next === undefined || next > until)) {
        this.#moveTo(until);
        return typeof target !== "function";
      }
      if (next === undefined) return false;
      if (this.#eventsRun >= most) {
        throw new Error(
          `${limits.eventsMax ?? eventsPerRunMax} events and no end at ${this.#now} ms; next: ${this.#labels()}`,
        );
      }
      this.step();
    }
    return true;
  }

  /** Runs everything in the next `milliseconds`. */
  runFor(milliseconds: number): void {
    this.runUntil(instant(this.#now + milliseconds));
  }

  #moveTo(at: Instant): void {
    if (at <= this.#now) return;
    this.#now = at;
    this.#eventsNow = 0;
  }

  #labels(): string {
    const labels = this.#heap.filter((event) => event.action !== undefined).slice(0, 5);
    return labels.map((event) => `${event.label} at ${event.at}`).join(", ");
  }

  #dropCancelled(): void {
    while (this.#heap[0] !== undefined && this.#heap[0].action === undefined) this.#pop();
  }

  #compact(): void {
    const waiting = this.#heap.filter((event) => event.action !== undefined);
    waiting.sort((a, b) => a.at - b.at || a.sequence - b.sequence);
    this.#heap.length = 0;
    for (const event of waiting) this.#heap.push(event);
  }

  #pop(): Scheduled | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#down();
    }
    return first;
  }

  #up(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #down(): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      let least = this.#before(left, at) ? left : at;
      if (this.#before(left + 1, least)) least = left + 1;
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #before(a: number, b: number): boolean {
    const first = this.#heap[a];
    const second = this.#heap[b];
    if (first === undefined || second === undefined) return false;
    return first.at !== second.at ? first.at < second.at : first.sequence < second.sequence;
  }

  #swap(a: number, b: number): void {
    const moved = this.#heap[a] as Scheduled;
    this.#heap[a] = this.#heap[b] as Scheduled;
    this.#heap[b] = moved;
  }
}
