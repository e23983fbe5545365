import Table from "cli-table3";

/** One figure beside its budget (design §8) and what RELOAD needs for the same (computed from RFC 6940). */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** At most; `null` where no budget is set. */
  readonly budget: number | null;
  /** `null` where RELOAD has no such figure. */
  readonly reload: number | null;
}

/** Whether a figure is over its budget. */
export function isOver(row: BenchRow): boolean {
  return row.budget !== null && row.value > row.budget;
}

/** The rows as a table, those over their budget marked. */
export function benchTable(rows: readonly BenchRow[]): string {
  const table = new Table({ head: ["what", "measured", "budget", "RELOAD"], style: { head: [] } });
  for (const row of rows) {
    const over = isOver(row) ? " OVER" : "";
    table.push([row.name, `${row.value} ${row.unit}${over}`, row.budget ?? "", row.reload ?? ""]);
  }
  return table.toString();
}
