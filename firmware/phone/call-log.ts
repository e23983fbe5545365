import type { CallOutcome } from "../core/call-outcome.js";
import { callLogEntriesMax } from "../core/limits.js";
import type { NodeId } from "../core/node-id.js";
import type { Instant } from "../core/time.js";

/** One call. There is no wall clock: it is placed by the count of the phone's starts and the time since that start. */
export interface CallEntry {
  readonly direction: "incoming" | "outgoing";
  readonly name: string;
  /** Absent when nobody was reached. */
  readonly nodeId?: NodeId;
  readonly outcome: CallOutcome;
  readonly bootCount: number;
  readonly startedAt: Instant;
  readonly talkedMs: number;
}

/** The last calls; the oldest goes when there are more than `callLogEntriesMax`. */
export class CallLog {
  #entries: readonly CallEntry[] = [];

  /** Oldest first. */
  entries(): readonly CallEntry[] {
    return this.#entries;
  }

  add(entry: CallEntry): void {
    this.#entries = [...this.#entries, entry].slice(-callLogEntriesMax);
  }

  /** Takes in what was stored, as older than what there is. */
  load(entries: readonly CallEntry[]): void {
    this.#entries = [...entries, ...this.#entries].slice(-callLogEntriesMax);
  }

  clear(): void {
    this.#entries = [];
  }
}
