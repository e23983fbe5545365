/**
 * The words that were probably meant: those that begin with what was typed, else those at most two slips away (a letter
 * missing, added, wrong, or two swapped), nearest first, at most three.
 */
export function suggestions(typed: string, words: readonly string[]): string[] {
  const word = typed.slice(0, wordCharsMax).toLowerCase();
  if (word === "") return [];
  const beginning = words.filter((candidate) => candidate.startsWith(word));
  if (beginning.length > 0) return beginning.slice(0, suggestionsMax);
  const slipsMax = word.length <= 3 ? 1 : 2;
  const near: { readonly candidate: string; readonly slips: number }[] = [];
  for (const candidate of words) {
    const slips = slipsBetween(word, candidate);
    if (slips <= slipsMax) near.push({ candidate, slips });
  }
  near.sort((a, b) => a.slips - b.slips);
  return near.slice(0, suggestionsMax).map(({ candidate }) => candidate);
}

const suggestionsMax = 3;
const wordCharsMax = 24;

/** The optimal string alignment distance, row by row of its table. */
function slipsBetween(a: string, b: string): number {
  let before: readonly number[] = [];
  let last: number[] = [0];
  for (let i = 1; i <= b.length; i++) last.push(i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = areSwapped(a, b, i, j) ? at(before, j - 2) + 1 : Infinity;
      row.push(Math.min(changed, at(last, j) + 1, at(row, j - 1) + 1, swapped));
    }
    before = last;
    last = row;
  }
  return at(last, b.length);
}

/** Whether the letters before places `i` and `j` are each other's, crosswise. */
function areSwapped(a: string, b: string, i: number, j: number): boolean {
  return i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
}

function at(row: readonly number[], place: number): number {
  return row[place] ?? Infinity;
}
