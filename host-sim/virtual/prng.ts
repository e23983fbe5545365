import type { Random } from "../../firmware/core/random.js";

/**
 * The simulator's only source of chance: xoshiro128** (Blackman and Vigna), 32-bit integers throughout, so
 * that one seed gives one run on every machine. Not for keys of real phones.
 */
export class Prng implements Random {
  readonly seed: string;
  readonly #state: [number, number, number, number];

  /** `seed` is a number or any text; "7" and 7 are the same seed. */
  constructor(seed: number | string) {
    this.seed = String(seed);
    this.#state = stateOf(this.seed);
  }

  /**
   * A generator of its own for one purpose. It depends on the seed and the label only, not on what was drawn before:
   * an extra draw in one place does not change what happens elsewhere.
   */
  fork(label: string | number): Prng {
    return new Prng(`${this.seed}/${label}`);
  }

  /** A whole number 0 .. 2^32-1. */
  uint32(): number {
    const s = this.#state;
    const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 11);
    return result;
  }

  /** A whole number 0 .. `bound`-1, each equally likely; `bound` is 1 .. 2^32. */
  below(bound: number): number {
    const unbiased = 0x1_0000_0000 - (0x1_0000_0000 % bound);
    let drawn = this.uint32();
    while (drawn >= unbiased) drawn = this.uint32();
    return drawn % bound;
  }

  /** A whole number `least` .. `most`, both ends included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True with probability `ratio` (0 never, 1 always). Draws nothing at 0 and 1. */
  chance(ratio: number): boolean {
    if (ratio <= 0) return false;
    return ratio >= 1 || this.uint32() < ratio * 0x1_0000_0000;
  }

  /** One of `items`; they must not be empty. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }

  /** The items in a random order, in a new array. */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      const moved = shuffled[last] as T;
      shuffled[last] = shuffled[other] as T;
      shuffled[other] = moved;
    }
    return shuffled;
  }

  fill(target: Uint8Array): Uint8Array {
    for (let i = 0; i < target.length; i += 4) {
      const word = this.uint32();
      for (let j = 0; j < 4 && i + j < target.length; j++) target[i + j] = word >>> (8 * j);
    }
    return target;
  }
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** Four words from a seed: an FNV-1a hash of its characters, stretched by a Weyl sequence and mixed. */
function stateOf(seed: string): [number, number, number, number] {
  let hash = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193);
  const word = (n: number): number => {
    let mixed = (hash + Math.imul(n, 0x9e3779b9)) | 0;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  return [word(1), word(2), word(3), word(4) | 1];
}
