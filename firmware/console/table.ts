/** A table as lines: columns as wide as their widest cell, two spaces between them, nothing behind the last. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ""))));
  return all.map((row) => {
    const cells = widths.map((width, column) => {
      const cell = row[column] ?? "";
      return cell + " ".repeat(width - widthOf(cell));
    });
    return cells.join("  ").trimEnd();
  });
}

/** "name     alice" lines: what each value is, then the value. */
export function pairs(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([what]) => widthOf(what)));
  return rows.map(([what, value]) => `${what}${" ".repeat(width - widthOf(what))}  ${value}`.trimEnd());
}

/** A span of time for a person: "850 ms", "12 s", "3 min 5 s", "2 h 10 min", "4 d 3 h". */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return twoParts(seconds, 60, "min", "s");
  if (seconds < 86_400) return twoParts(Math.floor(seconds / 60), 60, "h", "min");
  return twoParts(Math.floor(seconds / 3600), 24, "d", "h");
}

function twoParts(value: number, per: number, large: string, small: string): string {
  const rest = value % per;
  const first = `${Math.floor(value / per)} ${large}`;
  return rest === 0 ? first : `${first} ${rest} ${small}`;
}

/** Cells a text takes on a terminal, counting a code point as one. */
function widthOf(text: string): number {
  let width = 0;
  for (const _ of text) width++;
  return width;
}
