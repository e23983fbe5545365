import { BoundedQueue } from "../../firmware/core/bounded.js";
import type { Endpoint } from "../../firmware/core/endpoint.js";
import { datagramsWaitingMax } from "../../firmware/core/limits.js";
import type { Datagram, DatagramPort } from "../../hal/datagram.js";

/** How a port reaches the network it is on. */
export interface PortOwner {
  send(to: Endpoint, bytes: Uint8Array): void;
  sendToGroup(bytes: Uint8Array): void;
  closed(): void;
  onReadable(): void;
}

/** One UDP port of a handset in the virtual network. */
export class VirtualPort implements DatagramPort {
  readonly hearsGroup: boolean;
  #local: Endpoint;
  readonly #owner: PortOwner;
  readonly #waiting = new BoundedQueue<Datagram>(datagramsWaitingMax);
  #closed = false;
  #overflowed = 0;

  constructor(local: Endpoint, hearsGroup: boolean, owner: PortOwner) {
    this.#local = local;
    this.hearsGroup = hearsGroup;
    this.#owner = owner;
  }

  get local(): Endpoint {
    return this.#local;
  }

  /** Datagrams dropped because nobody read them in time. */
  get overflowed(): number {
    return this.#overflowed;
  }

  read(): Datagram | undefined {
    return this.#waiting.shift();
  }

  send(to: Endpoint, bytes: Uint8Array): void {
    if (!this.#closed) this.#owner.send(to, bytes);
  }

  sendToGroup(bytes: Uint8Array): void {
    if (!this.#closed) this.#owner.sendToGroup(bytes);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#owner.closed();
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** It is at another address from now on; whoever has it is told by `tellMoved`. */
  moveTo(address: string): void {
    this.#local = { address, port: this.#local.port };
  }

  /** Calls the handler, as a port does whose address has changed. */
  tellMoved(): void {
    if (!this.#closed) this.#owner.onReadable();
  }

  /** The network brings a datagram: called from an event of the clock. */
  deliver(datagram: Datagram): void {
    if (this.#closed) return;
    if (this.#waiting.push(datagram) !== undefined) this.#overflowed++;
    this.#owner.onReadable();
  }
}
