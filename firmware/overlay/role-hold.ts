import { jitter, type Random } from "../core/random.js";
import { after, elapsed, type Duration, type Instant } from "../core/time.js";

/**
 * When a node may change its role because it would be better so, not because it must (protocol §4): what it sees has to
 * last a minute, then comes a time drawn by chance, for others see the same; and not within five minutes of the last
 * change. Of having had to take over it is twice as long each time that happens again, for there is something amiss.
 */
export class RoleHold {
  readonly #random: Random;
  #until: Instant = 0 as Instant;
  #spanMs: Duration = spanMsMin;

  constructor(random: Random) {
    this.#random = random;
  }

  /** It had to become a peer. */
  handleTakeOver(now: Instant): void {
    if (elapsed(this.#until, now) > calmMs) this.#spanMs = spanMsMin;
    this.#until = after(now, this.#spanMs);
    this.#spanMs = Math.min(2 * this.#spanMs, spanMsMax);
  }

  /** It has become a client, or tried to. */
  handleDemotion(now: Instant): void {
    this.#until = after(now, spanMsMin);
  }

  /** When it may change, if all stays as it is now. */
  later(now: Instant): Instant {
    const steady = after(now, steadyMs);
    const from = steady < this.#until ? this.#until : steady;
    return after(from, jitter(this.#random, 0, spreadMs));
  }
}

const steadyMs = 60_000;
const spreadMs = 120_000;
/** After a change, at first and at most; as at first again after so much quiet, ms. */
const spanMsMin = 300_000;
const spanMsMax = 4_800_000;
const calmMs = 3_600_000;
