import { BoundedQueue } from "../../firmware/core/bounded.js";
import { linesWaitingMax, outputWaitingBytesMax } from "../../firmware/core/limits.js";
import { LineEditor } from "../portable/line-editor.js";

/**
 * The incoming half of a console: bytes to lines, told to the firmware one by one, so a pasted page of commands is not
 * more than it can take.
 */
export class LineReader {
  readonly #editor = new LineEditor();
  readonly #waiting = new BoundedQueue<string>(linesWaitingMax);
  readonly #onReadable: () => void;
  readonly #echo: ((text: string) => void) | undefined;

  /** `echo` shows what was typed, on a terminal which doesn't do so itself. */
  constructor(onReadable: () => void, echo?: (text: string) => void) {
    this.#onReadable = onReadable;
    this.#echo = echo;
  }

  feed(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const { line, echo } = this.#editor.feed(byte);
      if (echo !== "") this.#echo?.(echo);
      if (line === undefined) continue;
      this.#waiting.push(line);
      this.#onReadable();
    }
  }

  readLine(): string | undefined {
    return this.#waiting.shift();
  }
}

/** Printed text that the other side does not take yet: bounded, whole pieces dropped, and it is said how many. */
export class OutputQueue {
  readonly #pieces: Buffer[] = [];
  #length = 0;
  #dropped = 0;

  /** Bytes that wait. */
  get length(): number {
    return this.#length;
  }

  /** Pieces dropped and not yet reported. */
  get dropped(): number {
    return this.#dropped;
  }

  push(text: string): void {
    if (this.#length > outputWaitingBytesMax) {
      this.#dropped++;
      return;
    }
    if (this.#dropped > 0) this.#add(`\r\n[${this.#dropped} lines were lost: nobody read them]\r\n`);
    this.#dropped = 0;
    this.#add(text);
  }

  /** Some of what waits, the oldest first; empty when nothing does. */
  peek(): Uint8Array {
    return this.#pieces[0] ?? new Uint8Array(0);
  }

  /** Takes the first bytes of what `peek` gave away. */
  take(count: number): void {
    if (count === 0) return;
    const rest = this.#pieces[0]?.subarray(count);
    this.#length -= count;
    if (rest === undefined || rest.length === 0) this.#pieces.shift();
    else this.#pieces[0] = rest;
  }

  #add(text: string): void {
    const piece = Buffer.from(text);
    this.#length += piece.length;
    if (piece.length > 0) this.#pieces.push(piece);
  }
}
