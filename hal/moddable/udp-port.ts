import type UDP from "embedded:io/socket/udp";
import type { Endpoint } from "../../firmware/core/endpoint.js";
import { groupAddress } from "../../firmware/core/limits.js";
import type { Datagram, DatagramPort } from "../datagram.js";
import { Lan } from "./lan.js";
import { PlainUdpPort, type Network, type PortOwner, type UdpPortOptions } from "./plain-udp-port.js";

/** What became of datagrams that neither arrived nor left. */
export interface PortCounters {
  /** Beacons from outside the LAN. */
  readonly offLink: number;
  /** Could not be sent: no network, no route, no memory. */
  readonly unsent: number;
}

/** First byte of a beacon (protocol §2), the one thing that is sent to the group. */
const beaconByte = 224;

/**
 * The phone's own port on lwIP. One socket hears unicast, broadcast and the group, and cannot tell them apart: a beacon
 * from the LAN counts as sent to the group, everything else as sent to this phone. After a change of address the group
 * is joined anew.
 */
export class UdpPort implements DatagramPort, PortOwner {
  readonly #plain: PlainUdpPort;
  readonly #network: Network;
  #lan: Lan | undefined;
  #offLink = 0;

  constructor(options: UdpPortOptions) {
    this.#network = options.network;
    this.#plain = new PlainUdpPort(options, this);
  }

  get local(): Endpoint {
    return this.#plain.local;
  }

  get counters(): PortCounters {
    return { offLink: this.#offLink, unsent: this.#plain.unsent };
  }

  /** To be called when the network may have come or changed. */
  handleNetwork(): void {
    this.#plain.handleNetwork();
  }

  read(): Datagram | undefined {
    for (let next = this.#plain.read(); next !== undefined; next = this.#plain.read()) {
      const datagram = this.welcome(next);
      if (datagram !== undefined) return datagram;
    }
    return undefined;
  }

  send(to: Endpoint, bytes: Uint8Array): void {
    this.#plain.send(to, bytes);
  }

  sendToGroup(bytes: Uint8Array): void {
    const { port } = this.local;
    this.#plain.send({ address: groupAddress, port }, bytes);
    if (this.#lan !== undefined) this.#plain.send({ address: this.#lan.broadcast, port }, bytes);
  }

  close(): void {
    this.#plain.close();
  }

  /** The network has come or changed: the group is joined, and the LAN known. */
  handleSocket(socket: UDP, address: string): void {
    // An interface that went down has left its groups; leaving first keeps lwIP's count of users at one.
    socket.remove(groupAddress);
    socket.add(groupAddress);
    this.#lan = new Lan(address, this.#network.netmask);
  }

  /** `undefined` for what is not for the firmware: the own group datagrams, and beacons from elsewhere. */
  private welcome(datagram: Datagram): Datagram | undefined {
    const { from, bytes } = datagram;
    const { address, port } = this.local;
    if (from.port === port && from.address === address) return undefined;
    if (bytes[0] !== beaconByte) return datagram;
    if (this.#lan?.has(from.address) === true) return { from, bytes, toGroup: true };
    this.#offLink++;
    return undefined;
  }
}
