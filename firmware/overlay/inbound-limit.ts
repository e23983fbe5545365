import type { Instant } from "../core/time.js";
import { spend } from "./allowance.js";
import type { Neighbour } from "./node-table.js";

/** Messages taken from one neighbour: enough for all it can have to say, too few to keep a phone from its speech. */
export class InboundLimit {
  #dropped = 0;

  /** Messages dropped. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether one more message of the neighbour is taken now. */
  take(now: Instant, from: Neighbour): boolean {
    const messages = spend(messageRate, from.messages, now);
    if (messages === undefined) this.#dropped++;
    else from.messages = messages;
    return messages !== undefined;
  }
}

const messagesAtOnce = 100;
const messagesPerSecond = 50;
const messageRate = { perSecond: messagesPerSecond, burst: messagesAtOnce } as const;
