import type { Clock } from "../clock.js";

/** What a guard may do about faults. */
export interface FaultGuardOptions {
  readonly clock: Clock;
  /** Prints one diagnostic. */
  readonly trace: (text: string) => void;
  /** Called after a fault that the phone outlives: what the turn had left to do is to be taken up again. */
  readonly onFault: () => void;
  /** Starts the phone again. */
  readonly restart: () => void;
}

/** More faults than this within one minute, and the phone starts again. */
const faultsPerMinuteMax = 8;
const minuteMs = 60_000;

/**
 * Stands at every entry from the SDK into our code. There an exception nobody caught would end the virtual machine, and
 * with it the phone and its call. It is printed by its entry's name and counted, and the phone goes on; the call goes
 * on in its next packet. A failed assertion of ours is different: what the phone believes is then wrong, and it starts
 * again, as it does when faults do not cease.
 */
export class FaultGuard {
  readonly #options: FaultGuardOptions;
  #count = 0;
  #minuteStartedAt = 0;
  #inMinute = 0;

  constructor(options: FaultGuardOptions) {
    this.#options = options;
  }

  /** Faults outlived so far. */
  get count(): number {
    return this.#count;
  }

  /** Runs what an entry does. */
  run(entry: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.handleFault(entry, error);
    }
  }

  /** For entries of every packet, which catch by themselves: a function for `run` would be made, or kept, for each. */
  handleFault(entry: string, error: unknown): void {
    this.report(`fault in ${entry}`, error);
    if (isAssertion(error) || this.isTooMany()) this.#options.restart();
    else this.#options.onFault();
  }

  /** Prints what the SDK has refused and the firmware hears of as a value, or not at all. */
  report(what: string, error: unknown): void {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.#options.trace(`muster: ${what}: ${text}\n`);
  }

  private isTooMany(): boolean {
    const now = this.#options.clock.now();
    if (now - this.#minuteStartedAt >= minuteMs) {
      this.#minuteStartedAt = now;
      this.#inMinute = 0;
    }
    this.#count++;
    return ++this.#inMinute > faultsPerMinuteMax;
  }
}

/** Whether it comes from `firmware/core/assert.ts`. */
function isAssertion(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("assertion failed");
}
