import { serialWaitingCharsMax } from "../../firmware/core/limits.js";
import { encodeText } from "../../firmware/core/text.js";

/** Characters encoded at once: as UTF-8 they fill the UART's FIFO of 128 bytes at most. */
const pieceChars = 42;

/**
 * Text on its way to the serial line, in pieces that fit its FIFO. It is kept as text and encoded by the piece: a long
 * line is not in memory twice. It is bounded: when too much waits, whole lines go, the oldest first, and it is said how
 * many; a line that has begun is finished.
 */
export class OutputQueue {
  readonly #lostText: (lines: number) => string;
  readonly #waiting: string[] = [];
  #waitingChars = 0;
  #lost = 0;
  #current = "";
  #at = 0;
  #piece: Uint8Array = new Uint8Array(0);
  #sent = 0;

  /** `lostText` makes the line that says how many lines were lost. */
  constructor(lostText: (lines: number) => string) {
    this.#lostText = lostText;
  }

  /** Nothing waits. */
  get isEmpty(): boolean {
    return this.#sent === this.#piece.length && this.#at === this.#current.length && this.isDrained;
  }

  /** Adds a line, its end included. */
  push(line: string): void {
    if (line === "") return;
    this.#waiting.push(line);
    this.#waitingChars += line.length;
    while (this.#waitingChars > serialWaitingCharsMax && this.#waiting.length > 1) {
      this.#waitingChars -= this.#waiting.shift()?.length ?? 0;
      this.#lost++;
    }
  }

  /** The next bytes, at most `room`; empty when nothing waits. They count as sent. */
  take(room: number): Uint8Array {
    if (this.#sent === this.#piece.length) this.encode();
    const taken = this.#piece.subarray(this.#sent, this.#sent + room);
    this.#sent += taken.length;
    return taken;
  }

  private get isDrained(): boolean {
    return this.#waiting.length === 0 && this.#lost === 0;
  }

  /** Encodes the next characters of the current line, or of the next one. */
  private encode(): void {
    if (this.#at === this.#current.length) this.begin();
    let end = Math.min(this.#at + pieceChars, this.#current.length);
    if (end < this.#current.length && isHighSurrogate(this.#current.charCodeAt(end - 1))) end--;
    this.#piece = encodeText(this.#current.slice(this.#at, end));
    this.#sent = 0;
    this.#at = end;
  }

  private begin(): void {
    this.#at = 0;
    if (this.#lost > 0) {
      this.#current = this.#lostText(this.#lost);
      this.#lost = 0;
      return;
    }
    this.#current = this.#waiting.shift() ?? "";
    this.#waitingChars -= this.#current.length;
  }
}

/** Half of a character that takes two units of a string. */
function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
