import { passedMs } from "../core/limits.js";
import { after, type Instant } from "../core/time.js";
import type { RoutedMessage } from "../wire/message.js";
import type { Neighbour } from "./node-table.js";

interface Passed {
  /** The handle of the neighbour it came from, which itself may be gone. */
  readonly from: number;
  readonly transaction: number;
  /** Tells a request from its answer, and one way of it from another. */
  readonly turn: number;
  until: Instant;
}

/**
 * Routed messages passed on a moment ago, the last of them. A neighbour that has not heard our acknowledgement in time
 * sends its message again: that needs another acknowledgement and nothing else, for from here on the repair is ours.
 * Passed on each time, a message that is sent twice on each of five hops arrives 32 times. A message that has dropped
 * out of this table is passed on once more, which costs bytes and harms nothing.
 */
export class PassedMessages {
  readonly #capacity: number;
  readonly #all: Passed[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Whether this message came from this neighbour and was passed on a moment ago; if not, it is now. */
  has(now: Instant, from: Neighbour, message: RoutedMessage): boolean {
    const { transaction } = message;
    const turn = turnOf(message);
    for (const passed of this.#all) {
      if (passed.transaction !== transaction || passed.from !== from.handle || passed.turn !== turn) continue;
      const isAgain = passed.until > now;
      passed.until = after(now, passedMs);
      return isAgain;
    }
    this.note({ from: from.handle, transaction, turn, until: after(now, passedMs) });
    return false;
  }

  /** In the place of the oldest, once the table is full. */
  private note(passed: Passed): void {
    if (this.#all.length >= this.#capacity) this.#all.shift();
    this.#all.push(passed);
  }
}

/** A request that comes by another way, or avoids another node, is no repetition. */
function turnOf(message: RoutedMessage): number {
  return "hops" in message ? 64 * (1 + message.hops) + (message.avoid?.length ?? 0) : message.via.length;
}
