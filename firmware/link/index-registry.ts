import { randomBytes, type Random } from "../core/random.js";

/**
 * Which index, 24 bits, names what. Indexes are drawn at random, so that who does not see the traffic
 * cannot guess one. Bounded by the tables whose entries it names.
 */
export class IndexRegistry<Owner> {
  readonly #random: Random;
  readonly #owners = new Map<number, Owner>();

  constructor(random: Random) {
    this.#random = random;
  }

  get size(): number {
    return this.#owners.size;
  }

  /** An index that names nothing yet, 1 .. 2^24-1. */
  draw(): number {
    for (;;) {
      const bytes = randomBytes(this.#random, 3);
      const index = ((bytes[0] ?? 0) << 16) | ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0);
      if (index !== 0 && !this.#owners.has(index)) return index;
    }
  }

  set(index: number, owner: Owner): void {
    this.#owners.set(index, owner);
  }

  find(index: number): Owner | undefined {
    return this.#owners.get(index);
  }

  delete(index: number): void {
    this.#owners.delete(index);
  }
}
