import { spend, type FullAt } from "../core/allowance.js";
import { FadingMap } from "../core/bounded.js";
import type { LinkLimits } from "../core/limits.js";
import type { Instant } from "../core/time.js";
import { TokenBucket, type Rate } from "../core/token-bucket.js";

/**
 * How many hellos are answered. Those with a right cookie and those without have separate allowances: a
 * flood of forged senders empties the second and leaves the first to who really is there. Cookies are cheap
 * (one block of a cipher), yet counted too.
 */
export class HelloLimiter {
  readonly #cookied: TokenBucket;
  readonly #cookieless: TokenBucket;
  readonly #cookies: TokenBucket;
  readonly #sourceRate: Rate;
  readonly #sources: FadingMap<FullAt>;

  constructor(limits: LinkLimits) {
    const rate = { perSecond: limits.hellosPerSecond, burst: limits.hellosBurst };
    this.#cookied = new TokenBucket(rate);
    this.#cookieless = new TokenBucket(rate);
    this.#cookies = new TokenBucket({ perSecond: limits.cookiesPerSecond, burst: limits.cookiesPerSecond });
    this.#sourceRate = { perSecond: limits.sourceHellosPerSecond, burst: limits.sourceHellosBurst };
    // After a period an allowance is whole again and need not be remembered.
    this.#sources = new FadingMap(
      limits.sources,
      (1000 * limits.sourceHellosBurst) / limits.sourceHellosPerSecond,
    );
  }

  /** Addresses that are counted one by one. */
  get sources(): number {
    return this.#sources.size;
  }

  /** Whether a hello from `address` may be answered now; counts it where it may. */
  admits(now: Instant, address: string, cookied: boolean): "yes" | "source-hello-rate" | "hello-rate" {
    const fullAt = spend(this.#sourceRate, this.#sources.get(address) ?? 0, now);
    if (fullAt === undefined) return "source-hello-rate";
    this.#sources.set(now, address, fullAt);
    return (cookied ? this.#cookied : this.#cookieless).take(now) ? "yes" : "hello-rate";
  }

  /** Whether a cookie may be sent now. */
  admitsCookie(now: Instant): boolean {
    return this.#cookies.take(now);
  }

  /** Forgets addresses that have their whole allowance again. */
  handleTimeout(now: Instant): void {
    this.#sources.expire(now);
  }
}
