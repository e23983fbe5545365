/** Which rows of the node table know of which, as far as we know: one bit each, 128 B for a table of 32. */
export class Acquaintances {
  readonly #rows: number;
  readonly #bits: Uint8Array;

  constructor(rows: number) {
    this.#rows = rows;
    this.#bits = new Uint8Array(Math.ceil((rows * rows) / 8));
  }

  /** Whether the node in row `who` knows of the one in row `whom`. */
  knows(who: number, whom: number): boolean {
    const bit = who * this.#rows + whom;
    return ((this.#bits[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
  }

  /** The node in row `who` has heard of the one in row `whom`. */
  introduce(who: number, whom: number): void {
    const bit = who * this.#rows + whom;
    this.#bits[bit >> 3] = (this.#bits[bit >> 3] ?? 0) | (1 << (bit & 7));
  }

  /** The row is another node's now: it knows nobody, and nobody knows it. */
  forget(row: number): void {
    for (let other = 0; other < this.#rows; other++) {
      this.part(row, other);
      this.part(other, row);
    }
  }

  private part(who: number, whom: number): void {
    const bit = who * this.#rows + whom;
    this.#bits[bit >> 3] = (this.#bits[bit >> 3] ?? 0) & ~(1 << (bit & 7));
  }
}
