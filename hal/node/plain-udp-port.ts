import type { RemoteInfo, Socket } from "node:dgram";
import { BoundedQueue } from "../../firmware/core/bounded.js";
import { addressBytes, type Endpoint } from "../../firmware/core/endpoint.js";
import { datagramsWaitingMax } from "../../firmware/core/limits.js";
import type { Datagram, PlainPort } from "../datagram.js";
import { boundSocket, kernelBufferBytes, sendQueueBytesMax } from "./udp-socket.js";

/**
 * A UDP port of one address on Node, IPv4, that shares its number with nobody on that address. It is bound when the
 * constructor returns, which throws an Error with a plain sentence where another program has it.
 */
export class PlainUdpPort implements PlainPort {
  readonly local: Endpoint;
  readonly #onReadable: () => void;
  readonly #socket: Socket;
  readonly #waiting = new BoundedQueue<Datagram>(datagramsWaitingMax);
  #unsent = 0;
  #closed = false;

  /** `local.port` 0 lets the system choose. */
  constructor(local: Endpoint, onReadable: () => void) {
    this.#onReadable = onReadable;
    this.#socket = boundSocket(local.address, local.port, false);
    this.local = { address: local.address, port: this.#socket.address().port };
    this.#socket.on("message", (bytes, from) => this.#handleMessage(bytes, from));
    this.#socket.on("error", () => this.#unsent++);
    this.#socket.setRecvBufferSize(kernelBufferBytes);
  }

  /** Datagrams that could not be sent: no route, network down, kernel queue full. */
  get unsent(): number {
    return this.#unsent;
  }

  read(): Datagram | undefined {
    return this.#waiting.shift();
  }

  send(to: Endpoint, bytes: Uint8Array): void {
    if (this.#closed) return;
    if (addressBytes(to.address)?.length !== 4 || this.#socket.getSendQueueSize() > sendQueueBytesMax) {
      this.#unsent++;
      return;
    }
    // A copy: the kernel may take the bytes after this turn, when the firmware has reused them.
    this.#socket.send(new Uint8Array(bytes), to.port, to.address, (error) => {
      if (error !== null) this.#unsent++;
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }

  #handleMessage(bytes: Uint8Array, from: RemoteInfo): void {
    if (this.#closed) return;
    const { address, port } = from;
    this.#waiting.push({ from: { address, port }, bytes: new Uint8Array(bytes), toGroup: false });
    this.#onReadable();
  }
}
