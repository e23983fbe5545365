import { markOf, marked, textTable } from "../table.js";

/** What a handset's engine said of its memory: slots, chunks and stack; code in flash is not among it. */
export interface MemoryReport {
  readonly name: string;
  /** Live, after a collection: when registered, and in a call (0: in none). */
  readonly liveBytes: number;
  readonly callBytes: number;
  /** The most that was live after any collection, and what there is. */
  readonly peakBytes: number;
  readonly arenaBytes: number;
}

/** Goals on a chip with slots of 16 B (design §7). */
export const memoryGoals = { liveBytes: 48 * 1024, callBytes: 64 * 1024, arenaBytes: 96 * 1024 } as const;

/** The table of a lab; goals are judged only where slots are those of a chip. */
export function memoryTable(memory: readonly MemoryReport[], onChip: boolean): string {
  const cell = (bytes: number, goal: number): string =>
    marked(kilobytes(bytes), onChip ? markOf(bytes <= goal) : "plain");
  const rows = memory.map(({ name, liveBytes, callBytes, peakBytes, arenaBytes }) => [
    name,
    cell(liveBytes, memoryGoals.liveBytes),
    cell(callBytes, memoryGoals.callBytes),
    kilobytes(peakBytes),
    kilobytes(arenaBytes),
  ]);
  const { liveBytes, callBytes, arenaBytes } = memoryGoals;
  if (onChip) rows.push(["goal", ...[liveBytes, callBytes].map(atMost), "", atMost(arenaBytes)]);
  return textTable(["memory", "registered", "at the end of the call", "most live", "arena"], rows);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`;
}

function atMost(bytes: number): string {
  return `≤ ${kilobytes(bytes)}`;
}
