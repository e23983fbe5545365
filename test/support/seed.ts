import fc from "fast-check";

/**
 * The seed of this run's random tests, and how to replay a red one: `MUSTER_SEED=<seed> npx mocha ...`. Without it the
 * seed is fixed, so that two runs of one commit do the same.
 */
export const seed: number = Number(process.env["MUSTER_SEED"] ?? 20_261_121);

/** Which share of its rounds a long random test does: all of them, but fewer where the engine is slow (test/xs). */
const roundsShare = Number(process.env["MUSTER_ROUNDS_SHARE"] ?? 1);

/** How often a long random test goes round: `count` times on Node. */
export function rounds(count: number): number {
  return Math.ceil(count * roundsShare);
}

/** fast-check's parameters with the seed, `runs` times; a failure prints seed and path. */
export function seeded(runs: number): { seed: number; numRuns: number } {
  return { seed, numRuns: runs };
}

/** `count` samples of an arbitrary, the same for the same seed. */
export function samples<T>(arbitrary: fc.Arbitrary<T>, count: number): T[] {
  return fc.sample(arbitrary, { seed, numRuns: count });
}

/** A small deterministic generator (xorshift32) for mutations. */
export class MutationSource {
  #state: number;

  constructor(from: number = seed) {
    this.#state = from | 0 || 1;
  }

  /** 0 .. bound-1 */
  below(bound: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % bound;
  }
}
