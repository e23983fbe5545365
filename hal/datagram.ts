import type { Endpoint } from "../firmware/core/endpoint.js";

/** A datagram as it arrived. `bytes` belong to the reader until the next read. */
export interface Datagram {
  readonly from: Endpoint;
  readonly bytes: Uint8Array;
  /** It came to a multicast or broadcast address: only beacons are welcome there. */
  readonly toGroup: boolean;
}

/** A UDP port that sends to one address at a time and joins no group: for SIP and speech of stock phones. */
export interface PlainPort {
  /**
   * Where others on the LAN reach this port; its address is `noAddress` before the network has given one. Where it
   * may change (a device on Wi-Fi), the handler given at opening is called after each change, too.
   */
  readonly local: Endpoint;
  /** The next datagram, or `undefined` when there is none now; call until then. */
  read(): Datagram | undefined;
  /** Sends one datagram; one that can't be sent (no route, network down) is lost without a word, as on the wire. */
  send(to: Endpoint, bytes: Uint8Array): void;
  close(): void;
}

/** The phone's own UDP port, with what it hears of multicast and subnet broadcast on the same port number. */
export interface DatagramPort extends PlainPort {
  /** Sends to the LAN: multicast with TTL 1 and subnet broadcast. */
  sendToGroup(bytes: Uint8Array): void;
}
