import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { needsDebian } from "../../../support/debian.js";
import { makeXsProgram } from "../../../../host-sim/xs/build.js";

export interface DeviceOptions {
  /** `--config` of the host: what `mc/config` says, and with a dot what the host itself obeys. */
  readonly config?: Readonly<Record<string, string>>;
  /** Other options of the host, without the dashes. */
  readonly options?: Readonly<Record<string, string>>;
}

const buildMs = 600_000;
let host = "";

/** Builds the XS host for the tests that follow; skips them where it cannot be built. */
export function needsXsHost(context: Mocha.Context): void {
  needsDebian(context, "gcc", "make", "libsodium-dev");
  context.timeout(buildMs);
  host = makeXsProgram("host");
}

interface Waiting {
  readonly resolve: (values: unknown[]) => void;
  readonly reject: (reason: Error) => void;
}

const deviceFolder = fileURLToPath(new URL("../../../../host-sim/xs/device/", import.meta.url));
const tellFile = fileURLToPath(new URL("tell.js", import.meta.url));

/** A script running as `main` on the XS host, with the device's modules beside it and `tell` to report with. */
export class DeviceRun {
  readonly #folder: string;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #told: unknown[][] = [];
  #waiting: Waiting | undefined;
  #log = "";
  #unread = "";
  #serial = Buffer.alloc(0);
  readonly #ended: Promise<number>;
  #isOver = false;

  constructor(script: string, { config = {}, options = {} }: DeviceOptions = {}) {
    this.#folder = mkdtempSync(join(tmpdir(), "muster-device-"));
    const settings = Object.entries(config).flatMap(([key, value]) => ["--config", `${key}=${value}`]);
    const others = Object.entries(options).flatMap(([key, value]) => [`--${key}`, value]);
    const given = { address: "127.0.0.1", state: join(this.#folder, "state") };
    const defaults = Object.entries(given).flatMap(([key, value]) =>
      key in options ? [] : [`--${key}`, value],
    );
    this.#process = spawn(host, ["--map", this.#map(script), ...settings, ...defaults, ...others]);
    this.#process.stdin.on("error", () => undefined); // the program may be gone before it read all
    this.#process.stdout.on("data", (bytes: Buffer) => (this.#serial = Buffer.concat([this.#serial, bytes])));
    this.#process.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#hear(text);
    });
    this.#ended = new Promise((resolve) => {
      this.#process.on("close", (code) => {
        this.#over();
        resolve(code ?? -1);
      });
    });
  }

  /** The next thing told. Rejects when the program ends before. */
  async next(): Promise<unknown[]> {
    const first = this.#told.shift();
    if (first !== undefined) return first;
    if (this.#isOver) throw new Error(`the program has ended: ${this.#log}`);
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  /** What was told before it tells "done"; the program is ended then. */
  async untilDone(): Promise<unknown[][]> {
    const all: unknown[][] = [];
    for (let values = await this.next(); values[0] !== "done"; values = await this.next()) all.push(values);
    await this.end();
    return all;
  }

  /** Types on the serial line. */
  type(bytes: Uint8Array | string): void {
    this.#process.stdin.write(bytes);
  }

  /** What came over the serial line, once it is `count` bytes or more. */
  async serial(count: number): Promise<Buffer> {
    while (this.#serial.length < count) await once(this.#process.stdout, "data");
    return this.#serial;
  }

  get log(): string {
    return this.#log;
  }

  /** The exit status, once the program ends by itself. */
  async status(): Promise<number> {
    const status = await this.#ended;
    rmSync(this.#folder, { recursive: true, force: true });
    return status;
  }

  async end(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.status();
  }

  #map(script: string): string {
    const main = join(this.#folder, "main.js");
    const map = join(this.#folder, "modules.map");
    writeFileSync(main, script);
    writeFileSync(map, [...deviceModules(), `tell ${tellFile}`, `main ${main}`, ""].join("\n"));
    return map;
  }

  #hear(text: string): void {
    this.#log += text;
    const lines = (this.#unread + text).split("\n");
    this.#unread = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith("tell ")) continue;
      this.#told.push(JSON.parse(line.slice("tell ".length)) as unknown[]);
    }
    this.#serve();
  }

  #serve(): void {
    if (this.#waiting === undefined) return;
    const first = this.#told.shift();
    if (first === undefined) return;
    const { resolve } = this.#waiting;
    this.#waiting = undefined;
    resolve(first);
  }

  #over(): void {
    this.#isOver = true;
    this.#serve();
    this.#waiting?.reject(new Error(`the program has ended: ${this.#log}`));
  }
}

/** Runs a script until it tells "done"; what it told before. */
export async function told(script: string, options?: DeviceOptions): Promise<unknown[][]> {
  return new DeviceRun(script, options).untilDone();
}

function deviceModules(): string[] {
  const modules = JSON.parse(readFileSync(join(deviceFolder, "modules.json"), "utf8")) as Record<
    string,
    string
  >;
  return Object.entries(modules).map(
    ([specifier, file]) => `${specifier} ${join(deviceFolder, file)} preload`,
  );
}
