import { closeSync, constants, openSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { ReadStream } from "node:tty";
import type { Console } from "../console.js";
import { LineReader, OutputQueue } from "./line-console.js";

/** What node-pty's `open` gives, which its typings leave out. */
interface OpenedPty {
  readonly fd: number;
  readonly ptsName: string;
  readonly master: ReadStream;
  readonly slave: ReadStream;
}

export interface PtyConsoleOptions {
  /** On a `text` console what is typed is echoed; a tool's is not. */
  readonly format: "text" | "json";
  readonly onReadable: () => void;
}

const retryMsLeast = 10;
const retryMsMost = 500;

/**
 * A console on a pseudo-terminal: to any serial program `path` is a serial port with a phone behind it.
 * Programs may open and close it as they like, and what is printed meanwhile waits, bounded. Nothing here
 * blocks.
 *
 * Never call `kill` or `destroy` on what node-pty's `open` returns: having no child its pid is -1, which to
 * kill(2) is everybody.
 */
export class PtyConsole implements Console {
  readonly format: "text" | "json";
  /** "/dev/pts/7" */
  readonly path: string;
  readonly #pty: OpenedPty;
  readonly #held: ReadStream;
  readonly #reader: LineReader;
  readonly #output = new OutputQueue();
  #retryMs = retryMsLeast;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PtyConsoleOptions) {
    this.format = options.format;
    const echo = options.format === "text" ? (text: string): void => this.#print(text) : undefined;
    this.#reader = new LineReader(options.onReadable, echo);
    this.#pty = openPty();
    this.path = this.#pty.ptsName;
    this.#held = holdRaw(this.#pty);
    this.#pty.master.on("data", (bytes) => {
      this.#retryMs = retryMsLeast;
      if (!this.#closed) this.#reader.feed(bytes);
    });
    this.#pty.master.on("error", () => this.close());
  }

  /** Bytes printed that nobody took yet. */
  get waiting(): number {
    return this.#output.length;
  }

  readLine(): string | undefined {
    return this.#reader.readLine();
  }

  writeLine(text: string): void {
    this.#print(`${text}\r\n`);
  }

  close(): void {
    if (this.#closed) return;
    this.#flush();
    this.#closed = true;
    if (this.#retry !== undefined) clearTimeout(this.#retry);
    this.#held.destroy();
    this.#pty.master.destroy();
  }

  #print(text: string): void {
    if (this.#closed) return;
    this.#output.push(text);
    if (this.#retry === undefined) this.#flush();
  }

  /** Writes what the terminal's buffer takes now, and tries again later for the rest, ever more seldom. */
  #flush(): void {
    this.#retry = undefined;
    if (this.#closed) return;
    if (!this.#writeSome()) {
      this.#retry = setTimeout(() => this.#flush(), this.#retryMs).unref();
      this.#retryMs = Math.min(retryMsMost, 2 * this.#retryMs);
    } else {
      this.#retryMs = retryMsLeast;
    }
  }

  /** True when all is written. */
  #writeSome(): boolean {
    while (this.#output.length > 0) {
      const piece = this.#output.peek();
      const written = writeWhatFits(this.#pty.fd, piece);
      this.#output.take(written);
      if (written < piece.length) return false;
    }
    return true;
  }
}

/** Bytes written: 0 where the terminal's buffer is full (EAGAIN), or the terminal gone. */
function writeWhatFits(descriptor: number, bytes: Uint8Array): number {
  try {
    return writeSync(descriptor, bytes);
  } catch {
    return 0;
  }
}

/** node-pty is loaded only where a PTY is wanted: it is compiled on the user's machine, and may be missing there. */
function openPty(): OpenedPty {
  const load = createRequire(import.meta.url);
  let nodePty: { open(options: { encoding: null }): OpenedPty };
  try {
    nodePty = load("node-pty") as typeof nodePty;
  } catch (error) {
    throw new Error(`no pseudo-terminals here: node-pty did not load (${String(error)})`, { cause: error });
  }
  return nodePty.open({ encoding: null });
}

/**
 * Keeps the terminal open and in raw mode while no program has it open: without a holder each one that leaves
 * would end it, and without raw mode the kernel would send everything printed back as if it were typed.
 * node-pty's own slave stream reads, and so would take bytes from the program; it is closed.
 */
function holdRaw(pty: OpenedPty): ReadStream {
  const descriptor = openSync(pty.ptsName, constants.O_RDWR | constants.O_NOCTTY);
  pty.slave.destroy();
  let held: ReadStream;
  try {
    held = new ReadStream(descriptor);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  held.setRawMode(true);
  held.unref();
  return held;
}
