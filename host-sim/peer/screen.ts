/** Rows of a terminal below which there is no room for a table. */
export const screenRowsMin = 20;

/** Rows of the table on a terminal with so many: two thirds. */
export function tableRowsOf(rows: number): number {
  return Math.floor((rows * 2) / 3);
}

/**
 * The table's lines, exactly as many as it has rows: the status, the peers as far as they fit, and a rule below. No
 * line is wider than the terminal, for one that wraps would move all others: those of the status go on in a next one,
 * those of peers are cut.
 */
export function screenLines(
  status: readonly string[],
  peers: readonly string[],
  { rows, columns }: { readonly rows: number; readonly columns: number },
): string[] {
  const tableRows = tableRowsOf(rows);
  const above = [...status.flatMap((line) => wrapped(line, columns)), ""];
  const room = tableRows - above.length - 1;
  const shown = peers.length <= room ? peers : peers.slice(0, Math.max(0, room - 1));
  const rest = peers.length - shown.length;
  const lines = [...above, ...shown, ...(rest > 0 ? [`… and ${rest} more: peers`] : [])];
  const filled = [...lines, ...new Array<string>(tableRows).fill("")].slice(0, tableRows - 1);
  return [...filled, "─".repeat(columns)].map((line) => [...line].slice(0, columns).join(""));
}

/** A line in pieces; all but the first are indented. */
function wrapped(line: string, columns: number): string[] {
  const points = [...line];
  if (points.length <= columns) return [line];
  const pieces = [points.slice(0, columns).join("")];
  const width = Math.max(1, columns - indent.length);
  for (let at = columns; at < points.length; at += width)
    pieces.push(indent + points.slice(at, at + width).join(""));
  return pieces;
}

const indent = "         ";
