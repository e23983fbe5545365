import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { makeModuleMap, makeXsProgram } from "../../../host-sim/xs/build.js";
import { needsDebian } from "../../support/debian.js";

export interface Told {
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface PhoneStart {
  readonly address: string;
  /** Folder of the key-values: the same one, and it is the same phone again. */
  readonly state: string;
  readonly config?: Readonly<Record<string, string>>;
}

const buildMs = 600_000;
const patienceMs = 40_000;
const arenaBytes = 256 * 1024;

/** Builds the XS host and the phone's module map; skips what follows where that is impossible. */
export function needsXsPhone(context: Mocha.Context): void {
  needsDebian(context, "gcc", "make", "libsodium-dev");
  context.timeout(buildMs);
  program = makeXsProgram("host");
  map = makeModuleMap("phone");
}

let program = "";
let map = "";

/** The whole phone, manifests/main.ts as it ships, on the XS host as a process; its console is a tool's. */
export class PhoneProcess {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #told: Told[] = [];
  readonly #ended: Promise<unknown[]>;
  #unread = "";
  #log = "";
  #wake: () => void = () => undefined;

  constructor({ address, state, config = {} }: PhoneStart) {
    const all = Object.entries({ console: "json", ...config });
    const words = ["--map", map, "--address", address, "--state", state];
    words.push(
      "--arena",
      String(arenaBytes),
      ...all.flatMap(([key, value]) => ["--config", `${key}=${value}`]),
    );
    this.#process = spawn(program, words);
    this.#process.stdin.on("error", () => undefined); // it may be gone before it has read all
    this.#process.stdout.setEncoding("utf8").on("data", (text: string) => this.#hear(text));
    this.#process.stderr.setEncoding("utf8").on("data", (text: string) => (this.#log += text));
    this.#ended = once(this.#process, "exit").then((how) => {
      this.#wake();
      return how as unknown[];
    });
  }

  /** What it said on standard error: faults, and what ended it. */
  get log(): string {
    return this.#log;
  }

  type(...lines: readonly string[]): void {
    for (const line of lines) this.#process.stdin.write(`${line}\n`);
  }

  /** The next event of a name, past those that were asked for already; an Error when it does not come. */
  async next(event: string): Promise<Told> {
    const giveUpAt = performance.now() + patienceMs;
    for (;;) {
      const at = this.#told.findIndex((told) => told.event === event);
      if (at >= 0) return this.#told.splice(0, at + 1).at(-1) as Told;
      const left = giveUpAt - performance.now();
      if (left <= 0 || this.#process.exitCode !== null) throw new Error(this.#complaint(event));
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async ask(line: string, event: string): Promise<Told> {
    this.type(line);
    return this.next(event);
  }

  /** Waits for its end; the status. */
  async status(): Promise<unknown> {
    return (await this.#ended)[0];
  }

  async stop(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#ended;
  }

  #hear(text: string): void {
    const lines = (this.#unread + text).split("\n");
    this.#unread = lines.pop() ?? "";
    this.#told.push(...lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Told));
    this.#wake();
  }

  #complaint(event: string): string {
    const told = this.#told.map((one) => JSON.stringify(one)).join("\n");
    const ended = this.#process.exitCode === null ? "" : ` It ended with ${this.#process.exitCode}.`;
    return `the phone told no "${event}".${ended}\n${told}\n${this.#log}`;
  }
}
