import { ExpiringMap } from "../core/bounded.js";
import { amplificationMax, sourceCreditMs } from "../core/limits.js";
import { after, type Instant } from "../core/time.js";

/**
 * What may be sent to addresses nobody has proved to be at (protocol §2, amplification rule): for each byte
 * that came from an address three may go there. Counted, not hoped for: everything to an unproven address
 * passes `take`. The table is bounded; an address that fell out of it has no credit.
 */
export class SourceCredit {
  readonly #credits: ExpiringMap<{ bytes: number }>;

  constructor(sources: number) {
    this.#credits = new ExpiringMap(sources);
  }

  /** `bytes` came from `address`. */
  earn(now: Instant, address: string, bytes: number): void {
    this.#credits.expire(now);
    const credit = this.#credits.get(address) ?? { bytes: 0 };
    credit.bytes += amplificationMax * bytes;
    this.#credits.set(address, credit, after(now, sourceCreditMs));
  }

  /** Whether `bytes` may go to `address`; spends them where they may. */
  take(address: string, bytes: number): boolean {
    const credit = this.#credits.get(address);
    if (credit === undefined || credit.bytes < bytes) return false;
    credit.bytes -= bytes;
    return true;
  }
}
