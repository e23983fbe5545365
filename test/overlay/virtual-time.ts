import { instant, type Instant } from "../../firmware/core/time.js";

interface Entry<T> {
  readonly at: number;
  readonly order: number;
  readonly item: T;
}

/** What is due, the first first; of one moment in the order in which it came. */
export class Agenda<T> {
  readonly #heap: Entry<T>[] = [];
  #order = 0;

  /** When the first is due; infinity when nothing is. */
  get nextAt(): number {
    return this.#heap[0]?.at ?? Infinity;
  }

  get next(): T | undefined {
    return this.#heap[0]?.item;
  }

  add(at: number, item: T): void {
    const entry = { at, order: this.#order++, item };
    let place = this.#heap.length;
    while (place > 0) {
      const parent = this.#heap[(place - 1) >> 1];
      if (parent === undefined || !isLater(parent, entry)) break;
      this.#heap[place] = parent;
      place = (place - 1) >> 1;
    }
    this.#heap[place] = entry;
  }

  /** Takes the first out. */
  take(): T | undefined {
    const [first] = this.#heap;
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first?.item;
  }

  /** Puts an entry in the place of the first. */
  #sink(entry: Entry<T>): void {
    let place = 0;
    for (;;) {
      const child = this.#earlierChild(place);
      const below = this.#heap[child];
      if (below === undefined || !isLater(entry, below)) break;
      this.#heap[place] = below;
      place = child;
    }
    this.#heap[place] = entry;
  }

  #earlierChild(place: number): number {
    const left = 2 * place + 1;
    const [a, b] = [this.#heap[left], this.#heap[left + 1]];
    return a !== undefined && b !== undefined && isLater(a, b) ? left + 1 : left;
  }
}

/** Time that jumps from event to event; events at one moment keep their order. */
export class VirtualTime {
  now: Instant = instant(1_000);
  readonly #events = new Agenda<() => void>();

  /** Runs something `delayMs` from now. */
  after(delayMs: number, run: () => void): void {
    this.#events.add(this.now + delayMs, run);
  }

  /** When the next event is; infinity when there is none. */
  get nextAt(): number {
    return this.#events.nextAt;
  }

  advanceTo(at: number): void {
    this.now = instant(Math.max(this.now, at));
  }

  runNext(): void {
    this.#events.take()?.();
  }
}

function isLater<T>(a: Entry<T>, b: Entry<T>): boolean {
  return a.at > b.at || (a.at === b.at && a.order > b.order);
}
