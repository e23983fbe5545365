import { spawn, type ChildProcess } from "node:child_process";
import type { PtyConsole } from "../../hal/node/pty-console.js";
import { endGroup } from "./program-run.js";

/** A line of the phone's JSON console. */
type Line = Readonly<Record<string, unknown>>;

/** A phone under the loader, with a person's hands on its serial console. */
export class LoadedPhone {
  readonly #child: ChildProcess;
  readonly #terminal: PtyConsole;
  readonly #lines: Line[] = [];
  readonly #others: string[] = [];
  readonly #waiting = new Set<() => void>();
  #status: number | undefined;

  constructor([program, ...parameters]: readonly string[], folder: string, terminal: PtyConsole) {
    this.#terminal = terminal;
    this.#child = spawn(program ?? "", parameters, {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const keep = (text: Buffer): void => void this.#others.push(text.toString().trim());
    this.#child.stdout?.on("data", keep);
    this.#child.stderr?.on("data", keep);
    this.#child.on("error", (fault) => this.#others.push(fault.message));
    this.#child.on("close", (status) => {
      this.#status = status ?? -1;
      this.#wake();
    });
  }

  /** To be called when the terminal has lines. */
  handleLines(): void {
    for (let line = this.#terminal.readLine(); line !== undefined; line = this.#terminal.readLine()) {
      try {
        this.#lines.push(JSON.parse(line) as Line);
      } catch {
        this.#others.push(line);
      }
    }
    this.#wake();
  }

  type(line: string): void {
    this.#terminal.writeLine(line);
  }

  /** The first line with this `event` that was not asked for before. */
  async expect(event: string, limitMs: number): Promise<Line> {
    const index = (): number => this.#lines.findIndex((line) => line["event"] === event);
    await this.#until(`"${event}"`, limitMs, () => index() >= 0);
    const [line] = this.#lines.splice(index(), 1);
    return line ?? {};
  }

  /** The status the phone ended with. */
  async ended(limitMs: number): Promise<number> {
    await this.#until("its end", limitMs, () => this.#status !== undefined);
    return this.#status ?? -1;
  }

  stop(): void {
    if (this.#status === undefined) endGroup(this.#child.pid);
  }

  async #until(what: string, limitMs: number, isThere: () => boolean): Promise<void> {
    const deadline = Date.now() + limitMs;
    while (!isThere()) {
      if (this.#status !== undefined)
        throw new Error(`the phone ended with status ${this.#status}${this.#said()}`);
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`no sign of ${what} within ${limitMs / 1000} s${this.#said()}`);
      await new Promise<void>((resolve) => {
        const limit = setTimeout(resolve, left);
        this.#waiting.add(() => {
          clearTimeout(limit);
          resolve();
        });
      });
    }
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #said(): string {
    const heard = [...this.#others, ...this.#lines.map((line) => JSON.stringify(line))];
    return heard.length === 0 ? "" : `; it said: ${heard.slice(-8).join(" | ")}`;
  }
}
