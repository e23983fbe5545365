/** Figures of one sort, each a number; for means and percentiles. */
export class Distribution {
  readonly #values: number[] = [];

  add(value: number): void {
    this.#values.push(value);
  }

  get count(): number {
    return this.#values.length;
  }

  /** 0 where there is none. */
  get mean(): number {
    if (this.#values.length === 0) return 0;
    return this.#values.reduce((sum, value) => sum + value, 0) / this.#values.length;
  }

  /** The least value that a share of them, 0 .. 1, does not exceed; `undefined` where there is none. */
  percentile(share: number): number | undefined {
    const sorted = [...this.#values].sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  }

  /** 0 where there is none. */
  get max(): number {
    return this.#values.reduce((most, value) => Math.max(most, value), 0);
  }

  /** How often each value was met, by value. */
  counts(): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    for (const value of [...this.#values].sort((a, b) => a - b))
      counts.set(value, (counts.get(value) ?? 0) + 1);
    return counts;
  }
}
