import { type Endpoint, endpointText, parseEndpoint } from "../../core/endpoint.js";
import {
  stockMessageBytesMax,
  stockMessageBytesMin,
  stockMessagePartsMax,
  stockSipPort,
} from "../../core/limits.js";
import type { Random } from "../../core/random.js";
import type { Deadline, Instant } from "../../core/time.js";
import { StockLine, stockName } from "./stock-line.js";
import { StockSources } from "./stock-sources.js";
import { UserAgent } from "./user-agent.js";

/** A datagram for the SIP socket. */
export interface StockTransmit {
  readonly to: Endpoint;
  readonly bytes: Uint8Array;
}

/**
 * A user agent for the SIP phones of a LAN: datagrams in and out (RFC 3261 §18, RFC 3581). Peers are named by their
 * endpoint, "192.0.2.7:5060", users by URI, "sip:100@192.0.2.7". What it answers is three times what came at most,
 * repetitions included, until the other has proven to be where it sends from.
 */
export class StockAgent {
  /** Commands and events; give it no messages and take none from it. */
  readonly agent: UserAgent;
  readonly #line: StockLine;
  readonly #sources: StockSources;

  constructor({ userName, random }: { readonly userName: string; readonly random: Random }) {
    this.#sources = new StockSources();
    this.#line = new StockLine(userName, random, this.#sources);
    this.agent = new UserAgent({ line: this.#line, random });
  }

  /** Address and port of the SIP socket, as others see them; a call under way is told by `agent.move`. */
  setLocal(endpoint: Endpoint): void {
    this.#line.local = endpoint;
  }

  /**
   * A datagram; `engaged` while this phone is in a call of another kind. What keeps a NAT open, and what no phone
   * sends, is passed over.
   */
  handleDatagram(now: Instant, from: Endpoint, bytes: Uint8Array, engaged: boolean): void {
    if (bytes.length < stockMessageBytesMin || bytes.length > stockMessageBytesMax || hasManyParts(bytes))
      return;
    const kept = parseEndpoint(this.agent.awaited ?? "", stockSipPort)?.address;
    this.#sources.earn(now, { address: from.address, bytes: bytes.length }, kept);
    const peer = { nodeKey: endpointText(from), userName: stockName("", from) };
    this.agent.handleMessage(now, peer, bytes, engaged);
  }

  handleTimeout(now: Instant): void {
    this.#sources.expire(now);
    this.agent.handleTimeout(now);
  }

  pollTimeout(): Deadline | undefined {
    return this.agent.pollTimeout();
  }

  /** The next datagram. Requests go wherever the person or a proven dialog wants them; answers need credit. */
  pollTransmit(): StockTransmit | undefined {
    for (let next = this.agent.pollTransmit(); next !== undefined; next = this.agent.pollTransmit()) {
      const to = parseEndpoint(next.to, stockSipPort);
      const { bytes } = next;
      if (to === undefined) continue;
      if (!isResponse(bytes) || this.#sources.take(to.address, bytes.length)) return { to, bytes };
    }
    return undefined;
  }
}

/** Whether more would have to be taken apart than a phone has room for: each line, parameter and item is a part. */
function hasManyParts(bytes: Uint8Array): boolean {
  let parts = 0;
  for (const byte of bytes) {
    if (byte === lineFeed || byte === semicolon || byte === comma) parts++;
  }
  return parts > stockMessagePartsMax;
}

const lineFeed = 0x0a;
const semicolon = 0x3b;
const comma = 0x2c;

/** "SIP/…" begins a status line; no method has a slash in it. */
function isResponse(bytes: Uint8Array): boolean {
  return bytes[3] === 0x2f;
}
