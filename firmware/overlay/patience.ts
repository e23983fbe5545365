import type { Duration } from "../core/time.js";

/**
 * How long a lookup waits for an answer before it asks by another way as well: a few times what answers usually take,
 * and well within the 2 s of an attempt (protocol §3, end to end), so that there is time to ask the nearest nodes.
 */
export class Patience {
  /** What first answers took lately, ms. */
  #usualMs: Duration | undefined;

  /** The first answer of a lookup has taken so long. */
  note(tookMs: Duration): void {
    this.#usualMs = this.#usualMs === undefined ? tookMs : this.#usualMs + (tookMs - this.#usualMs) / 8;
  }

  /** ms; `isWary`: who is asked may well be one that swallows what it gets. */
  waitMs(isWary: boolean): Duration {
    const [least, times, most] = isWary ? whenWary : usually;
    return Math.min(Math.max(least, times * (this.#usualMs ?? 0)), most);
  }
}

/** The least, how many times what is usual, the most. A dead hop is gone around in 300 ms (§3, repair per hop). */
const usually: readonly [Duration, number, Duration] = [500, 3, 1200];
const whenWary: readonly [Duration, number, Duration] = [150, 2, 500];
