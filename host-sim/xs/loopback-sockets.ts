import { createSocket, type Socket } from "node:dgram";
import { isBroadcast, isLoopback, isMulticast, loopbackBroadcast, type UdpDatagram } from "./ipv4-packet.js";

export interface LoopbackSocketsOptions {
  /** A datagram of a process for a handset or for everybody. */
  readonly onDatagram: (datagram: UdpDatagram) => void;
  /** Whether an address is a handset's: what it sent to everybody comes back, and is not a process's. */
  readonly isHandset: (address: string) => boolean;
  readonly onFault: (sentence: string) => void;
}

const portsMax = 256;
const groupsMax = 8;
const kernelBufferBytes = 512 * 1024;
const sendQueueBytesMax = 1_000_000;

/**
 * The host's sockets behind the loopback bridge: one for each port of a handset, on the handset's own address; and
 * for each port number in use one on the broadcast address and one on each group joined, as only sockets bound there
 * tell that something was sent to everybody.
 */
export class LoopbackSockets {
  readonly #options: LoopbackSocketsOptions;
  /** By "address:port". */
  readonly #own = new Map<string, Socket>();
  readonly #shared = new Map<string, Socket>();
  readonly #groups = new Set<string>();

  constructor(options: LoopbackSocketsOptions) {
    this.#options = options;
  }

  /** Holds a handset's port; once it is held, again changes nothing. */
  open(address: string, port: number): void {
    const key = `${address}:${port}`;
    if (this.#own.has(key)) return;
    if (this.#own.size >= portsMax) {
      this.#options.onFault(`bridge: no more than ${portsMax} ports of handsets`);
      return;
    }
    const socket = this.#bound(address, port, (bound) => {
      bound.setBroadcast(true);
      bound.setMulticastInterface(address);
      bound.setMulticastTTL(1);
      bound.setMulticastLoopback(true);
    });
    this.#own.set(key, socket);
    for (const everybody of [loopbackBroadcast, ...this.#groups]) this.#share(everybody, port);
  }

  /** Gives a handset's port back. */
  release(address: string, port: number): void {
    const key = `${address}:${port}`;
    closeQuietly(this.#own.get(key));
    this.#own.delete(key);
    if (this.#ports().has(port)) return;
    for (const [shared, socket] of this.#shared) {
      if (!shared.endsWith(`:${port}`)) continue;
      closeQuietly(socket);
      this.#shared.delete(shared);
    }
  }

  /** Gives all ports of a handset back. */
  releaseAll(address: string): void {
    for (const key of [...this.#own.keys()])
      if (key.startsWith(`${address}:`)) this.release(address, Number(key.split(":")[1]));
  }

  /** Hears a multicast group on all ports in use, from now on: some handset joined it. */
  join(group: string): void {
    if (!isMulticast(group) || this.#groups.has(group)) return;
    if (this.#groups.size >= groupsMax) {
      this.#options.onFault(`bridge: no more than ${groupsMax} groups`);
      return;
    }
    this.#groups.add(group);
    for (const port of this.#ports()) this.#share(group, port);
  }

  /** Sends a handset's datagram to processes; false when its port is not held, or nobody can be there. */
  send({ source, sourcePort, destination, destinationPort, payload }: UdpDatagram): boolean {
    const socket = this.#own.get(`${source}:${sourcePort}`);
    const to = isBroadcast(destination) ? loopbackBroadcast : destination;
    const reachable = to === loopbackBroadcast || isLoopback(to) || isMulticast(to);
    if (socket === undefined || !reachable || socket.getSendQueueSize() > sendQueueBytesMax) return false;
    socket.send(new Uint8Array(payload), destinationPort, to, ignore);
    return true;
  }

  close(): void {
    for (const socket of [...this.#own.values(), ...this.#shared.values()]) closeQuietly(socket);
    this.#own.clear();
    this.#shared.clear();
    this.#groups.clear();
  }

  #ports(): Set<number> {
    return new Set([...this.#own.keys()].map((key) => Number(key.split(":")[1])));
  }

  #share(address: string, port: number): void {
    const key = `${address}:${port}`;
    if (this.#shared.has(key)) return;
    const join = (bound: Socket): void => {
      if (isMulticast(address)) bound.addMembership(address, "127.0.0.1");
    };
    this.#shared.set(key, this.#bound(address, port, join));
  }

  /** A socket that hands on what processes send to `address`; its own `lookup` binds and sends without waiting. */
  #bound(address: string, port: number, prepare: (bound: Socket) => void): Socket {
    const socket = createSocket({
      type: "udp4",
      reuseAddr: true,
      recvBufferSize: kernelBufferBytes,
      lookup: (name, _options, done) => done(null, name, 4),
    });
    socket.on("error", ({ message }) =>
      this.#options.onFault(`bridge: port ${port} of ${address}: ${message}`),
    );
    socket.on("message", (payload, from) => {
      if (this.#options.isHandset(from.address)) return;
      const origin = { source: from.address, sourcePort: from.port };
      this.#options.onDatagram({ ...origin, destination: address, destinationPort: port, payload });
    });
    socket.on("listening", () => prepare(socket)); // before `bind`, which does not wait
    socket.bind({ address, port, exclusive: true });
    return socket;
  }
}

function ignore(): void {
  // A process that is not there answers nothing, as on any network.
}

function closeQuietly(socket: Socket | undefined): void {
  try {
    socket?.close();
  } catch {
    // It never was bound.
  }
}
