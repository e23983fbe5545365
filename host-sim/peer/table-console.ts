import type { WriteStream } from "node:tty";
import { renderText } from "../../firmware/console/text-view.js";
import type { PeersView, StatusView, View } from "../../firmware/console/view.js";
import type { Console } from "../../hal/console.js";
import { screenLines, screenRowsMin, tableRowsOf } from "./screen.js";

/** How often the table is drawn anew, ms. */
const refreshMs = 1000;
const questions = ["status", "peers"] as const;

/** A terminal, as far as the table needs one. */
export type Terminal = Pick<WriteStream, "rows" | "columns"> & {
  write(text: string): unknown;
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
};

/**
 * The table in the upper part of a terminal: a console that asks `status` and `peers` each second, and draws what it is
 * answered. Below it the log scrolls, and a person types. A terminal that is too small has the log only.
 */
export class TableConsole implements Console {
  readonly format = "json";
  readonly #terminal: Terminal;
  readonly #asked: string[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #handleResize: () => void;
  #status: StatusView | undefined;
  #peers: PeersView | undefined;

  constructor(terminal: Terminal, onReadable: () => void) {
    this.#terminal = terminal;
    this.#handleResize = () => this.#begin();
    this.#terminal.on("resize", this.#handleResize);
    this.#timer = setInterval(() => {
      if (this.#asked.length > 0) return;
      this.#asked.push(...questions);
      onReadable();
    }, refreshMs);
    this.#timer.unref();
    this.#begin();
  }

  readLine(): string | undefined {
    return this.#asked.shift();
  }

  /** An answer, or an event that the log tells of. */
  writeLine(text: string): void {
    const view = JSON.parse(text) as View;
    if (view.event === "status") this.#status = view;
    if (view.event !== "peers") return;
    this.#peers = view;
    this.#draw();
  }

  /** Gives the whole terminal back. */
  close(): void {
    clearInterval(this.#timer);
    this.#terminal.off("resize", this.#handleResize);
    const { rows } = this.#terminal;
    if (rows >= screenRowsMin) this.#terminal.write(`\x1b[r\x1b[${rows};1H\n`);
  }

  /** Clears the terminal; from now on what is printed scrolls below the table. */
  #begin(): void {
    const { rows } = this.#terminal;
    if (rows < screenRowsMin) this.#terminal.write("\x1b[r");
    else this.#terminal.write(`\x1b[2J\x1b[${tableRowsOf(rows) + 1};${rows}r\x1b[${rows};1H`);
    this.#draw();
  }

  /** Where the cursor stands, somebody may be typing: it is put back. */
  #draw(): void {
    const { rows, columns } = this.#terminal;
    if (rows < screenRowsMin || this.#status === undefined || this.#peers === undefined) return;
    const lines = screenLines(renderText(this.#status), renderText(this.#peers), { rows, columns });
    this.#terminal.write(`\x1b7\x1b[H${lines.map((line) => `${line}\x1b[K`).join("\r\n")}\x1b8`);
  }
}
