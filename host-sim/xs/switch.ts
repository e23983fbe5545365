import { rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { isGroupMac, readEthernetFrame, type Mac } from "./ethernet-frame.js";
import { FrameStream } from "./frame-stream.js";

/** Something plugged into the switch. */
export interface SwitchPort {
  send(frame: Buffer): void;
  /** The QEMU behind which this address was has gone. */
  forget?(mac: Mac): void;
}

/** What became of frames. */
export interface SwitchCounters {
  readonly forwarded: number;
  /** Sent to all ports: for a group, or for an address not seen yet. */
  readonly flooded: number;
  /** Shorter than a header. */
  readonly malformed: number;
}

const portsMax = 256;
const addressesMax = 1024;

/**
 * An Ethernet switch in user space, for emulated handsets: each QEMU (`-netdev stream,server=off,addr.type=unix,
 * addr.path=<path>`) is a port; so may be others in this process (`plug`). It learns which address is behind which
 * port from what it forwards. Needs no privileges, and no network of the computer.
 */
export class EthernetSwitch {
  readonly #server: Server = createServer((socket) => this.#accept(socket));
  readonly #ports = new Set<SwitchPort>();
  readonly #streams = new Set<FrameStream>();
  readonly #behind = new Map<Mac, SwitchPort>();
  readonly #counts = { forwarded: 0, flooded: 0, malformed: 0 };

  /** Begins to listen at `path`; rejects where no socket can be made there. */
  async listen(path: string): Promise<void> {
    rmSync(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(path, () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
  }

  get counters(): SwitchCounters {
    return { ...this.#counts };
  }

  /** How many QEMUs are connected. */
  get connected(): number {
    return this.#streams.size;
  }

  /** Adds a port, behind which `mac` is. What it sends it hands to the function returned. */
  plug(port: SwitchPort, mac: Mac): (frame: Buffer) => void {
    this.#ports.add(port);
    this.#learn(mac, port);
    return (frame) => this.#forward(frame, port);
  }

  /** Cuts all ports off and stops listening. */
  close(): void {
    this.#server.close();
    for (const stream of this.#streams) stream.close();
    this.#ports.clear();
    this.#behind.clear();
  }

  #accept(socket: Socket): void {
    if (this.#streams.size >= portsMax) {
      socket.destroy();
      return;
    }
    const stream: FrameStream = new FrameStream(
      socket,
      (frame) => this.#forward(frame, stream),
      () => this.#unplug(stream),
    );
    this.#streams.add(stream);
    this.#ports.add(stream);
  }

  #unplug(stream: FrameStream): void {
    this.#streams.delete(stream);
    this.#ports.delete(stream);
    for (const [mac, port] of [...this.#behind]) {
      if (port !== stream) continue;
      this.#behind.delete(mac);
      for (const other of this.#ports) other.forget?.(mac);
    }
  }

  #forward(frame: Buffer, from: SwitchPort): void {
    const fields = readEthernetFrame(frame);
    if (fields === undefined) {
      this.#counts.malformed++;
      return;
    }
    this.#learn(fields.source, from);
    const to = isGroupMac(fields.destination) ? undefined : this.#behind.get(fields.destination);
    if (to !== undefined) {
      this.#counts.forwarded++;
      if (to !== from) to.send(frame);
      return;
    }
    this.#counts.flooded++;
    for (const port of this.#ports) if (port !== from) port.send(frame);
  }

  #learn(source: Mac, from: SwitchPort): void {
    if (isGroupMac(source)) return;
    if (this.#behind.has(source) || this.#behind.size < addressesMax) this.#behind.set(source, from);
  }
}
