import type { Instant } from "../core/time.js";
import { spend } from "../core/allowance.js";
import type { Neighbour } from "./node-table.js";

/** Messages taken from one neighbour: enough for all it can have to say, too few to keep a phone from its speech. */
export class InboundLimit {
  #dropped = 0;

  /** Messages dropped. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether SIP of the neighbour is taken now: it counts as several messages, for reading it costs as much. */
  takeSip(now: Instant, from: Neighbour): boolean {
    return this.take(now, from, sipWeight);
  }

  /** Whether one more message of the neighbour is taken now; `weight`: for how many it counts. */
  take(now: Instant, from: Neighbour, weight = 1): boolean {
    const messages = spend(messageRate, from.messages, now, weight);
    if (messages === undefined) this.#dropped++;
    else from.messages = messages;
    return messages !== undefined;
  }
}

/** Of one neighbour 16 SIP messages a second are read, 33 at once. */
const sipWeight = 3;
const messagesAtOnce = 100;
const messagesPerSecond = 50;
const messageRate = { perSecond: messagesPerSecond, burst: messagesAtOnce } as const;
