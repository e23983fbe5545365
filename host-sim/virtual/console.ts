import { BoundedQueue } from "../../firmware/core/bounded.js";
import { lineBytesMax, linesWaitingMax } from "../../firmware/core/limits.js";
import type { Console } from "../../hal/console.js";
import type { VirtualClock } from "./clock.js";

const printedLinesMax = 10_000;

/** A console whose other end is a test: `type` lines, look at what was printed. */
export class VirtualConsole implements Console {
  readonly format: "text" | "json";
  readonly #clock: VirtualClock;
  readonly #onReadable: () => void;
  readonly #waiting = new BoundedQueue<string>(linesWaitingMax);
  readonly #printed: string[] = [];
  #closed = false;

  constructor(format: "text" | "json", clock: VirtualClock, onReadable: () => void) {
    this.format = format;
    this.#clock = clock;
    this.#onReadable = onReadable;
  }

  /** A person or a tool types a line; the phone reads it in the clock's next event. */
  type(line: string): void {
    this.#clock.schedule(this.#clock.now(), `typed "${line}"`, () => {
      if (this.#closed) return;
      this.#waiting.push(line.slice(0, lineBytesMax));
      this.#onReadable();
    });
  }

  /** Everything printed so far, at most the last 10,000 lines. */
  get printed(): readonly string[] {
    return this.#printed;
  }

  /** What was printed since the last call. */
  takePrinted(): string[] {
    return this.#printed.splice(0);
  }

  readLine(): string | undefined {
    return this.#waiting.shift();
  }

  writeLine(text: string): void {
    if (this.#closed) return;
    this.#printed.push(text);
    if (this.#printed.length > printedLinesMax) this.#printed.shift();
  }

  close(): void {
    this.#closed = true;
  }
}
