import { datagramBytesMax, type LinkLimits } from "../core/limits.js";
import type { Duration, Instant } from "../core/time.js";
import { cookieByte, cookieFrameBytes, dataByte, dataOverheadBytes } from "../wire/frame.js";
import { hello1Byte, hello1BytesMin, hello2Byte } from "../wire/frame.js";
import type { IndexOwner } from "./context.js";
import type { IndexRegistry } from "./index-registry.js";
import type { DropReason } from "./link-event.js";

/**
 * The first look at a frame, before anything is made of it: of a flood nearly every datagram ends here, so it asks for
 * nothing but the first bytes, the length, the index and how many hellos were read in this second. What passes may
 * still be nothing.
 */
export class Sieve {
  readonly #indexes: IndexRegistry<IndexOwner>;
  readonly #hellosPerSecond: number;
  /** In a call: a quarter of the hellos is read. */
  isBusy = false;
  #secondAt: Instant = 0 as Instant;
  #hellos = 0;
  #cookiedHellos = 0;

  constructor(indexes: IndexRegistry<IndexOwner>, limits: LinkLimits) {
    this.#indexes = indexes;
    this.#hellosPerSecond = limits.hellosReadPerSecond;
  }

  /** Why a frame is not worth reading; `undefined`: it may be. */
  refusal(now: Instant, bytes: Uint8Array): DropReason | undefined {
    const first = bytes[0] ?? 0;
    const { length } = bytes;
    if (length > datagramBytesMax) return "malformed";
    if (first === dataByte) return length < dataOverheadBytes ? "malformed" : this.unknown(bytes);
    if (first >= hello2Byte) {
      if (first > cookieByte) return "malformed";
      return length < cookieFrameBytes ? "malformed" : this.unknown(bytes);
    }
    if (first > hello1Byte + 3) return "malformed";
    return length < hello1BytesMin ? "malformed" : this.unread(now, (first & 2) !== 0);
  }

  private unknown(bytes: Uint8Array): DropReason | undefined {
    return this.#indexes.find(indexIn(bytes)) === undefined ? "unknown-index" : undefined;
  }

  /** Hellos with a cookie and those without have a share of their own: a flood of one kind leaves the other. */
  private unread(now: Instant, cookied: boolean): DropReason | undefined {
    if (now - this.#secondAt >= secondMs) {
      this.#secondAt = now;
      this.#hellos = 0;
      this.#cookiedHellos = 0;
    }
    const read = cookied ? ++this.#cookiedHellos : ++this.#hellos;
    return read > (this.isBusy ? this.#hellosPerSecond / busyPart : this.#hellosPerSecond)
      ? "hello-rate"
      : undefined;
  }
}

/** Whom a frame other than hello1 names: its bytes 1 .. 3. */
export function indexIn(bytes: Uint8Array): number {
  return ((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
}

const secondMs: Duration = 1000;
const busyPart = 4;
