import type { RemoteInfo, Socket } from "node:dgram";
import { readFileSync } from "node:fs";
import { BoundedQueue } from "../../firmware/core/bounded.js";
import { addressBytes, type Endpoint } from "../../firmware/core/endpoint.js";
import { datagramsWaitingMax, groupAddress } from "../../firmware/core/limits.js";
import type { Datagram, DatagramPort } from "../datagram.js";
import { lanOf, sameSubnet, type InterfaceAddress } from "./interface-address.js";
import { boundSocket, kernelBufferBytes, sendQueueBytesMax } from "./udp-socket.js";

/** What became of datagrams that neither arrived nor left. */
export interface PortCounters {
  /** Dropped because the firmware did not read in time. */
  readonly overflowed: number;
  /** Of our own, come back from the group; and group datagrams from outside the LAN. */
  readonly own: number;
  readonly offLink: number;
  /** Could not be sent: no route, network down, kernel queue full. */
  readonly unsent: number;
}

/**
 * A UDP port on Node, IPv4. Two sockets: one bound to the phone's own address, which sends everything and
 * hears what is sent to that address; one bound to 0.0.0.0, same port, because only there do multicast and
 * broadcast arrive. What arrives on the second counts as sent to the group, also the rare unicast datagram
 * for an address nobody else is bound to.
 *
 * Sockets are bound when the constructor returns; it throws an Error with a plain sentence when that is
 * impossible.
 */
export class UdpPort implements DatagramPort {
  readonly local: Endpoint;
  readonly #lan: InterfaceAddress;
  readonly #onReadable: () => void;
  readonly #own: Socket;
  readonly #group: Socket;
  readonly #waiting = new BoundedQueue<Datagram>(datagramsWaitingMax);
  #overflowed = 0;
  #ownHeard = 0;
  #offLink = 0;
  #unsent = 0;
  #closed = false;

  /** `local.port` 0 lets the system choose. */
  constructor(local: Endpoint, onReadable: () => void) {
    const lan = lanOf(local.address);
    if (lan === undefined) throw new Error(`this machine has no address ${local.address}`);
    if (isTaken(local)) throw new Error(`port ${local.port} of ${local.address} is taken by another program`);
    this.#lan = lan;
    this.#onReadable = onReadable;
    this.#own = boundSocket(local.address, local.port, true);
    this.local = { address: local.address, port: this.#own.address().port };
    try {
      this.#group = boundSocket("0.0.0.0", this.local.port, true);
    } catch (error) {
      this.#own.close();
      throw error;
    }
    this.#prepare();
  }

  get counters(): PortCounters {
    const [overflowed, own, offLink, unsent] = [
      this.#overflowed,
      this.#ownHeard,
      this.#offLink,
      this.#unsent,
    ];
    return { overflowed, own, offLink, unsent };
  }

  read(): Datagram | undefined {
    return this.#waiting.shift();
  }

  send(to: Endpoint, bytes: Uint8Array): void {
    if (addressBytes(to.address)?.length === 4) this.#send(to.address, to.port, bytes);
    else this.#unsent++;
  }

  sendToGroup(bytes: Uint8Array): void {
    this.#send(groupAddress, this.local.port, bytes);
    this.#send(this.#lan.broadcast, this.local.port, bytes);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#own.close();
    this.#group.close();
  }

  #prepare(): void {
    this.#own.setMulticastInterface(this.local.address);
    this.#own.setMulticastTTL(1);
    this.#own.setMulticastLoopback(true);
    this.#own.setBroadcast(true);
    this.#joinGroup();
    this.#own.on("message", (bytes, from) => this.#handleMessage(bytes, from, false));
    this.#group.on("message", (bytes, from) => this.#handleMessage(bytes, from, true));
    for (const socket of [this.#own, this.#group]) {
      socket.on("error", () => this.#unsent++);
      socket.setRecvBufferSize(kernelBufferBytes);
    }
  }

  /** An interface without multicast still has broadcast: going on is right. */
  #joinGroup(): void {
    try {
      this.#group.addMembership(groupAddress, this.local.address);
    } catch {
      this.#unsent++;
    }
  }

  #send(address: string, port: number, bytes: Uint8Array): void {
    if (this.#closed) return;
    if (this.#own.getSendQueueSize() > sendQueueBytesMax) {
      this.#unsent++;
      return;
    }
    // A copy: the kernel may take the bytes after this turn, when the firmware has reused them.
    this.#own.send(new Uint8Array(bytes), port, address, (error) => {
      if (error !== null) this.#unsent++;
    });
  }

  #handleMessage(bytes: Uint8Array, from: RemoteInfo, toGroup: boolean): void {
    if (this.#closed) return;
    if (from.port === this.local.port && from.address === this.local.address) {
      this.#ownHeard++;
      return;
    }
    if (toGroup && !sameSubnet(this.#lan, from.address)) {
      this.#offLink++;
      return;
    }
    const datagram = {
      from: { address: from.address, port: from.port },
      bytes: new Uint8Array(bytes),
      toGroup,
    };
    if (this.#waiting.push(datagram) !== undefined) this.#overflowed++;
    this.#onReadable();
  }
}

/**
 * Whether another socket is bound to just this address and port. All phones of a machine share the port
 * number, hence `reuseAddr`, and with it the kernel would let two phones take one address, the older going
 * deaf. Linux tells; elsewhere nobody is asked.
 */
function isTaken(local: Endpoint): boolean {
  if (local.port === 0) return false;
  const bytes = addressBytes(local.address) ?? new Uint8Array(4);
  const hex = (value: number, digits: number): string =>
    value.toString(16).toUpperCase().padStart(digits, "0");
  const littleEndian = Array.from(bytes, (byte) => hex(byte, 2))
    .reverse()
    .join("");
  try {
    const sockets = readFileSync("/proc/self/net/udp", "latin1");
    return new RegExp(`^ *\\d+: ${littleEndian}:${hex(local.port, 4)} `, "m").test(sockets);
  } catch {
    return false;
  }
}
