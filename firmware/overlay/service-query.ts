import { equalBytes } from "../core/bytes.js";
import { sameEndpoint, type Endpoint } from "../core/endpoint.js";
import { serviceAddressesMax } from "../core/limits.js";
import type { NodeId } from "../core/node-id.js";
import { after, type Deadline, type Instant } from "../core/time.js";
import { decodeDnsMessage, encodeDnsMessage } from "../wire/dns-message.js";
import { instancesIn, questionByte, serviceName } from "../wire/service-instance.js";

/**
 * Asking the LAN for host peers by DNS-SD (RFC 6763 §4, RFC 6762 §5.1): while a node is alone, one question now and
 * then from its own port, whose answers come back to it alone. Some networks carry the multicast of DNS, and no other.
 *
 * An answer is not authentic: it is worth a hello, and so many addresses are taken of those to one question.
 */
export class ServiceQuery {
  readonly #overlayId: Uint8Array;
  #askAt: Instant;
  #pauseMs = firstPauseMs;
  /** The number of the next question, but for its first byte, and of the last one; 0: none was put yet. */
  #nextId: number;
  #id = 0;
  #addressesLeft = 0;
  #hearsForeign = false;
  readonly since: Instant;

  constructor(now: Instant, overlayId: Uint8Array, self: NodeId) {
    const [byte = 0] = self;
    this.#overlayId = overlayId;
    this.#nextId = byte;
    this.since = now;
    this.#askAt = after(now, firstMs + Math.floor((spreadMs * byte) / 256));
  }

  /** Whether anybody has told of peers of another overlay. */
  get hearsForeign(): boolean {
    return this.#hearsForeign;
  }

  /** The question, when it is due; each pause is twice the one before (RFC 6762 §5.2). */
  handleTimeout(now: Instant): Uint8Array | undefined {
    if (this.#askAt > now) return undefined;
    this.#askAt = after(now, this.#pauseMs);
    this.#pauseMs = Math.min(2 * this.#pauseMs, pauseMsMax);
    this.#id = (questionByte << 8) | this.#nextId;
    this.#nextId = (this.#nextId + 1) & 0xff;
    this.#addressesLeft = serviceAddressesMax;
    return encodeDnsMessage({
      id: this.#id,
      isAnswer: false,
      questions: [{ name: serviceName, type: "PTR", wantsUnicast: false }],
      answers: [],
      additional: [],
    });
  }

  /** The addresses in an answer to the last question that may lead into our overlay, `own` left out. */
  handleAnswer(bytes: Uint8Array, own: Endpoint | undefined): readonly Endpoint[] {
    const endpoints: Endpoint[] = [];
    const read = decodeDnsMessage(bytes);
    if (!read.ok || !read.value.isAnswer || read.value.id !== this.#id) return endpoints;
    for (const { overlayId, endpoint } of instancesIn(read.value)) {
      if (this.#addressesLeft === 0) break;
      if (own !== undefined && sameEndpoint(own, endpoint)) continue;
      if (!equalBytes(overlayId, this.#overlayId)) {
        this.#hearsForeign = true;
        continue;
      }
      this.#addressesLeft--;
      endpoints.push(endpoint);
    }
    return endpoints;
  }

  pollTimeout(): Deadline {
    return { at: this.#askAt, reason: "DNS-SD" };
  }
}

/** Phones switched on together ask one after the other, by their Node-IDs (RFC 6762 §5.2). */
const firstMs = 20;
const spreadMs = 100;
const firstPauseMs = 1_000;
/** As seldom as beacons become. */
const pauseMsMax = 32_000;
