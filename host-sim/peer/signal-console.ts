import { linesWaitingMax } from "../../firmware/core/limits.js";
import { BoundedQueue } from "../../firmware/core/bounded.js";
import type { Console } from "../../hal/console.js";

const signals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/**
 * The console of whoever runs the process: a signal to end is the line `quit`, so that the peer hands its records over
 * and leaves. Nothing is printed here. A second signal ends the process at once.
 */
export class SignalConsole implements Console {
  readonly format = "json";
  readonly #lines = new BoundedQueue<string>(linesWaitingMax);
  readonly #handleSignal: () => void;

  constructor(onReadable: () => void, endNow: () => void) {
    let count = 0;
    this.#handleSignal = () => {
      if (++count > 1) {
        endNow();
        return;
      }
      this.#lines.push("quit");
      onReadable();
    };
    for (const signal of signals) process.on(signal, this.#handleSignal);
  }

  readLine(): string | undefined {
    return this.#lines.shift();
  }

  writeLine(): void {
    // Nobody reads it.
  }

  close(): void {
    for (const signal of signals) process.removeListener(signal, this.#handleSignal);
  }
}
