import { markOf, marked, textTable } from "../table.js";

/**
 * One figure beside its budget (design §8), what RELOAD needs for the same (computed from RFC 6940), and OpenDHT
 * (measured).
 */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** At most; `null` where no budget is set. */
  readonly budget: number | null;
  /** `null` where RELOAD has no such figure. */
  readonly reload: number | null;
  /** What OpenDHT was measured to need for its like, where there is such a figure. */
  readonly openDht?: number;
  /** How it was measured, what is supposed. */
  readonly note?: string;
}

/** Whether a figure is over its budget. */
export function isOver(row: BenchRow): boolean {
  return row.budget !== null && !(row.value <= row.budget);
}

/** The rows as a table, those over their budget marked. */
export function benchTable(rows: readonly BenchRow[]): string {
  return textTable(
    ["what", "measured", "budget", "RELOAD", "OpenDHT", "remark"],
    rows.map((row) => [
      row.name,
      marked(`${row.value} ${row.unit}`, row.budget === null ? "plain" : markOf(!isOver(row))),
      row.budget === null ? "" : `≤ ${row.budget}`,
      row.reload === null ? "" : String(row.reload),
      row.openDht === undefined ? "" : String(row.openDht),
      row.note ?? "",
    ]),
  );
}
