import type { RemoteInfo, Socket } from "node:dgram";
import { instant } from "../../firmware/core/time.js";
import { multicastDns, type ServiceInstance } from "../../firmware/wire/service-instance.js";
import { lanOf, sameSubnet, type InterfaceAddress } from "../../hal/node/interface-address.js";
import { boundSocket } from "../../hal/node/udp-socket.js";
import { ServiceResponder, type ServiceReply } from "./service-responder.js";

/**
 * A host peer announced on its LAN by DNS-SD, so that phones find it where multicast DNS is all that comes through.
 * Other programs of the computer may speak multicast DNS beside it: the port is shared.
 */
export class ServiceAnnouncement {
  readonly #responder: ServiceResponder;
  readonly #socket: Socket;
  readonly #lan: InterfaceAddress;
  readonly #timers: NodeJS.Timeout[] = [];

  /** Throws an Error with a plain sentence where the port, or the group, cannot be had. */
  constructor(instance: ServiceInstance) {
    const { address } = instance.endpoint;
    const lan = lanOf(address);
    if (lan === undefined) throw new Error(`this machine has no address ${address}`);
    this.#lan = lan;
    this.#responder = new ServiceResponder(instance);
    this.#socket = boundSocket("0.0.0.0", multicastDns.port, true);
    try {
      this.#join(address);
    } catch (fault) {
      this.#socket.close();
      throw fault;
    }
    this.#socket.on("message", (bytes, from) => this.#handleMessage(bytes, from));
    // What cannot be sent is lost, as on the wire; who asked asks again.
    this.#socket.on("error", () => undefined);
    this.#socket.unref();
    for (const delayMs of announcedAfterMs)
      this.#timers.push(setTimeout(() => this.#send(this.#responder.announcement(false)), delayMs).unref());
  }

  /** Tells the LAN that the peer is gone, and closes the port. */
  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#send(this.#responder.announcement(true), () => this.#socket.close());
  }

  #join(address: string): void {
    this.#socket.addMembership(multicastDns.address, address);
    this.#socket.setMulticastInterface(address);
    this.#socket.setMulticastTTL(255);
    this.#socket.setMulticastLoopback(true);
  }

  /** From off the link nobody is answered (RFC 6762 §11). */
  #handleMessage(bytes: Uint8Array, { address, port }: RemoteInfo): void {
    if (!sameSubnet(this.#lan, address)) return;
    const now = instant(Math.floor(performance.now()));
    const reply = this.#responder.handleMessage(now, { address, port }, bytes);
    if (reply !== undefined) this.#send(reply);
  }

  #send({ to, bytes }: ServiceReply, done: () => void = () => undefined): void {
    this.#socket.send(bytes, to.port, to.address, done);
  }
}

/** Twice, a second apart (RFC 6762 §8.3). */
const announcedAfterMs: readonly number[] = [0, 1000];
