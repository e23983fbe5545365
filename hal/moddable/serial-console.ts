import type Serial from "embedded:io/serial";
import { BoundedQueue } from "../../firmware/core/bounded.js";
import { linesWaitingMax } from "../../firmware/core/limits.js";
import type { Console } from "../console.js";
import { LineEditor } from "../portable/line-editor.js";
import type { DeviceConfig } from "./config.js";
import type { FaultGuard } from "./fault-guard.js";
import { OutputQueue } from "./output-queue.js";

export interface SerialConsoleOptions {
  readonly serial: typeof Serial;
  readonly config: Pick<
    DeviceConfig,
    "console" | "serialPort" | "serialReceive" | "serialTransmit" | "serialBaud"
  >;
  readonly guard: FaultGuard;
  /** Called for each line that was typed. */
  readonly onReadable: () => void;
}

/** Bytes read at once: half of the UART's FIFO. */
const chunkBytes = 64;

/**
 * The console on a UART. A `text` console is a person's terminal: it echoes, edits, and ends lines with CR LF; a `json`
 * one is a tool's. Output waits for room in the FIFO, which at 115,200 baud is 11 bytes a millisecond.
 */
export class SerialConsole implements Console {
  readonly format: "text" | "json";
  readonly #serial: Serial | undefined;
  readonly #onReadable: () => void;
  readonly #editor = new LineEditor();
  readonly #lines = new BoundedQueue<string>(linesWaitingMax);
  readonly #output: OutputQueue;
  readonly #chunk = new Uint8Array(chunkBytes);
  /** Bytes of which the FIFO is known to have room: it only grows by itself. */
  #room = 0;
  #closed = false;

  constructor(options: SerialConsoleOptions) {
    const { config } = options;
    this.format = config.console;
    this.#onReadable = options.onReadable;
    this.#output = new OutputQueue(config.console === "text" ? lostText : lostJson);
    this.#serial = this.open(options);
  }

  /** Everything printed is in the UART. */
  get isDrained(): boolean {
    return this.#serial === undefined || this.#output.isEmpty;
  }

  readLine(): string | undefined {
    return this.#lines.shift();
  }

  writeLine(text: string): void {
    if (this.#closed) return;
    this.print(this.format === "text" ? `${text}\r\n` : `${text}\n`);
  }

  /** Nothing more is read or taken for printing; what waits is still printed. */
  close(): void {
    this.#closed = true;
  }

  /** A port that cannot be opened is reported; the phone then goes without a console. */
  private open({ serial, config, guard }: SerialConsoleOptions): Serial | undefined {
    try {
      return new serial({
        port: config.serialPort,
        receive: config.serialReceive,
        transmit: config.serialTransmit,
        baud: config.serialBaud,
        format: "buffer",
        onReadable: () => guard.run("console", () => this.handleReadable()),
        onWritable: (room) => guard.run("console", () => this.handleWritable(room)),
      });
    } catch (error) {
      guard.report("opening the console", error);
      return undefined;
    }
  }

  private handleReadable(): void {
    for (let count = this.read(); count > 0; count = this.read())
      for (let i = 0; i < count; i++) this.feed(this.#chunk[i] as number);
  }

  private handleWritable(room: number): void {
    this.#room = room;
    this.flush();
  }

  private read(): number {
    return this.#serial?.read(this.#chunk) ?? 0;
  }

  private feed(byte: number): void {
    if (this.#closed) return;
    const { line, echo } = this.#editor.feed(byte);
    if (echo !== "" && this.format === "text") this.print(echo);
    if (line === undefined) return;
    this.#lines.push(line);
    this.#onReadable();
  }

  private print(text: string): void {
    if (this.#serial === undefined) return;
    this.#output.push(text);
    this.flush();
  }

  private flush(): void {
    while (this.#room > 0) {
      const bytes = this.#output.take(this.#room);
      if (bytes.length === 0) return;
      this.#room -= bytes.length;
      this.#serial?.write(bytes);
    }
  }
}

function lostText(lines: number): string {
  return `[${lostSentence(lines)}]\r\n`;
}

function lostJson(lines: number): string {
  return `{"event":"warning","sentence":"${lostSentence(lines)}"}\n`;
}

function lostSentence(lines: number): string {
  return `${lines} lines were lost: the console was not read in time.`;
}
