import type { PlainPort } from "../hal/datagram.js";
import type { Platform } from "../hal/platform.js";
import { stockMediaPortFirst, stockMediaPortLast, stockSipPort } from "./core/limits.js";

/** Which of the ports for stock phones a datagram goes through. */
export type StockPortName = "sip" | "rtp" | "rtcp";

/** Their numbers: RTCP has the one after RTP's (RFC 3550 §11). */
export interface StockPortNumbers {
  readonly sip: number;
  readonly rtp: number;
}

/**
 * The ports of stock SIP: 5060 all the time, and the first pair of 5004/5005 .. 5018/5019 that can be had while there
 * is a call with a stock phone: a port is half a kilobyte of a phone, and one more to knock at.
 */
export class StockPorts {
  readonly numbers: StockPortNumbers;
  readonly #platform: Platform;
  readonly #onReadable: (name: StockPortName) => void;
  readonly #sip: PlainPort;
  #rtp: PlainPort | undefined;
  #rtcp: PlainPort | undefined;

  private constructor(
    platform: Platform,
    onReadable: (name: StockPortName) => void,
    open: { readonly sip: PlainPort; readonly rtp: number },
  ) {
    this.#platform = platform;
    this.#onReadable = onReadable;
    this.#sip = open.sip;
    this.numbers = { sip: open.sip.local.port, rtp: open.rtp };
  }

  /** Opens 5060 and finds a pair; `undefined` where there is not all of it. `onReadable` is told which can be read. */
  static open(platform: Platform, onReadable: (name: StockPortName) => void): StockPorts | undefined {
    const sip = platform.openPlainPort(stockSipPort, () => onReadable("sip"));
    if (sip === undefined) return undefined;
    for (let rtp = stockMediaPortFirst; rtp <= stockMediaPortLast; rtp += 2)
      if (isFree(platform, rtp) && isFree(platform, rtp + 1))
        return new StockPorts(platform, onReadable, { sip, rtp });
    sip.close();
    return undefined;
  }

  /** The port of that name, while it is open. */
  port(name: StockPortName): PlainPort | undefined {
    if (name === "sip") return this.#sip;
    return name === "rtp" ? this.#rtp : this.#rtcp;
  }

  /** Opens the ports of speech, or closes them. */
  switchMedia(wanted: boolean): void {
    if (!wanted) {
      this.#rtp?.close();
      this.#rtcp?.close();
      this.#rtp = undefined;
      this.#rtcp = undefined;
      return;
    }
    const { rtp } = this.numbers;
    this.#rtp ??= this.#platform.openPlainPort(rtp, () => this.#onReadable("rtp"));
    this.#rtcp ??= this.#platform.openPlainPort(rtp + 1, () => this.#onReadable("rtcp"));
  }

  /** Gives all of them back. */
  close(): void {
    this.switchMedia(false);
    this.#sip.close();
  }
}

/** Whether nobody has a port. */
function isFree(platform: Platform, number: number): boolean {
  const port = platform.openPlainPort(number, () => undefined);
  port?.close();
  return port !== undefined;
}
