import { markOf, marked, textTable } from "../table.js";

/** What a handset is in its overlay: served by host peers, or one of the peers itself, a low-function one. */
export type PhoneRole = "client" | "peer";

/** What a handset's engine said of its memory in one role: slots, chunks and stack; code in flash is not among it. */
export interface MemoryReport {
  readonly name: string;
  readonly role: PhoneRole;
  /** Live, after a collection: when registered, or when it has just taken over; and in a call (0: in none). */
  readonly liveBytes: number;
  readonly callBytes: number;
  /** The most that was live after any collection since it was switched on, and what there is. */
  readonly peakBytes: number;
  readonly arenaBytes: number;
}

/** What a chip's arena is, bytes (design §8). */
export const arenaGoalBytes: number = 96 * 1024;

/** Goals on a chip with slots of 16 B (design §7), for a client and for a peer of three others alike. */
export const memoryGoals = { liveBytes: 48 * 1024, callBytes: 64 * 1024 } as const;

/**
 * The table of a lab; goals are judged only where slots are those of a chip. Who has just taken over has been called,
 * holds what is left of that, and is meeting the others: before the call there is no goal for it.
 */
export function memoryTable(memory: readonly MemoryReport[], onChip: boolean): string {
  const cell = (bytes: number, goal: number | undefined): string =>
    marked(kilobytes(bytes), onChip && goal !== undefined ? markOf(bytes <= goal) : "plain");
  const rows: string[][] = [];
  for (const role of ["client", "peer"] as const) {
    const ofRole = memory.filter((report) => report.role === role);
    const { callBytes } = memoryGoals;
    const liveBytes = memory[0]?.role === role ? memoryGoals.liveBytes : undefined;
    for (const report of ofRole) {
      rows.push([
        report.name,
        role,
        cell(report.liveBytes, liveBytes),
        cell(report.callBytes, callBytes),
        kilobytes(report.peakBytes),
        kilobytes(report.arenaBytes),
      ]);
    }
    if (onChip && ofRole.length > 0)
      rows.push(["goal", role, atMost(liveBytes), atMost(callBytes), "", atMost(arenaGoalBytes)]);
  }
  const head = ["memory", "as a", "before the call", "at the end of the call", "most live", "arena"];
  return textTable(head, rows);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`;
}

function atMost(bytes: number | undefined): string {
  return bytes === undefined ? "" : `≤ ${kilobytes(bytes)}`;
}
