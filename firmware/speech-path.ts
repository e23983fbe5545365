import { noAddress, sameEndpoint, type Endpoint } from "./core/endpoint.js";
import type { StockPortName } from "./stock-ports.js";
import type { NegotiatedMedia } from "./usage/sip/offer-answer.js";
import { rtpKind } from "./wire/rtp.js";

/** One RTP or RTCP packet on its way: to be sent before the voice is used again, which reuses the bytes. */
export interface MediaTransmit {
  readonly to: Endpoint;
  readonly bytes: Uint8Array;
  readonly through?: StockPortName;
}

/** Where the speech of a call goes, and whence it is taken. */
export interface SpeechPath {
  /** What was agreed on, at first and after each change. */
  agree(media: NegotiatedMedia): void;
  /** Whether a packet is the other side's; `through`: the port it came to. */
  takes(from: Endpoint, through: StockPortName | undefined): boolean;
  /** Addresses a packet; `undefined` while nothing may be sent. */
  address(bytes: Uint8Array): MediaTransmit | undefined;
}

/** Between nodes, whose link proves what they say: one address, and the port of everything else for RTP and RTCP. */
export class LinkPath implements SpeechPath {
  #remote: Endpoint | undefined;

  agree(media: NegotiatedMedia): void {
    this.#remote = media.remote;
  }

  /** The other end of the link is elsewhere now, `before` as it was: speech moves with it if it was there. */
  follow(before: string, now: string): boolean {
    if (this.#remote?.address !== before || before === now) return false;
    this.#remote = { address: now, port: this.#remote.port };
    return true;
  }

  takes(from: Endpoint, through: StockPortName | undefined): boolean {
    return through === undefined && this.#remote !== undefined && sameEndpoint(from, this.#remote);
  }

  address(bytes: Uint8Array): MediaTransmit | undefined {
    return this.#remote === undefined ? undefined : { to: this.#remote, bytes };
  }
}

/**
 * With a stock phone, of which the answer to our signalling proves one address: `signalling`. Speech goes to that
 * address, and to another only once speech has come from it, so that nobody has this phone speak to a third. A phone
 * that sends from another port than it named, or from where it signals, is answered there (RFC 4961): once, and not
 * while it is heard where it said.
 */
export class StockPath implements SpeechPath {
  readonly #signalling: string;
  #agreed: NegotiatedMedia | undefined;
  #rtp: Endpoint = { address: noAddress, port: 1 };
  #heard = false;

  constructor(signalling: string) {
    this.#signalling = signalling;
  }

  agree(media: NegotiatedMedia): void {
    const before = this.#agreed;
    this.#agreed = media;
    if (before !== undefined && sameEndpoint(before.remote, media.remote)) return;
    this.#rtp = media.remote;
    this.#heard = false;
  }

  takes(from: Endpoint, through: StockPortName | undefined): boolean {
    if (this.#agreed === undefined || through === undefined || through === "sip") return false;
    if (through === "rtcp") return this.isKnown(from.address);
    if (!sameEndpoint(from, this.#rtp)) {
      const isNamed = sameEndpoint(from, this.#agreed.remote);
      if (!isNamed && (this.#heard || !this.isKnown(from.address))) return false;
      this.#rtp = from;
    }
    this.#heard = true;
    return true;
  }

  address(bytes: Uint8Array): MediaTransmit | undefined {
    const to = this.#rtp;
    if (to.address === noAddress || (!this.#heard && to.address !== this.#signalling)) return undefined;
    if (rtpKind(bytes) !== "rtcp") return { to, bytes, through: "rtp" };
    return { to: this.reportsTo(), bytes, through: "rtcp" };
  }

  /** Where it asked for reports (RFC 3605), but to nobody else than it is itself; else the port after RTP's. */
  private reportsTo(): Endpoint {
    const asked = this.#agreed?.remoteRtcp;
    if (asked !== undefined && this.isKnown(asked.address)) return asked;
    return { address: this.#rtp.address, port: Math.min(this.#rtp.port + 1, 65_535) };
  }

  private isKnown(address: string): boolean {
    return address === this.#signalling || address === this.#agreed?.remote.address;
  }
}
