import { styleText } from "node:util";
import Table from "cli-table3";

/** How a cell is to be seen: met its goal, missed it, or neither. */
export type Mark = "met" | "missed" | "plain";

/** A table for people: lines without rules between rows; colour only where a terminal shows it. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push([...row]);
  return table.toString();
}

/** A cell, green or red on a terminal; elsewhere a missed one says so in words. */
export function marked(
  text: string,
  mark: Mark,
  stream: { readonly isTTY?: boolean } = process.stdout,
): string {
  if (mark === "plain") return text;
  if (stream.isTTY === true) return styleText(mark === "met" ? "green" : "red", text);
  return mark === "met" ? text : `${text} (missed)`;
}

/** Whether a figure is within its bound. */
export function markOf(isWithin: boolean): Mark {
  return isWithin ? "met" : "missed";
}
