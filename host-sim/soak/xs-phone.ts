import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { groupAddress } from "../../firmware/core/limits.js";
import { instant, type Instant } from "../../firmware/core/time.js";
import type { DatagramPort } from "../../hal/datagram.js";
import type { VirtualEvent } from "../virtual/clock.js";
import type { PrintedEvent, VirtualLab } from "../virtual/lab.js";
import { BoardLine, type BoardMessage } from "./board-line.js";
import type { SoakPhone } from "./soak-phone.js";

/** What an XS phone runs on. */
export interface XsPhoneOptions {
  readonly name: string;
  /** `muster-xs-virtual`, and the words that name its modules and its arena. */
  readonly program: string;
  readonly words: readonly string[];
  /** Where its memory, its pipes and its complaints lie. */
  readonly folder: string;
  readonly overlay: string;
  /** A sound file its microphone hears. */
  readonly speech: string;
  readonly seed: number;
}

const microsecondsPerMs = 1000;
/** Of a datagram on the line: socket (1), address (4), port (2). */
const endpointBytes = 7;

/**
 * A phone as it ships, HAL and all, in the XS engine within its arena, as one node of a virtual lab: its board has no
 * clock and no network but the lab's. A turn of it takes no virtual time.
 */
export class XsPhone implements SoakPhone {
  readonly name: string;
  readonly #lab: VirtualLab;
  readonly #options: XsPhoneOptions;
  readonly #ports = new Map<number, DatagramPort>();
  #line: BoardLine | undefined;
  #zero: Instant = instant(0);
  #wake: VirtualEvent | undefined;
  #decoder = new StringDecoder();
  #printed = "";
  #events: PrintedEvent[] = [];
  #starts = 0;

  constructor(lab: VirtualLab, options: XsPhoneOptions) {
    this.name = options.name;
    this.#lab = lab;
    this.#options = options;
    // Nothing is left of a former soak in the same place.
    rmSync(options.folder, { recursive: true, force: true });
    mkdirSync(options.folder, { recursive: true });
  }

  get address(): string {
    return this.#lab.addressOf(this.name);
  }

  get isOn(): boolean {
    return this.#line !== undefined;
  }

  switchOn(): void {
    const { program, words, folder, speech, seed, overlay } = this.#options;
    const isFirst = this.#starts === 0;
    this.#starts++;
    this.#zero = instant(Math.floor(this.#lab.clock.now()));
    this.#events = [];
    this.#decoder = new StringDecoder();
    this.#printed = "";
    const place = ["--address", this.address, "--state", join(folder, "state"), "--speak", speech];
    const config = ["console=json", "wifi=none", `board.seed=${seed + this.#starts}`];
    const configured = config.flatMap((each) => ["--config", each]);
    this.#line = new BoardLine(program, [...words, ...place, ...configured], folder);
    this.#listen();
    for (const line of isFirst ? [`set overlay ${overlay}`, `set name ${this.name}`] : []) this.type(line);
  }

  switchOff(): void {
    this.#line?.kill();
    this.#line = undefined;
    if (this.#wake !== undefined) this.#lab.clock.cancel(this.#wake);
    this.#wake = undefined;
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
  }

  type(line: string): void {
    const { clock, network } = this.#lab;
    network.note(`${this.address} typed ${line}`);
    clock.schedule(clock.now(), `typed "${line}"`, () => this.#tell("S", Buffer.from(`${line}\n`)));
  }

  events(): readonly PrintedEvent[] {
    return this.#events;
  }

  forget(): void {
    this.#events = [];
  }

  /** Something happens to the phone, and it has its turn. */
  #tell(kind: string, ...parts: readonly Uint8Array[]): void {
    if (this.#line === undefined) return;
    if (this.#wake !== undefined) this.#lab.clock.cancel(this.#wake);
    this.#wake = undefined;
    this.#line.send(kind, this.#microseconds(), ...parts);
    this.#listen();
  }

  /** Carries out what the phone does until it waits. */
  #listen(): void {
    for (;;) {
      const message = this.#line?.receive();
      if (message === undefined) {
        this.switchOff();
        throw new Error(`${this.name} on XS has ended: ${this.#complaints()}`);
      }
      if (message.kind === "W") {
        this.#wait(Number(message.rest.getBigUint64(0, true)));
        return;
      }
      if (message.kind === "X") {
        this.switchOff();
        if (message.rest.getUint32(0, true) !== 0)
          throw new Error(`${this.name} on XS: ${this.#complaints()}`);
        return;
      }
      this.#carryOut(message);
    }
  }

  #wait(until: number): void {
    const at = this.#zero + until / microsecondsPerMs;
    if (!(at < Number.MAX_SAFE_INTEGER / microsecondsPerMs)) return;
    this.#wake = this.#lab.clock.schedule(instant(at), `timer of ${this.address}`, () => {
      this.#wake = undefined;
      this.#tell("T");
    });
  }

  #carryOut({ kind, rest }: BoardMessage): void {
    const socket = rest.byteLength === 0 ? 0 : rest.getUint8(0);
    switch (kind) {
      case "O":
        this.#open(socket, rest.getUint16(1, true));
        return;
      case "C":
        this.#ports.get(socket)?.close();
        this.#ports.delete(socket);
        return;
      case "D":
        this.#send(socket, rest);
        return;
      case "S":
        this.#print(this.#decoder.write(Buffer.from(rest.buffer)));
        return;
      default:
        throw new Error(`the board said "${kind}"`);
    }
  }

  #open(socket: number, number: number): void {
    const port = this.#lab.network.openPort({ address: this.address, port: number }, () => {
      for (let datagram = port.read(); datagram !== undefined; datagram = port.read()) {
        const { from, bytes } = datagram;
        this.#tell("D", endpointOnLine(socket, from.address, from.port), bytes);
      }
    });
    this.#ports.set(socket, port);
  }

  /** The lab's network makes the two copies of a group datagram: the phone's broadcast is the second of them. */
  #send(socket: number, rest: DataView<ArrayBuffer>): void {
    const address = addressText(rest.getUint32(1, true));
    const bytes = new Uint8Array(rest.buffer, endpointBytes);
    const port = this.#ports.get(socket);
    if (address === groupAddress) port?.sendToGroup(bytes);
    else if (!address.endsWith(".255")) port?.send({ address, port: rest.getUint16(5, true) }, bytes);
  }

  #print(text: string): void {
    const lines = (this.#printed + text).split("\n");
    this.#printed = lines.pop() ?? "";
    for (const line of lines) this.#events.push(JSON.parse(line) as PrintedEvent);
  }

  #microseconds(): number {
    return Math.ceil((this.#lab.clock.now() - this.#zero) * microsecondsPerMs - rounding);
  }

  #complaints(): string {
    return readFileSync(join(this.#options.folder, "complaints"), "utf8").trim();
  }
}

/** Of a microsecond: what virtual time in floating point may be off. */
const rounding = 1e-3;

function endpointOnLine(socket: number, address: string, port: number): Uint8Array {
  const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
  return Uint8Array.of(socket, d, c, b, a, port & 255, port >> 8);
}

function addressText(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}
