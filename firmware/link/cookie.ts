import { equalBytes } from "../core/bytes.js";
import { encodeEndpoint, endpointText, type Endpoint } from "../core/endpoint.js";
import { cookieSecretMs } from "../core/limits.js";
import { randomBytes, type Random } from "../core/random.js";
import { encodeText } from "../core/text.js";
import { elapsed, type Instant } from "../core/time.js";
import { isTunnel } from "../core/tunnel-endpoint.js";
import type { Crypto } from "../../hal/crypto.js";

/**
 * Cookies that show that a sender receives at its address, made without remembering it (protocol §2): 16 B of the
 * XSalsa20 stream under the secret, with address and port as the nonce. That is what the secretbox of no plaintext is,
 * and costs a tenth of a hash: of a flood with wrong cookies each is one to be checked. The secret changes each 2
 * minutes and the one before is still accepted.
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
    return this.#crypto.secretboxSeal(new Uint8Array(0), this.nonceOf(endpoint), secret);
  }

  private currentSecret(now: Instant): Uint8Array {
    const age = this.#secretAt === undefined ? undefined : elapsed(this.#secretAt, now);
    if (this.#secret !== undefined && age !== undefined && age < cookieSecretMs) return this.#secret;
    this.#before = age !== undefined && age < 2 * cookieSecretMs ? this.#secret : undefined;
    this.#secret = randomBytes(this.#random, 32);
    this.#secretAt = now;
    return this.#secret;
  }

  /**
   * One nonce for one endpoint: its text where it is IPv4, its 18 bytes and their count where it is IPv6; of a way
   * through a tunnel, which is longer, the hash and a mark.
   */
  private nonceOf(endpoint: Endpoint): Uint8Array {
    const nonce = new Uint8Array(nonceBytes);
    const isWide = endpoint.address.includes(":");
    const place =
      (isWide ? encodeEndpoint(endpoint) : encodeText(endpointText(endpoint))) ?? new Uint8Array(0);
    const isWay = isTunnel(endpoint);
    nonce.set(isWay ? this.#crypto.sha512(place).subarray(0, nonceBytes) : place);
    if (isWide || isWay) nonce[nonceBytes - 1] = isWay ? tunnelMark : place.length;
    return nonce;
  }
}

/** Of a secretbox; the text of an IPv4 endpoint has 21 characters at most, so its last byte is 0. */
const nonceBytes = 24;
/** Neither 0 nor the length of an IPv6 endpoint. */
const tunnelMark = 0xff;
