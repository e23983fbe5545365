/** Where to look. */
export interface SearchRange {
  /** Certainly too small; not tried. */
  readonly least: number;
  /** Tried when nothing smaller will do. */
  readonly most: number;
  readonly step: number;
}

/**
 * The smallest number of steps above `least` with which `passes` comes true, supposing that more never harms; NaN where
 * not even `most` will do.
 */
export async function smallest(
  { least, most, step }: SearchRange,
  passes: (value: number) => Promise<boolean>,
): Promise<number> {
  let below = 0;
  let enough = Math.ceil((most - least) / step) + 1;
  while (enough - below > 1) {
    const middle = (below + enough) >> 1;
    if (await passes(least + middle * step)) enough = middle;
    else below = middle;
  }
  const found = least + enough * step;
  return found > most ? NaN : found;
}
