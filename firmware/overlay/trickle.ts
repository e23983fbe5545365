import { jitter, type Random } from "../core/random.js";
import { after, type Deadline, type Duration, type Instant } from "../core/time.js";

/** Parameters of RFC 6206 §4.1. */
export interface TrickleLimits {
  /** Imin and Imax, ms. */
  readonly intervalMsMin: Duration;
  readonly intervalMsMax: Duration;
  /** k: consistent messages heard in an interval that make our own superfluous. */
  readonly redundancy: number;
}

/** The Trickle algorithm (RFC 6206 §4.2): says something often while there is news, seldom while all agree. */
export class Trickle {
  readonly #limits: TrickleLimits;
  readonly #random: Random;
  #intervalMs: Duration;
  #heard = 0;
  #sendAt: Instant;
  #endsAt: Instant;
  #isSent = false;

  /** The first message comes after `firstDelayMs`, whatever is heard before. */
  constructor(limits: TrickleLimits, random: Random, now: Instant, firstDelayMs: Duration) {
    this.#limits = limits;
    this.#random = random;
    this.#intervalMs = limits.intervalMsMin;
    this.#sendAt = after(now, firstDelayMs);
    this.#endsAt = after(now, Math.max(firstDelayMs, limits.intervalMsMin));
  }

  /** A message that agrees with what we know. */
  handleConsistent(): void {
    this.#heard++;
  }

  /** News: the interval begins again at its shortest, unless it is that already (RFC 6206 §4.2 step 6). */
  reset(now: Instant): void {
    if (this.#intervalMs <= this.#limits.intervalMsMin) return;
    this.#intervalMs = this.#limits.intervalMsMin;
    this.begin(now);
  }

  /** Whether a message is to be sent now. */
  handleTimeout(now: Instant): boolean {
    let isDue = false;
    if (!this.#isSent && this.#sendAt <= now) {
      this.#isSent = true;
      isDue = this.#heard < this.#limits.redundancy;
    }
    if (this.#endsAt <= now) {
      this.#intervalMs = Math.min(2 * this.#intervalMs, this.#limits.intervalMsMax);
      this.begin(now);
    }
    return isDue;
  }

  pollTimeout(): Deadline {
    return { at: this.#isSent ? this.#endsAt : this.#sendAt, reason: "beacon" };
  }

  private begin(now: Instant): void {
    this.#heard = 0;
    this.#isSent = false;
    this.#sendAt = after(now, jitter(this.#random, this.#intervalMs / 2, this.#intervalMs));
    this.#endsAt = after(now, this.#intervalMs);
  }
}
