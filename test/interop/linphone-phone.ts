import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { readWav, writeWav } from "../../host-sim/audio/wav.js";
import { EventLog } from "./event-log.js";
import { spawnOn, type LanHost } from "./lan.js";
import { linphoneSettings, settledCodec, type LinphoneConfig } from "./linphone-config.js";
import type { Codec, StockPhone } from "./stock-phone.js";

/** linphonec of Debian, driven by what a person types. */
export class LinphonePhone implements StockPhone {
  readonly title = "linphonec 5.1.65";
  readonly address: string;
  readonly #folder: string;
  readonly #program: ChildProcessWithoutNullStreams;
  readonly #lines = new EventLog<string>("linphone", (line) => line);
  #unread = "";
  #printed = "";
  #recordings = 0;

  constructor(host: LanHost, config: Omit<LinphoneConfig, "address">) {
    const { folder, speech } = config;
    this.address = host.address;
    this.#folder = folder;
    // Where it keeps its call log; it complains on every start without.
    mkdirSync(join(folder, ".local/share/linphone"), { recursive: true });
    writeFileSync(this.#file("settings"), linphoneSettings({ ...config, address: host.address }));
    writeWav(this.#file("speech.wav"), speech);
    const words = ["-c", this.#file("settings"), "-d", "6", "-l", this.#file("trace")];
    const env = { ...process.env, HOME: folder, TERM: "dumb" };
    this.#program = spawnOn(host, "linphonec", words, { cwd: folder, env });
    for (const stream of [this.#program.stdout, this.#program.stderr]) {
      stream.on("data", (text: Buffer) => this.#print(text.toString()));
    }
    this.#program.on("close", (status, signal) =>
      this.#lines.end(`it ended (${signal ?? `status ${status}`})`),
    );
  }

  async ready(): Promise<void> {
    this.#type("soundcard use files");
    await this.#line("sound from files", /^Using wav files/);
    this.#type(`play ${this.#file("speech.wav")}`);
    this.forget();
  }

  async uriFor(codec: Codec): Promise<string> {
    await this.#settleCodec(codec);
    return `sip:linphone@${this.address}`;
  }

  async call(uri: string, codec: Codec): Promise<void> {
    await this.#settleCodec(codec);
    this.#type(`call ${uri}`);
  }

  answer(): void {
    this.#type("answer");
  }

  decline(): void {
    this.#type("terminate");
  }

  hangUp(): void {
    this.#type("terminate");
  }

  async hold(): Promise<void> {
    this.#type("pause");
    await this.#line("hold", /^Call \d+ with .* is now paused/);
  }

  async resume(): Promise<void> {
    this.#type("resume");
    await this.talking();
  }

  press(digit: string): void {
    this.#type(digit);
  }

  sendMessage(uri: string, text: string): void {
    this.#type(`chat ${uri} ${text}`);
  }

  /** It does so before it calls, if it was started to. */
  askOptions(uri: string): void {
    this.#type(`call ${uri}`);
  }

  async incoming(): Promise<void> {
    await this.#line("an incoming call", /^Receiving new incoming call/);
  }

  async ringing(): Promise<void> {
    await this.#line("ringing", /^Call \d+ to .* ringing/);
  }

  async talking(): Promise<void> {
    await this.#line("talking", /^Media streams established/);
  }

  async ended(withinMs?: number): Promise<string> {
    return this.#line("the call's end", /^Call \d+ with .* (ended|error)/, withinMs);
  }

  async heldByOther(held: boolean): Promise<void> {
    if (held) await this.#line("hold", /^Call \d+ has been paused by/);
    else await this.talking();
  }

  async heardKey(digit: string): Promise<void> {
    await this.#lines.take(`key ${digit}`, (line) => line.startsWith(`Receiving tone ${digit} `));
  }

  async gotMessage(text: string): Promise<void> {
    await this.#lines.take(`the message "${text}"`, (line) => line.includes(text));
  }

  heard(): Int16Array {
    const samples = readWav(this.#recording());
    if (!samples.ok) throw new Error(`linphone's recording is ${samples.error}`);
    return samples.value;
  }

  /** A new recording begins with the next call. */
  forget(): void {
    rmSync(this.#recording(), { force: true });
    this.#recordings += 1;
    this.#type(`record ${this.#recording()}`);
    this.#lines.forget();
    this.#printed = "";
  }

  transcript(): string {
    return this.#printed;
  }

  async quit(): Promise<void> {
    const closed = once(this.#program, "close");
    this.#type("quit");
    await closed;
  }

  async #settleCodec(codec: Codec): Promise<void> {
    this.#type("codec list");
    const rows = [];
    for (const name of ["PCMU", "PCMA"])
      rows.push(await this.#line("its codecs", new RegExp(`\\d+: ${name} `)));
    for (const command of settledCodec(rows, codec)) this.#type(command);
  }

  #line(what: string, pattern: RegExp, withinMs?: number): Promise<string> {
    return this.#lines.take(what, (line) => pattern.test(line), withinMs);
  }

  #type(line: string): void {
    this.#program.stdin.write(`${line}\n`);
  }

  #print(text: string): void {
    this.#printed += text;
    const lines = (this.#unread + text).split(/[\r\n]+/);
    this.#unread = lines.pop() ?? "";
    for (const line of lines) if (line !== "") this.#lines.add(line.replace(/^(linphonec> )+/, ""));
  }

  #recording(): string {
    return this.#file(`heard-${this.#recordings}.wav`);
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }
}
