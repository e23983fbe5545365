import type { Instant } from "../core/time.js";

/** A rate with a burst: holds up to `burst` tokens and gains `perSecond` of them. */
export class TokenBucket {
  readonly #burst: number;
  readonly #perSecond: number;
  #tokens: number;
  #at: Instant | undefined;

  constructor(burst: number, perSecond: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#tokens = burst;
  }

  /** Takes `count` tokens; false, and none taken, when there are fewer. */
  take(now: Instant, count: number = 1): boolean {
    if (!this.has(now, count)) return false;
    this.#tokens -= count;
    return true;
  }

  /** Whether there are `count` tokens now. */
  has(now: Instant, count: number): boolean {
    const gained = this.#at === undefined ? 0 : ((now - this.#at) * this.#perSecond) / 1000;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    this.#at = now;
    return this.#tokens >= count;
  }

  /** Gives tokens back: what they were taken for turned out to be welcome. */
  refund(count: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + count);
  }
}
