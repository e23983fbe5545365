import { sameId } from "./node-id.js";

/** Whether two identifiers name the same. */
type Sameness = (a: Uint8Array, b: Uint8Array) => boolean;

/**
 * Finds by identifier what a large table holds. A small one is looked through instead, which costs no memory: so no
 * chip has an index, and a host with room for hundreds does not look at each of them for each packet.
 */
export class IdIndex<T> {
  readonly #idOf: (value: T) => Uint8Array;
  readonly #isSame: Sameness;
  /** By the first 4 B: no string has to be made, and few share them who did not work for it. */
  readonly #byPrefix = new Map<number, readonly T[]>();

  constructor(idOf: (value: T) => Uint8Array, isSame: Sameness) {
    this.#idOf = idOf;
    this.#isSame = isSame;
  }

  /** What was added last under an identifier and not removed since. */
  find(id: Uint8Array): T | undefined {
    const values = this.#byPrefix.get(prefixOf(id));
    if (values === undefined) return undefined;
    for (let at = values.length - 1; at >= 0; at--) {
      const value = values[at];
      if (value !== undefined && this.#isSame(this.#idOf(value), id)) return value;
    }
    return undefined;
  }

  add(value: T): void {
    const prefix = prefixOf(this.#idOf(value));
    const former = this.#byPrefix.get(prefix);
    this.#byPrefix.set(prefix, former === undefined ? [value] : [...former, value]);
  }

  /** Without effect where the value is not there. */
  remove(value: T): void {
    const prefix = prefixOf(this.#idOf(value));
    const left = this.#byPrefix.get(prefix)?.filter((other) => other !== value);
    if (left === undefined || left.length === 0) this.#byPrefix.delete(prefix);
    else this.#byPrefix.set(prefix, left);
  }
}

/** An index for a table that may hold this many, where that is too many to look through. */
export function indexFor<T>(
  capacity: number,
  idOf: (value: T) => Uint8Array,
  isSame: Sameness = sameId,
): IdIndex<T> | undefined {
  return capacity > lookedThroughMost ? new IdIndex(idOf, isSame) : undefined;
}

function prefixOf(id: Uint8Array): number {
  return ((id[0] ?? 0) << 24) | ((id[1] ?? 0) << 16) | ((id[2] ?? 0) << 8) | (id[3] ?? 0);
}

const lookedThroughMost = 32;
