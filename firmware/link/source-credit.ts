import { FadingMap } from "../core/bounded.js";
import { amplificationMax, sourceCreditMs } from "../core/limits.js";
import type { Instant } from "../core/time.js";

/**
 * What may be sent to addresses nobody has proved to be at (protocol §2, amplification rule): for each byte
 * that came from an address three may go there. Counted, not hoped for: everything to an unproven address
 * passes `take`. The table is bounded; an address that fell out of it has no credit.
 */
export class SourceCredit {
  /** Bytes that may still go to an address. */
  readonly #credits: FadingMap<number>;

  constructor(sources: number) {
    this.#credits = new FadingMap(sources, sourceCreditMs);
  }

  /** Addresses that have credit. */
  get size(): number {
    return this.#credits.size;
  }

  /** Forgets what was earned too long ago. */
  handleTimeout(now: Instant): void {
    this.#credits.expire(now);
  }

  /** `bytes` came from `address`. */
  earn(now: Instant, address: string, bytes: number): void {
    this.#credits.expire(now);
    this.#credits.set(now, address, (this.#credits.get(address) ?? 0) + amplificationMax * bytes);
  }

  /** Whether `bytes` may go to `address`; spends them where they may. */
  take(address: string, bytes: number): boolean {
    const credit = this.#credits.get(address) ?? 0;
    if (credit < bytes) return false;
    this.#credits.replace(address, credit - bytes);
    return true;
  }
}
