import type { Instant } from "../core/time.js";
import { TokenBucket } from "../core/token-bucket.js";

/** Messages taken from one neighbour: enough for all it can have to say, too few to keep a phone from its speech. */
export class InboundLimit {
  readonly #byRow = new Map<number, TokenBucket>();
  #dropped = 0;

  /** Messages dropped. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether one more message of the neighbour in `row` is taken now. */
  take(now: Instant, row: number): boolean {
    let bucket = this.#byRow.get(row);
    if (bucket === undefined) {
      bucket = new TokenBucket({ perSecond: messagesPerSecond, burst: messagesAtOnce });
      this.#byRow.set(row, bucket);
    }
    if (bucket.take(now)) return true;
    this.#dropped++;
    return false;
  }

  /** The row is free. */
  handleLinkDown(row: number): void {
    this.#byRow.delete(row);
  }
}

const messagesAtOnce = 100;
const messagesPerSecond = 50;
