import type { Initiation } from "./initiation.js";
import type { Response } from "./response.js";

/**
 * Handshakes with public-key operations to do, in the order they came. One operation is done in a turn of
 * the loop (18 ms on a C3), so that speech at 20 ms survives; what was begun is finished before the next is
 * begun. Bounded by the tables of initiations and responses.
 */
export class WorkQueue {
  #waiting: (Initiation | Response)[] = [];

  get length(): number {
    return this.#waiting.length;
  }

  /** The handshake whose turn it is. */
  get first(): Initiation | Response | undefined {
    return this.#waiting[0];
  }

  push(handshake: Initiation | Response): void {
    if (!this.#waiting.includes(handshake)) this.#waiting.push(handshake);
  }

  remove(handshake: Initiation | Response): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting !== handshake);
  }
}
