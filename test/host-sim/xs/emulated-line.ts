import { once } from "node:events";
import { createInterface } from "node:readline";
import { startEmulator, type EmulatorStart } from "../../../host-sim/xs/emulator.js";
import { until } from "../../hal/node/until.js";

/** An emulated handset with somebody at its serial line. */
export class EmulatedLine {
  readonly lines: string[] = [];
  readonly #child: ReturnType<typeof startEmulator>;
  #log = "";
  #read = 0;

  constructor(start: EmulatorStart) {
    this.#child = startEmulator(start);
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.lines.push(line));
    this.#child.stderr.on("data", (text: Buffer) => (this.#log += text.toString()));
    this.#child.stdin.on("error", () => undefined);
  }

  /** What it wrote beside its serial line. */
  get log(): string {
    return this.#log;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  type(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** The next line it prints. */
  async next(): Promise<string> {
    const index = this.#read++;
    await until(`line ${index}; log: ${this.#log}`, () => this.lines.length > index, 20_000);
    return this.lines[index] ?? "";
  }

  /** Types a line; what is printed next. */
  async ask(line: string): Promise<string> {
    this.type(line);
    return this.next();
  }

  /** Its exit status; it must end by itself. */
  async status(): Promise<number | null> {
    if (this.#child.exitCode === null) await once(this.#child, "close");
    return this.#child.exitCode;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "close");
  }
}
