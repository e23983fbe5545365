import type { CallOutcome } from "../core/call-outcome.js";
import { callLogEntriesMax } from "../core/limits.js";
import { sameId, type NodeId } from "../core/node-id.js";
import { none } from "../core/none.js";
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
  #entries: readonly CallEntry[] = none;

  /** Oldest first. */
  entries(): readonly CallEntry[] {
    return this.#entries;
  }

  add(entry: CallEntry): void {
    this.#entries = [...this.#entries, this.sharing(entry)].slice(-callLogEntriesMax);
  }

  /** Takes in what was stored, as older than what there is. */
  load(entries: readonly CallEntry[]): void {
    const later = this.#entries;
    this.#entries = [];
    for (const entry of [...entries, ...later]) this.add(entry);
  }

  clear(): void {
    this.#entries = [];
  }

  /** With the name and the Node-ID of an earlier call with the same phone: of its own they would take 140 B. */
  private sharing(entry: CallEntry): CallEntry {
    const { nodeId } = entry;
    if (nodeId === undefined) return entry;
    const former = this.#entries.find((one) => one.nodeId !== undefined && sameId(one.nodeId, nodeId));
    if (former?.nodeId === undefined) return entry;
    const name = former.name === entry.name ? former.name : entry.name;
    return { ...entry, name, nodeId: former.nodeId };
  }
}
