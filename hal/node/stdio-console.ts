import type { Readable, Writable } from "node:stream";
import { outputWaitingBytesMax } from "../../firmware/core/limits.js";
import type { Console } from "../console.js";
import { LineReader } from "./line-console.js";

export interface StdioConsoleOptions {
  readonly format: "text" | "json";
  readonly onReadable: () => void;
  /** The process's own streams by default. */
  readonly input?: Readable;
  readonly output?: Writable;
}

/**
 * The console on the standard streams, or any two streams. The terminal behind them edits and echoes lines by itself.
 * The end of the input is not the end of the phone: it may run on with nobody typing; nor is a reader that goes away.
 */
export class StdioConsole implements Console {
  readonly format: "text" | "json";
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #reader: LineReader;
  readonly #onData: (bytes: Uint8Array) => void;
  #dropped = 0;
  #outputGone = false;
  #closed = false;

  constructor(options: StdioConsoleOptions) {
    this.format = options.format;
    this.#input = options.input ?? process.stdin;
    this.#output = options.output ?? process.stdout;
    this.#reader = new LineReader(options.onReadable);
    this.#onData = (bytes) => {
      if (!this.#closed) this.#reader.feed(bytes);
    };
    this.#input.on("data", this.#onData);
    this.#input.on("error", ignore);
    this.#output.on("error", () => (this.#outputGone = true));
  }

  /** Lines not printed because the reader is too slow. */
  get dropped(): number {
    return this.#dropped;
  }

  readLine(): string | undefined {
    return this.#reader.readLine();
  }

  writeLine(text: string): void {
    if (this.#closed || this.#outputGone || this.#output.destroyed) return;
    if (this.#output.writableLength > outputWaitingBytesMax) this.#dropped++;
    else this.#output.write(`${text}\n`);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#input.off("data", this.#onData);
    this.#input.pause();
    if (this.#input === process.stdin) process.stdin.unref();
  }
}

function ignore(): void {
  // An input that breaks is an input that ended.
}
