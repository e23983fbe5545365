import { seed, type MutationSource } from "./seed.js";

/** One small change to valid bytes: a flipped bit, a cut, a byte more or less, another major type, something behind. */
export function mutated(bytes: Uint8Array, source: MutationSource): Uint8Array {
  const at = source.below(Math.max(bytes.length, 1));
  const mutant = Uint8Array.from(bytes);
  switch (source.below(6)) {
    case 0:
      mutant[at] = (bytes[at] ?? 0) ^ (1 << source.below(8));
      return mutant.slice(0, bytes.length);
    case 1:
      return mutant.slice(0, at);
    case 2:
      return Uint8Array.from([...bytes.subarray(0, at), source.below(256), ...bytes.subarray(at)]);
    case 3:
      return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1)]);
    case 4:
      mutant[at] = ((bytes[at] ?? 0) & 31) | (source.below(8) << 5);
      return mutant.slice(0, bytes.length);
    default:
      return Uint8Array.from([...bytes, source.below(256)]);
  }
}

/** Counts how many inputs reached each branch of what is tested, and prints it: a branch never reached is no test. */
export class BranchShare {
  readonly #name: string;
  readonly #counts = new Map<string, number>();

  constructor(name: string) {
    this.#name = name;
  }

  count(branch: string): void {
    this.#counts.set(branch, (this.#counts.get(branch) ?? 0) + 1);
  }

  of(branch: string): number {
    return this.#counts.get(branch) ?? 0;
  }

  print(): void {
    const total = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    const rows = [...this.#counts]
      .sort(([, a], [, b]) => b - a)
      .map(([branch, count]) => `${branch} ${((100 * count) / total).toFixed(1)} %`);
    console.log(`      ${this.#name} (seed ${seed}): ${total} inputs: ${rows.join(", ")}`);
  }
}
