import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readWav, writeWav } from "../../host-sim/audio/wav.js";
import { HandsetProcess, type HandsetEvent } from "../../host-sim/lab/handset-process.js";
import { makeModuleMap, makeXsProgram, projectRoot } from "../../host-sim/xs/build.js";
import { EventLog } from "./event-log.js";
import { spawnOn, type LanHost } from "./lan.js";

/** What runs the firmware: Node, or the XS engine on this computer. */
export type MusterEngine = "node" | "xs";

export interface MusterOptions {
  readonly engine: MusterEngine;
  /** Its state and its recordings; made if need be. */
  readonly folder: string;
  /** What its microphone hears in each call. */
  readonly speech: Int16Array;
}

/** Memory of a handset with slots twice as large as a chip's, bytes. */
const arenaBytes = 224 * 1024;
const recordingMsMax = 10_000;

/** A handset of ours on a host of the LAN, driven by lines on its console. */
export class MusterPhone {
  readonly address: string;
  readonly #folder: string;
  readonly #process: HandsetProcess;
  readonly #events = new EventLog<HandsetEvent>("muster", (event) => JSON.stringify(event));
  readonly #transcript: string[] = [];

  constructor(host: LanHost, options: MusterOptions) {
    const { folder, engine } = options;
    const name = "alice";
    this.address = host.address;
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    writeWav(this.#file("speech.wav"), options.speech);
    const [program, ...words] = engine === "node" ? this.#nodeLine(name) : this.#xsLine();
    const child = spawnOn(host, program, words);
    this.#process = new HandsetProcess({ name, address: host.address }, child);
    child.stderr.on("data", (text: Buffer) => this.#transcript.push(text.toString().trimEnd()));
    child.on("close", () => this.#events.end(`it ended: ${this.#transcript.slice(-5).join("\n")}`));
    this.#process.onEvent((event) => {
      this.#transcript.push(JSON.stringify(event));
      this.#events.add(event);
    });
    if (engine === "xs") this.type(`set name ${name}`);
  }

  /** How ordinary phones call it. */
  get uri(): string {
    return `sip:alice@${this.address}`;
  }

  /** Resolves when it knows its name. */
  async ready(): Promise<void> {
    await this.event("started");
  }

  type(line: string): void {
    this.#transcript.push(`> ${line}`);
    this.#process.type(line);
  }

  /** The next event of this name, or one for which `wanted` is true too. */
  event(
    name: string,
    wanted: (event: HandsetEvent) => boolean = () => true,
    withinMs?: number,
  ): Promise<HandsetEvent> {
    return this.#events.take(name, (event) => event.event === name && wanted(event), withinMs);
  }

  /** Whether such an event came and nobody took it. */
  saw(name: string): boolean {
    return this.#events.has((event) => event.event === name);
  }

  /** What its loudspeaker played in the call that ended last, 8000 samples a second. */
  async heard(): Promise<Int16Array> {
    const until = performance.now() + recordingMsMax;
    // The times are written after the sound: where they are, it is whole.
    while (!existsSync(`${this.#recording}.json`)) {
      if (performance.now() > until) throw new Error("muster recorded nothing");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const samples = readWav(this.#recording);
    if (!samples.ok) throw new Error(`muster's recording is ${samples.error}`);
    return samples.value;
  }

  transcript(): string {
    return this.#transcript.join("\n");
  }

  /** Forgets what it said and recorded so far: another case begins. */
  forget(): void {
    rmSync(`${this.#recording}.json`, { force: true });
    this.#events.forget();
    this.#transcript.length = 0;
  }

  async quit(): Promise<void> {
    await this.#process.end();
  }

  #nodeLine(name: string): [string, ...string[]] {
    const cli = join(projectRoot(), "build/host-sim/cli.js");
    return [process.execPath, cli, "handset", "--json", "--name", name, ...this.#commonWords()];
  }

  #xsLine(): [string, ...string[]] {
    const words = ["--map", makeModuleMap("phone"), "--arena", String(arenaBytes)];
    words.push("--config", "console=json", "--config", "wifi=none");
    return [makeXsProgram("host"), ...words, ...this.#commonWords()];
  }

  #commonWords(): string[] {
    const words = ["--address", this.address, "--state", this.#file("state")];
    return [...words, "--speak", this.#file("speech.wav"), "--record", this.#recording];
  }

  get #recording(): string {
    return this.#file("heard.wav");
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }
}
