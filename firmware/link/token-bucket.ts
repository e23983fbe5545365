import { after, elapsed, type Instant } from "../core/time.js";

/** How fast and how many at once. */
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

  /** Takes a token; false where there is none. */
  take(now: Instant): boolean {
    this.#fill(now);
    if (this.#tokens < almostOne) return false;
    this.#tokens = Math.max(0, this.#tokens - 1);
    return true;
  }

  /** When there will be a token to take. */
  nextAt(now: Instant): Instant {
    this.#fill(now);
    if (this.#tokens >= almostOne) return now;
    return after(now, Math.max(1, Math.ceil((1000 * (1 - this.#tokens)) / this.#rate.perSecond)));
  }

  #fill(now: Instant): void {
    const since = this.#filledAt === undefined ? 0 : Math.max(0, elapsed(this.#filledAt, now));
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + (since * this.#rate.perSecond) / 1000);
    this.#filledAt = now;
  }
}

/** Tenths of a token do not add up to 1 in floating point. */
const almostOne = 1 - 1e-6;
