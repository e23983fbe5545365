import { instant, type Instant } from "../../firmware/core/time.js";
import type { Clock, Timer } from "../clock.js";

/** Longest single wait asked of Node, ms; longer ones are asked for in pieces (`setTimeout` overflows at 24.8 days). */
const waitMsMax = 3_600_000;

/** The process's monotonic clock: milliseconds since the process began, with fractions. */
export class NodeClock implements Clock {
  now(): Instant {
    return instant(performance.now());
  }
}

/**
 * Milliseconds on the machine's monotonic clock. It is the same clock in every process of one machine, so two
 * processes can time a sound from one mouth to the other's ear with it.
 */
export function monotonicEpochMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** One timer on `setTimeout`. It never fires early: Node's own timers may, by a fraction of a millisecond. */
export class NodeTimer implements Timer {
  readonly #clock: Clock;
  readonly #onTimer: () => void;
  #at: Instant = instant(0);
  #handle: NodeJS.Timeout | undefined;

  constructor(clock: Clock, onTimer: () => void) {
    this.#clock = clock;
    this.#onTimer = onTimer;
  }

  arm(at: Instant): void {
    this.#at = at;
    this.disarm();
    this.#wait();
  }

  disarm(): void {
    if (this.#handle !== undefined) clearTimeout(this.#handle);
    this.#handle = undefined;
  }

  #wait(): void {
    const remaining = this.#at - this.#clock.now();
    const wait = Math.min(waitMsMax, Math.max(0, Math.ceil(remaining)));
    this.#handle = setTimeout(() => this.#wake(), wait);
  }

  #wake(): void {
    this.#handle = undefined;
    if (this.#clock.now() < this.#at) this.#wait();
    else this.#onTimer();
  }
}
