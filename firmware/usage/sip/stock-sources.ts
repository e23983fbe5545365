import { amplificationMax, stockSourceMs, stockSourcesMax } from "../../core/limits.js";
import { none } from "../../core/none.js";
import { after, type Instant } from "../../core/time.js";

interface Source {
  readonly address: string;
  /** Bytes that may go there yet. */
  credit: number;
  /** It sent something back that only a phone at that address can know. */
  proven: boolean;
  until: Instant;
}

/**
 * What may be answered to addresses from which anybody may pretend to send (protocol §2, amplification rule): three
 * bytes for each that came, until it is proven that somebody is there. The credit outlasts ringing: who calls and
 * waits for an answer has nothing more to say. Bounded: the one unheard longest goes, but not the one that rings here.
 */
export class StockSources {
  #sources: readonly Source[] = none;

  /** Addresses counted. */
  get size(): number {
    return this.#sources.length;
  }

  /** `bytes` came from `address`; `kept` is the address that is not forgotten for it. */
  earn(
    now: Instant,
    from: { readonly address: string; readonly bytes: number },
    kept: string | undefined,
  ): void {
    const { address, bytes } = from;
    const known = this.find(address);
    const source = known ?? { address, credit: 0, proven: false, until: now };
    source.credit += amplificationMax * bytes;
    source.until = after(now, stockSourceMs);
    const others = this.#sources.filter((each) => each !== known && each.until > now);
    if (others.length >= stockSourcesMax) others.splice(others[0]?.address === kept ? 1 : 0, 1);
    this.#sources = [...others, source];
  }

  /** Somebody is at `address`. */
  prove(now: Instant, address: string): void {
    const source = this.find(address);
    if (source === undefined) return;
    source.proven = true;
    source.until = after(now, stockSourceMs);
  }

  /** Whether `bytes` may go to `address` unasked; spends them where they may. */
  take(address: string, bytes: number): boolean {
    const source = this.find(address);
    if (source === undefined) return false;
    if (source.proven) return true;
    if (source.credit < bytes) return false;
    source.credit -= bytes;
    return true;
  }

  /** Forgets those unheard for too long. */
  expire(now: Instant): void {
    this.#sources = this.#sources.filter((each) => each.until > now);
  }

  private find(address: string): Source | undefined {
    return this.#sources.find((each) => each.address === address);
  }
}
