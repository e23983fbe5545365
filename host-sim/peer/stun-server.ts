import { spend, type FullAt } from "../../firmware/core/allowance.js";
import { FadingMap } from "../../firmware/core/bounded.js";
import type { Endpoint } from "../../firmware/core/endpoint.js";
import { elapsed, type Instant } from "../../firmware/core/time.js";
import { TokenBucket, type Rate } from "../../firmware/core/token-bucket.js";
import {
  bindingMethod,
  decodeStun,
  encodeStun,
  unknownAttributeError,
  type StunMessage,
} from "../../firmware/wire/stun.js";

/** What became of the datagrams that a STUN server got. */
export interface StunCounts {
  readonly stunAnswered: number;
  /** Requests that asked for what is not there: answered with an error. */
  readonly stunRefused: number;
  /** No request of Binding, or broken. */
  readonly stunIgnored: number;
  /** More than an address, or all of them, may ask for; or an answer would have been too large. */
  readonly stunLimited: number;
}

/**
 * A STUN server (RFC 8489 §6.3): tells whoever asks where his datagrams come from. It has no credentials and keeps
 * nothing of who asked but how often. Who asks may be another than the address says, so that address gets less than
 * `stunAmplificationMax` bytes for each that came from it, and no more answers than one who means it needs.
 */
export class StunServer {
  readonly #inAll = new TokenBucket(stunRate);
  readonly #sources = new FadingMap<FullAt>(stunSourcesMax, stunSourceMs);
  readonly #counts = { stunAnswered: 0, stunRefused: 0, stunIgnored: 0, stunLimited: 0 };

  #answersTaken = 0;
  #useTakenAt: Instant | undefined;

  get counts(): StunCounts {
    return this.#counts;
  }

  /** How much of what it may do it has done since it was last asked: 0, nothing, to 1, all. */
  takeUse(now: Instant): number {
    const { stunAnswered, stunRefused } = this.#counts;
    const answers = stunAnswered + stunRefused;
    const most = (stunRate.perSecond * elapsed(this.#useTakenAt ?? now, now)) / 1000;
    const use = most === 0 ? 0 : Math.min(1, (answers - this.#answersTaken) / most);
    this.#answersTaken = answers;
    this.#useTakenAt = now;
    return use;
  }

  /** The answer to a datagram that came from an address; `undefined`: there is none. */
  answer(now: Instant, from: Endpoint, bytes: Uint8Array): Uint8Array | undefined {
    const read = decodeStun(bytes);
    if (!read.ok || read.value.is !== "request" || read.value.method !== bindingMethod) {
      this.#counts.stunIgnored++;
      return undefined;
    }
    const answer = answerTo(read.value, from);
    if (answer.length > stunAmplificationMax * bytes.length || !this.#isAllowed(now, from.address)) {
      this.#counts.stunLimited++;
      return undefined;
    }
    if (read.value.strange.length > 0) this.#counts.stunRefused++;
    else this.#counts.stunAnswered++;
    return answer;
  }

  #isAllowed(now: Instant, address: string): boolean {
    const fullAt = spend(stunSourceRate, this.#sources.get(address) ?? 0, now);
    if (fullAt === undefined || !this.#inAll.take(now)) return false;
    this.#sources.set(now, address, fullAt);
    return true;
  }
}

/** FINGERPRINT stands in the answer where it stood in the request (RFC 8489 §7); no words make it longer. */
function answerTo(
  { method, transaction, strange, hasFingerprint }: StunMessage,
  mapped: Endpoint,
): Uint8Array {
  const common = { method, transaction, hasFingerprint };
  if (strange.length === 0) return encodeStun({ ...common, is: "success", mapped });
  return encodeStun({ ...common, is: "error", errorCode: unknownAttributeError, refused: strange });
}

/** The service, by its name in the overlay, and users that are served at one time: each asks every few seconds. */
export const stunService = "stun";
export const stunCapacity = 1000;
/** Answers in all, and to one address, behind which there may be a household. */
const stunRate: Rate = { perSecond: 250, burst: 500 };
const stunSourceRate: Rate = { perSecond: 5, burst: 20 };
/** Addresses that are counted, and for how long, ms: longer than it takes until they may ask as at first. */
const stunSourcesMax = 4096;
const stunSourceMs = 10_000;
/**
 * Bytes of an answer for each of its request. An IPv4 address in answer to the shortest request is 1.6; an IPv6 address
 * would be 2.2, and waits for a request with FINGERPRINT.
 */
const stunAmplificationMax = 2;
