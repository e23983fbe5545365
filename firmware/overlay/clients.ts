import type { Instant } from "../core/time.js";
import { NodeTable, type LinkedNode, type Neighbour } from "./node-table.js";

/**
 * The clients this node serves while it is a peer: linked nodes that route nothing and hold nothing, with rows of their
 * own. No request goes to one but what names it after this node, and no topology sees them, so they are not in the
 * table of neighbours. What comes from one is passed on, and its answers find it by its handle. Most phones never serve
 * any: the rows are made for the first.
 */
export class Clients {
  readonly capacity: number;
  readonly #firstRow: number;
  #rows: NodeTable | undefined;

  /** `firstRow`: the rows before it are the neighbours'. */
  constructor(capacity: number, firstRow: number) {
    this.capacity = capacity;
    this.#firstRow = firstRow;
  }

  /** A list that was taken does not change. */
  get all(): readonly Neighbour[] {
    return this.#rows?.all ?? [];
  }

  /** Places that are free. */
  get free(): number {
    return this.capacity - this.all.length;
  }

  /** Gives a client a row; one that has a row keeps it. `undefined`: there is none left. */
  seat(now: Instant, linked: LinkedNode): Neighbour | undefined {
    if (this.capacity === 0) return undefined;
    this.#rows ??= new NodeTable(this.capacity, this.#firstRow);
    const seating = this.#rows.seat(now, linked);
    if (seating.kind === "full") return undefined;
    seating.neighbour.stage = "client";
    return seating.neighbour;
  }

  /** Frees the row of a link that is gone; `undefined` where it is no client's. */
  remove(link: number): Neighbour | undefined {
    return this.#rows?.remove(link);
  }

  byLink(link: number): Neighbour | undefined {
    return this.#rows?.byLink(link);
  }

  byNodeId(nodeId: Uint8Array): Neighbour | undefined {
    return this.#rows?.byNodeId(nodeId);
  }

  byHandle(handle: number): Neighbour | undefined {
    return this.#rows?.byHandle(handle);
  }
}
