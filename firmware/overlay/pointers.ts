import { copyBytes } from "../core/bytes.js";
import { sameId } from "../core/node-id.js";
import { none } from "../core/none.js";
import { after, type Instant } from "../core/time.js";
import type { Neighbour } from "./node-table.js";

interface Pointer {
  readonly resource: Uint8Array;
  readonly holder: Neighbour;
  /** End of the record's lifetime. */
  readonly until: Instant;
}

/**
 * Which neighbour holds records that this node should hold and has no room for (protocol §4, full store): a Fetch that
 * ends here goes on to it. Learned from who offers us its copy and is told that we are full. Past the bound the oldest
 * goes.
 */
export class Pointers {
  readonly #capacity: number;
  #all: readonly Pointer[] = none;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#all.length;
  }

  /** `holder` holds records at a resource for so many seconds; in place of whom was noted before. */
  note(now: Instant, noted: { resource: Uint8Array; holder: Neighbour; lifetimeS: number }): void {
    const { resource, holder, lifetimeS } = noted;
    this.forget(resource);
    const pointer = { resource: copyBytes(resource), holder, until: after(now, 1000 * lifetimeS) };
    this.#all = [...this.#all, pointer].slice(-this.#capacity);
  }

  /** Who holds records at the resource. */
  find(now: Instant, resource: Uint8Array): Neighbour | undefined {
    const pointer = this.#all.find((one) => sameId(one.resource, resource));
    return pointer === undefined || pointer.until <= now ? undefined : pointer.holder;
  }

  /** There is room now. */
  forget(resource: Uint8Array): void {
    if (this.#all.length > 0) this.#all = this.#all.filter((one) => !sameId(one.resource, resource));
  }

  /** A neighbour is gone, and what was known of it. */
  handleLinkDown(gone: Neighbour): void {
    if (this.#all.length > 0) this.#all = this.#all.filter(({ holder }) => holder !== gone);
  }
}
