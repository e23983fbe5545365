import { spend, type FullAt } from "../core/allowance.js";
import { FadingMap } from "../core/bounded.js";
import type { LinkLimits } from "../core/limits.js";
import type { Instant } from "../core/time.js";
import type { Rate } from "../core/token-bucket.js";

/**
 * How many hellos are answered. Those with a right cookie and those without have separate allowances: a
 * flood of forged senders empties the second and leaves the first to who really is there. Cookies are cheap
 * (one block of a cipher), yet counted too.
 */
export class HelloLimiter {
  readonly #limits: LinkLimits;
  #cookied: FullAt = 0;
  #cookieless: FullAt = 0;
  #cookies: FullAt = 0;
  readonly #sources: FadingMap<FullAt>;

  constructor(limits: LinkLimits) {
    this.#limits = limits;
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
    const { sourceHellosPerSecond, sourceHellosBurst, hellosPerSecond, hellosBurst } = this.#limits;
    const sourceRate: Rate = { perSecond: sourceHellosPerSecond, burst: sourceHellosBurst };
    const fullAt = spend(sourceRate, this.#sources.get(address) ?? 0, now);
    if (fullAt === undefined) return "source-hello-rate";
    this.#sources.set(now, address, fullAt);
    const rate: Rate = { perSecond: hellosPerSecond, burst: hellosBurst };
    const spent = spend(rate, cookied ? this.#cookied : this.#cookieless, now);
    if (spent === undefined) return "hello-rate";
    if (cookied) this.#cookied = spent;
    else this.#cookieless = spent;
    return "yes";
  }

  /** Whether a cookie may be sent now. */
  admitsCookie(now: Instant): boolean {
    const { cookiesPerSecond } = this.#limits;
    const spent = spend({ perSecond: cookiesPerSecond, burst: cookiesPerSecond }, this.#cookies, now);
    if (spent !== undefined) this.#cookies = spent;
    return spent !== undefined;
  }

  /** Forgets addresses that have their whole allowance again. */
  handleTimeout(now: Instant): void {
    this.#sources.expire(now);
  }
}
