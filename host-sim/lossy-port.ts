import type { Endpoint } from "../firmware/core/endpoint.js";
import type { Datagram, DatagramPort, PlainPort } from "../hal/datagram.js";
import type { Prng } from "./virtual/prng.js";

/**
 * A port that loses some of what arrives. Only arrivals: where every handset has such a port, a datagram is lost
 * once on its way with just this ratio, and a group datagram at each hearer by itself, as on a radio.
 */
export class LossyPlainPort implements PlainPort {
  readonly #port: PlainPort;
  readonly #lossRatio: number;
  readonly #prng: Prng;
  #lost = 0;
  #passed = 0;

  constructor(port: PlainPort, lossRatio: number, prng: Prng) {
    this.#port = port;
    this.#lossRatio = lossRatio;
    this.#prng = prng;
  }

  get local(): Endpoint {
    return this.#port.local;
  }

  /** Datagrams lost and passed on so far. */
  get counts(): { readonly lost: number; readonly passed: number } {
    return { lost: this.#lost, passed: this.#passed };
  }

  read(): Datagram | undefined {
    for (let datagram = this.#port.read(); datagram !== undefined; datagram = this.#port.read()) {
      if (!this.#prng.chance(this.#lossRatio)) {
        this.#passed++;
        return datagram;
      }
      this.#lost++;
    }
    return undefined;
  }

  send(to: Endpoint, bytes: Uint8Array): void {
    this.#port.send(to, bytes);
  }

  close(): void {
    this.#port.close();
  }
}

/** The same of the port that has a group. */
export class LossyPort extends LossyPlainPort implements DatagramPort {
  readonly #port: DatagramPort;

  constructor(port: DatagramPort, lossRatio: number, prng: Prng) {
    super(port, lossRatio, prng);
    this.#port = port;
  }

  sendToGroup(bytes: Uint8Array): void {
    this.#port.sendToGroup(bytes);
  }
}
