import type UDP from "embedded:io/socket/udp";
import type { UdpPacket } from "embedded:io/socket/udp";
import type Timer from "timer";
import type { TimerId } from "timer";
import { noAddress, type Endpoint } from "../../firmware/core/endpoint.js";
import { datagramsPerTurnMax, groupAddress } from "../../firmware/core/limits.js";
import type { Datagram, DatagramPort } from "../datagram.js";
import type { FaultGuard } from "./fault-guard.js";
import { isIpv4, Lan } from "./lan.js";

/** What the port asks of the network it is on; asked again after each change. */
export interface Network {
  /** The phone's IPv4 address, while it has one. */
  readonly address: string | undefined;
  readonly netmask: string | undefined;
}

export interface UdpPortOptions {
  readonly udp: typeof UDP;
  readonly timers: typeof Timer;
  readonly guard: FaultGuard;
  readonly network: Network;
  readonly port: number;
  /** Called from the loop when datagrams wait or the address has changed. */
  readonly onReadable: () => void;
}

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
 * The phone's port on lwIP. One socket, bound to all addresses, hears unicast, broadcast and the group, and cannot tell
 * them apart: a beacon from the LAN counts as sent to the group, everything else as sent to this phone. There is no
 * socket before there is a network; it outlives changes of address, only the group is joined anew.
 *
 * Of a flood so many datagrams are read in one turn, then timers and audio have theirs; what waits meanwhile waits in
 * the radio's buffers, which are few.
 */
export class UdpPort implements DatagramPort {
  readonly #options: UdpPortOptions;
  readonly #continuation: TimerId;
  #local: Endpoint;
  #lan: Lan | undefined;
  #socket: UDP | undefined;
  #left = 0;
  #offLink = 0;
  #unsent = 0;
  #closed = false;

  constructor(options: UdpPortOptions) {
    this.#options = options;
    this.#local = { address: noAddress, port: options.port };
    this.#continuation = options.timers.repeat(() => this.enter(), idleMs);
    options.timers.schedule(this.#continuation);
    this.settle();
  }

  /** Keeps the last address while the network is away: links come back to it, or learn the next. */
  get local(): Endpoint {
    return this.#local;
  }

  get counters(): PortCounters {
    return { offLink: this.#offLink, unsent: this.#unsent };
  }

  /** To be called when the network may have come or changed. */
  handleNetwork(): void {
    const before = this.#local;
    this.settle();
    if (this.#local !== before) this.#deliver();
  }

  read(): Datagram | undefined {
    for (let packet = this.take(); packet !== undefined; packet = this.take()) {
      const datagram = this.datagramOf(packet);
      if (datagram !== undefined) return datagram;
    }
    return undefined;
  }

  send(to: Endpoint, bytes: Uint8Array): void {
    this.write(bytes, to.address, to.port);
  }

  sendToGroup(bytes: Uint8Array): void {
    const { port } = this.#local;
    this.write(bytes, groupAddress, port);
    if (this.#lan !== undefined) this.write(bytes, this.#lan.broadcast, port);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.timers.clear(this.#continuation);
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** Brings socket, group and address to what the network is now. */
  private settle(): void {
    const { address, netmask } = this.#options.network;
    if (this.#closed || address === undefined || !isIpv4(address)) return;
    try {
      this.#socket ??= new this.#options.udp({
        port: this.#local.port,
        onReadable: () => this.enter(),
      });
      // An interface that went down has left its groups; leaving first keeps lwIP's count of users at one.
      this.#socket.remove(groupAddress);
      this.#socket.add(groupAddress);
    } catch (error) {
      this.#options.guard.report(`opening port ${this.#local.port}`, error);
      return;
    }
    this.#lan = new Lan(address, netmask);
    if (address !== this.#local.address) this.#local = { address, port: this.#local.port };
  }

  private enter(): void {
    this.#options.guard.run("udp", this.#deliver);
  }

  /** One turn: the handler reads until nothing is left, or the turn's share is used up. */
  readonly #deliver = (): void => {
    if (this.#closed) return;
    this.#left = datagramsPerTurnMax;
    this.#options.onReadable();
  };

  private take(): UdpPacket | undefined {
    if (this.#left === 0) {
      if (!this.#closed) this.#options.timers.schedule(this.#continuation, 0, idleMs);
      return undefined;
    }
    this.#left--;
    const packet = this.#socket?.read();
    if (packet === undefined) this.#options.timers.schedule(this.#continuation);
    return packet;
  }

  /** `undefined` for what is not for the firmware: the own group datagrams, and beacons from elsewhere. */
  private datagramOf(packet: UdpPacket): Datagram | undefined {
    const { address, port } = packet;
    if (port === this.#local.port && address === this.#local.address) return undefined;
    const bytes = new Uint8Array(packet);
    const toGroup = bytes[0] === beaconByte;
    if (toGroup && this.#lan?.has(address) !== true) {
      this.#offLink++;
      return undefined;
    }
    return { from: { address, port }, bytes, toGroup };
  }

  private write(bytes: Uint8Array, address: string, port: number): void {
    try {
      if (this.#socket === undefined) this.#unsent++;
      else this.#socket.write(bytes, address, port);
    } catch {
      this.#unsent++;
    }
  }
}

/** A repeating timer that is not wanted fires so seldom; it must repeat to outlive its own callback. */
const idleMs = 86_400_000;
