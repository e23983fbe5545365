import type UDP from "embedded:io/socket/udp";
import type { UdpPacket } from "embedded:io/socket/udp";
import type Timer from "timer";
import type { TimerId } from "timer";
import { noAddress, type Endpoint } from "../../firmware/core/endpoint.js";
import { datagramsPerTurnMax } from "../../firmware/core/limits.js";
import type { Datagram, PlainPort } from "../datagram.js";
import type { FaultGuard } from "./fault-guard.js";
import { isIpv4 } from "./lan.js";

/** What a port asks of the network it is on; asked again after each change. */
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

/** Who has opened a port and hears of it: an object rather than functions, which take 150 B each. */
export interface PortOwner {
  /** The network has come or changed, an IPv4 address; what this throws is reported. */
  handleSocket?(socket: UDP, address: string): void;
  handleClosed?(port: PlainUdpPort): void;
}

/**
 * A port on lwIP, bound to all addresses of the phone. There is no socket before there is a network; it outlives
 * changes of address.
 *
 * Of a flood so many datagrams are read in one turn, then timers and audio have theirs; what waits meanwhile waits in
 * the radio's buffers, which are few.
 */
export class PlainUdpPort implements PlainPort {
  readonly #options: UdpPortOptions;
  readonly #owner: PortOwner | undefined;
  #socket: UDP | undefined;
  #continuation: TimerId | undefined;
  #local: Endpoint;
  #left = 0;
  #unsent = 0;
  #closed = false;

  constructor(options: UdpPortOptions, owner?: PortOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#local = { address: noAddress, port: options.port };
    this.settle();
  }

  /** Keeps the last address while the network is away: others come back to it, or learn the next. */
  get local(): Endpoint {
    return this.#local;
  }

  /** Datagrams that could not be sent: no network, no route, no memory. */
  get unsent(): number {
    return this.#unsent;
  }

  /** Whether it has a socket: not before there was a network, nor where lwIP refused one. */
  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  /** To be called when the network may have come or changed. */
  handleNetwork(): void {
    const before = this.#local;
    this.settle();
    if (this.#local !== before) this.deliver();
  }

  read(): Datagram | undefined {
    const packet = this.take();
    if (packet === undefined) return undefined;
    const { address, port } = packet;
    return { from: { address, port }, bytes: new Uint8Array(packet), toGroup: false };
  }

  send(to: Endpoint, bytes: Uint8Array): void {
    try {
      if (this.#socket === undefined) this.#unsent++;
      else this.#socket.write(bytes, to.address, to.port);
    } catch {
      this.#unsent++;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#continuation !== undefined) this.#options.timers.clear(this.#continuation);
    this.#continuation = undefined;
    this.#socket?.close();
    this.#socket = undefined;
    this.#owner?.handleClosed?.(this);
  }

  /** Brings socket and address to what the network is now. */
  private settle(): void {
    const { port, network, udp, guard } = this.#options;
    const { address } = network;
    if (this.#closed || address === undefined || !isIpv4(address)) return;
    try {
      this.#socket ??= new udp({ port, onReadable: () => this.enter() });
      this.#owner?.handleSocket?.(this.#socket, address);
    } catch (error) {
      guard.report(`opening port ${port}`, error);
      return;
    }
    if (address !== this.#local.address) this.#local = { address, port };
  }

  private enter(): void {
    try {
      this.deliver();
    } catch (error) {
      this.#options.guard.handleFault("udp", error);
    }
  }

  /** One turn: the handler reads until nothing is left, or the turn's share is used up. */
  private deliver(): void {
    if (this.#closed) return;
    this.#left = datagramsPerTurnMax;
    this.#options.onReadable();
  }

  private take(): UdpPacket | undefined {
    if (this.#left === 0) {
      this.goOnLater();
      return undefined;
    }
    this.#left--;
    const packet = this.#socket?.read();
    if (packet === undefined && this.#continuation !== undefined)
      this.#options.timers.schedule(this.#continuation);
    return packet;
  }

  /** The timer is made at the first flood: most ports never see one. */
  private goOnLater(): void {
    if (this.#closed || this.#socket === undefined) return;
    const { timers } = this.#options;
    this.#continuation ??= timers.repeat(() => this.enter(), idleMs);
    timers.schedule(this.#continuation, 0, idleMs);
  }
}

/** A repeating timer that is not wanted fires so seldom; it must repeat to outlive its own callback. */
const idleMs = 86_400_000;
