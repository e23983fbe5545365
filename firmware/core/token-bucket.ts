import { after, elapsed, type Instant } from "./time.js";

/** How fast, and how many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Tokens that come back at a rate, at most `burst` of them: a limit on how often something is done. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #filledAt: Instant | undefined;

  constructor(rate: Rate) {
    this.#rate = rate;
    this.#tokens = rate.burst;
  }

  /** Takes `count` tokens; false, and none taken, where there are fewer. */
  take(now: Instant, count: number = 1): boolean {
    if (!this.has(now, count)) return false;
    this.#tokens = Math.max(0, this.#tokens - count);
    return true;
  }

  /** Whether there are `count` tokens now. */
  has(now: Instant, count: number): boolean {
    this.fill(now);
    return this.#tokens >= count - rounding;
  }

  /** Gives tokens back: what they were taken for turned out to be welcome. */
  refund(count: number): void {
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + count);
  }

  /** When there will be a token to take. */
  nextAt(now: Instant): Instant {
    if (this.has(now, 1)) return now;
    return after(now, Math.max(1, Math.ceil((1000 * (1 - this.#tokens)) / this.#rate.perSecond)));
  }

  private fill(now: Instant): void {
    const since = this.#filledAt === undefined ? 0 : Math.max(0, elapsed(this.#filledAt, now));
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + (since * this.#rate.perSecond) / 1000);
    this.#filledAt = now;
  }
}

/** Tenths of a token do not add up to 1 in floating point. */
const rounding = 1e-6;
