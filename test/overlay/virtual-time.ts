import { instant, type Instant } from "../../firmware/core/time.js";

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time that jumps from event to event; events at one moment keep their order. */
export class VirtualTime {
  now: Instant = instant(1_000);
  readonly #events: Event[] = [];
  #order = 0;

  /** Runs something `delayMs` from now. */
  after(delayMs: number, run: () => void): void {
    const event = { at: this.now + delayMs, order: this.#order++, run };
    let at = this.#events.length;
    while (at > 0 && isLater(this.#events[at - 1], event)) at--;
    this.#events.splice(at, 0, event);
  }

  /** When the next event is; infinity when there is none. */
  get nextAt(): number {
    return this.#events[0]?.at ?? Infinity;
  }

  advanceTo(at: number): void {
    this.now = instant(Math.max(this.now, at));
  }

  runNext(): void {
    this.#events.shift()?.run();
  }
}

function isLater(a: Event | undefined, b: Event): boolean {
  return a !== undefined && (a.at > b.at || (a.at === b.at && a.order > b.order));
}
