import { equalBytes } from "../core/bytes.js";
import { encodeEndpoint, type Endpoint } from "../core/endpoint.js";
import { cookieSecretMs } from "../core/limits.js";
import { randomBytes, type Random } from "../core/random.js";
import { elapsed, type Instant } from "../core/time.js";
import { cookieBytes } from "../wire/frame.js";
import type { Crypto } from "../../hal/crypto.js";

/**
 * Cookies that show that a sender receives at its address, made without remembering it (protocol §2):
 * HMAC-SHA-512(secret, address ‖ port)[0..16]. The secret changes each 2 minutes and the one before is
 * still accepted.
 */
export class CookieJar {
  readonly #crypto: Crypto;
  readonly #random: Random;
  #secret: Uint8Array | undefined;
  #before: Uint8Array | undefined;
  #secretAt: Instant | undefined;

  constructor(crypto: Crypto, random: Random) {
    this.#crypto = crypto;
    this.#random = random;
  }

  /** The cookie, 16 B, for who sends from `endpoint`. */
  bake(now: Instant, endpoint: Endpoint): Uint8Array {
    return this.cookie(this.currentSecret(now), endpoint);
  }

  /** Whether `cookie` was made for `endpoint` with this secret or the one before. */
  accepts(now: Instant, endpoint: Endpoint, cookie: Uint8Array): boolean {
    const secret = this.currentSecret(now);
    if (equalBytes(cookie, this.cookie(secret, endpoint))) return true;
    return this.#before !== undefined && equalBytes(cookie, this.cookie(this.#before, endpoint));
  }

  private cookie(secret: Uint8Array, endpoint: Endpoint): Uint8Array {
    const place = encodeEndpoint(endpoint) ?? new Uint8Array(0);
    return this.#crypto.hmacSha512(secret, place).slice(0, cookieBytes);
  }

  private currentSecret(now: Instant): Uint8Array {
    const age = this.#secretAt === undefined ? undefined : elapsed(this.#secretAt, now);
    if (this.#secret !== undefined && age !== undefined && age < cookieSecretMs) return this.#secret;
    this.#before = age !== undefined && age < 2 * cookieSecretMs ? this.#secret : undefined;
    this.#secret = randomBytes(this.#random, 32);
    this.#secretAt = now;
    return this.#secret;
  }
}
