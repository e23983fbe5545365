import { once } from "node:events";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { readWav } from "../../host-sim/audio/wav.js";
import { accountUser, recordingsFolder, writeBaresipConfig, type BaresipConfig } from "./baresip-config.js";
import { BaresipControl, type BaresipEvent } from "./baresip-control.js";
import { EventLog } from "./event-log.js";
import { spawnOn, type LanHost } from "./lan.js";
import type { Codec, StockPhone } from "./stock-phone.js";

/** baresip of Debian, driven through its module ctrl_tcp. */
export class BaresipPhone implements StockPhone {
  readonly title = "baresip 1.0.0";
  readonly address: string;
  readonly #config: BaresipConfig;
  readonly #program: ChildProcessWithoutNullStreams;
  readonly #control: BaresipControl;
  readonly #events = new EventLog<BaresipEvent>("baresip", (event) => `${event.type} ${event.param}`);
  readonly #lines = new EventLog<string>("baresip", (line) => line);
  #printed = "";

  constructor(host: LanHost, config: Omit<BaresipConfig, "address">) {
    this.address = host.address;
    this.#config = { ...config, address: host.address };
    writeBaresipConfig(this.#config);
    // `-s`: with a trace of SIP; `-v`: with what happens to messages and options.
    this.#program = spawnOn(host, "stdbuf", ["-oL", "baresip", "-v", "-s", "-f", config.folder]);
    this.#control = new BaresipControl(host, (event) => this.#events.add(event));
    this.#program.stdout.on("data", (text: Buffer) => this.#print(text));
    this.#program.stderr.on("data", (text: Buffer) => this.#print(text));
    this.#program.on("close", (status, signal) => {
      const reason = `it ended (${signal ?? `status ${status}`}): ${this.#printed.slice(-500)}`;
      this.#events.end(reason);
      this.#lines.end(reason);
    });
  }

  async ready(): Promise<void> {
    this.#control.send("about");
    await this.#events.take("an answer", (event) => event.type === "response");
  }

  async uriFor(codec: Codec): Promise<string> {
    return `sip:${accountUser(codec)}@${this.address}`;
  }

  async call(uri: string, codec: Codec): Promise<void> {
    await this.#command("uafind", `sip:${accountUser(codec)}@${this.address}`);
    await this.#command("dial", uri);
  }

  answer(): void {
    this.#control.send("accept");
  }

  decline(): void {
    this.#control.send("hangup");
  }

  hangUp(): void {
    this.#control.send("hangup");
  }

  async hold(): Promise<void> {
    this.#control.send("hold");
    await this.#event("CALL_REMOTE_SDP", "answer");
  }

  async resume(): Promise<void> {
    this.#control.send("resume");
    await this.#event("CALL_REMOTE_SDP", "answer");
  }

  press(digit: string): void {
    this.#control.send("sndcode", digit);
  }

  /** The URI is that of its one contact. */
  sendMessage(_uri: string, text: string): void {
    this.#control.send("message", text);
  }

  askOptions(uri: string): void {
    this.#control.send("options", uri);
  }

  async incoming(): Promise<void> {
    await this.#event("CALL_INCOMING");
  }

  async ringing(): Promise<void> {
    await this.#event("CALL_RINGING");
  }

  async talking(): Promise<void> {
    await this.#event("CALL_ESTABLISHED");
    // That of the call itself; from now on it tells of holding.
    await this.#event("CALL_REMOTE_SDP");
  }

  async ended(withinMs?: number): Promise<string> {
    return (await this.#event("CALL_CLOSED", undefined, withinMs)).param;
  }

  async heldByOther(held: boolean): Promise<void> {
    const wanted = held ? "a=sendonly" : "a=sendrecv";
    await this.#event("CALL_REMOTE_SDP", "offer");
    await this.#lines.take(held ? "hold" : "its end", (line) => line === wanted);
  }

  async heardKey(digit: string): Promise<void> {
    await this.#event("CALL_DTMF_START", digit);
    await this.#event("CALL_DTMF_END");
  }

  async gotMessage(text: string): Promise<void> {
    await this.#lines.take(`the message "${text}"`, (line) => line.includes(text));
  }

  heard(): Int16Array {
    const folder = recordingsFolder(this.#config);
    const name = readdirSync(folder)
      .filter((each) => each.endsWith("-dec.wav"))
      .sort()
      .at(-1);
    if (name === undefined) throw new Error("baresip recorded nothing");
    const samples = readWav(join(folder, name));
    if (!samples.ok) throw new Error(`baresip's recording is ${samples.error}`);
    return samples.value;
  }

  transcript(): string {
    return this.#printed;
  }

  forget(): void {
    const folder = recordingsFolder(this.#config);
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    this.#events.forget();
    this.#lines.forget();
    this.#printed = "";
  }

  async quit(): Promise<void> {
    const closed = once(this.#program, "close");
    this.#control.send("quit");
    await closed;
    await this.#control.close();
  }

  async #command(command: string, params: string): Promise<void> {
    this.#control.send(command, params);
    const { ok, param } = await this.#events.take(command, (event) => event.type === "response");
    if (!ok) throw new Error(`baresip: ${command} ${params}: ${param}`);
  }

  #event(type: string, param?: string, withinMs?: number): Promise<BaresipEvent> {
    const wanted = (event: BaresipEvent): boolean =>
      event.type === type && (param === undefined || event.param === param);
    return this.#events.take(type, wanted, withinMs);
  }

  #print(text: Buffer): void {
    // Colours and line ends of a terminal.
    const plain = text.toString().replace(/\u001b\[[0-9;]*m|\r/g, "");
    this.#printed += plain;
    for (const line of plain.split("\n")) if (line !== "") this.#lines.add(line);
  }
}
