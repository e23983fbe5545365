import { ExpiringMap } from "../core/bounded.js";
import type { LinkLimits } from "../core/limits.js";
import { after, type Duration, type Instant } from "../core/time.js";
import { TokenBucket } from "../core/token-bucket.js";

/**
 * How many hellos are answered. Those with a right cookie and those without have separate allowances: a
 * flood of forged senders empties the second and leaves the first to who really is there. Cookies are cheap
 * (one HMAC), yet counted too.
 */
export class HelloLimiter {
  readonly #limits: LinkLimits;
  readonly #cookied: TokenBucket;
  readonly #cookieless: TokenBucket;
  readonly #cookies: TokenBucket;
  readonly #sources: ExpiringMap<TokenBucket>;

  constructor(limits: LinkLimits) {
    const rate = { perSecond: limits.hellosPerSecond, burst: limits.hellosBurst };
    this.#limits = limits;
    this.#cookied = new TokenBucket(rate);
    this.#cookieless = new TokenBucket(rate);
    this.#cookies = new TokenBucket({ perSecond: limits.cookiesPerSecond, burst: limits.cookiesPerSecond });
    this.#sources = new ExpiringMap(limits.sources);
  }

  /** Whether a hello from `address` may be answered now; counts it where it may. */
  admits(now: Instant, address: string, cookied: boolean): "yes" | "source-hello-rate" | "hello-rate" {
    if (!this.source(now, address).take(now)) return "source-hello-rate";
    return (cookied ? this.#cookied : this.#cookieless).take(now) ? "yes" : "hello-rate";
  }

  /** Whether a cookie may be sent now. */
  admitsCookie(now: Instant): boolean {
    return this.#cookies.take(now);
  }

  private source(now: Instant, address: string): TokenBucket {
    this.#sources.expire(now);
    const bucket =
      this.#sources.get(address) ??
      new TokenBucket({
        perSecond: this.#limits.sourceHellosPerSecond,
        burst: this.#limits.sourceHellosBurst,
      });
    this.#sources.set(address, bucket, after(now, this.refillMs()));
    return bucket;
  }

  /** After this long a bucket is full again and need not be remembered. */
  private refillMs(): Duration {
    return (1000 * this.#limits.sourceHellosBurst) / this.#limits.sourceHellosPerSecond;
  }
}
