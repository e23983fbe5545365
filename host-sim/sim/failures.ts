/** What was found wrong in a run: each kind with its first cases, and how many there were. */
export class Failures {
  readonly #seed: number;
  readonly #found = new Map<string, { count: number; readonly first: string[] }>();

  /** The seed is named in every line: it repeats the run. */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Cases of all kinds. */
  get count(): number {
    let count = 0;
    for (const each of this.#found.values()) count += each.count;
    return count;
  }

  /** `kind` names the rule that was broken, `text` says where; at virtual time `atMs`. */
  add(atMs: number, kind: string, text: string): void {
    const known = this.#found.get(kind) ?? { count: 0, first: [] };
    this.#found.set(kind, known);
    known.count++;
    if (known.first.length < shownOfKind) known.first.push(`${(atMs / 1000).toFixed(1)} s: ${text}`);
  }

  /** A line for each case that is shown, and for each kind how many are not. */
  lines(): string[] {
    return [...this.#found].flatMap(([kind, { count, first }]) => {
      const shown = first.map((text) => `seed ${this.#seed}, ${kind}: ${text}`);
      const others = count - first.length;
      return others > 0 ? [...shown, `seed ${this.#seed}, ${kind}: and ${others} more`] : shown;
    });
  }
}

const shownOfKind = 5;
