import type { Random } from "../../../firmware/core/random.js";

/** A seeded generator (xorshift, 32 bit): the same seed draws the same values for ever. */
export class Chance implements Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ 0x6d2b79f5) | 1;
    for (let i = 0; i < 8; i++) this.next();
  }

  /** 0 .. 2^32-1 */
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }

  /** 0 .. bound-1 */
  below(bound: number): number {
    return this.next() % bound;
  }

  /** True in `percent` of 100 cases. */
  percent(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }

  bytes(count: number): Uint8Array {
    return this.fill(new Uint8Array(count));
  }

  fill(target: Uint8Array): Uint8Array {
    for (let i = 0; i < target.length; i++) target[i] = this.next() >>> 24;
    return target;
  }
}
