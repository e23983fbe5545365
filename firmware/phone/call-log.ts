import { callOutcomes, type CallOutcome } from "../core/call-outcome.js";
import { callLogEntriesMax } from "../core/limits.js";
import { sameId, type NodeId } from "../core/node-id.js";
import { none } from "../core/none.js";
import { instant, type Instant } from "../core/time.js";
import type { PhoneBook } from "./phone-book.js";

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

/** Whom a call was with: kept once for all the calls with the same. */
type Party = Pick<CallEntry, "name" | "nodeId">;

/**
 * The last calls; the oldest goes when there are more than `callLogEntriesMax`. Kept as 23 B a call and what is asked
 * for made of them: twenty objects would take 3 kB of a phone for what is read once a day.
 */
export class CallLog {
  /** Rows of `rowBytes`, oldest first. */
  #rows: Uint8Array | undefined;
  #parties: readonly Party[] = none;
  readonly #book: PhoneBook | undefined;

  /** Parties that are in the `book` have their Node-ID in common with it. */
  constructor(book?: PhoneBook) {
    this.#book = book;
  }

  /** Oldest first. */
  entries(): readonly CallEntry[] {
    const entries: CallEntry[] = [];
    const rows = this.#rows;
    if (rows === undefined) return entries;
    for (let at = 0; at < rows.length; at += rowBytes) entries.push(this.read(rowOf(rows, at)));
    return entries;
  }

  add(entry: CallEntry): void {
    const former = this.#rows ?? new Uint8Array(0);
    const kept = former.subarray(Math.max(0, former.length - (callLogEntriesMax - 1) * rowBytes));
    const rows = new Uint8Array(kept.length + rowBytes);
    rows.set(kept);
    this.write(rowOf(rows, kept.length), this.placeOf(entry, kept), entry);
    this.#rows = rows;
  }

  /** Takes in what was stored, as older than what there is. */
  load(entries: readonly CallEntry[]): void {
    const later = this.entries();
    this.clear();
    for (const entry of [...entries, ...later]) this.add(entry);
  }

  clear(): void {
    this.#rows = undefined;
    this.#parties = none;
  }

  /** Where the party of a call is among those kept; a new one takes the place of one that no row names any more. */
  private placeOf({ name, nodeId }: CallEntry, rows: Uint8Array): number {
    const known = this.#parties.findIndex((one) => one.name === name && isSame(one.nodeId, nodeId));
    if (known >= 0) return known;
    const party =
      nodeId === undefined ? { name } : { name, nodeId: this.#book?.sharedId(name, nodeId) ?? nodeId };
    const unused = this.#parties.findIndex((_, place) => !names(rows, place));
    if (unused < 0) this.#parties = [...this.#parties, party];
    else this.#parties = this.#parties.map((one, place) => (place === unused ? party : one));
    return unused < 0 ? this.#parties.length - 1 : unused;
  }

  private write(row: DataView, party: number, entry: CallEntry): void {
    row.setUint8(partyAt, party);
    row.setUint8(directionAt, entry.direction === "incoming" ? 1 : 0);
    row.setUint8(outcomeAt, callOutcomes.indexOf(entry.outcome));
    row.setUint32(bootCountAt, entry.bootCount);
    row.setFloat64(startedAt, entry.startedAt);
    row.setFloat64(talkedAt, entry.talkedMs);
  }

  private read(row: DataView): CallEntry {
    const { name = "", nodeId } = this.#parties[row.getUint8(partyAt)] ?? {};
    return {
      direction: row.getUint8(directionAt) === 1 ? "incoming" : "outgoing",
      name,
      ...(nodeId !== undefined && { nodeId }),
      outcome: callOutcomes[row.getUint8(outcomeAt)] ?? "failed",
      bootCount: row.getUint32(bootCountAt),
      startedAt: instant(row.getFloat64(startedAt)),
      talkedMs: row.getFloat64(talkedAt),
    };
  }
}

/** Where in a row what is, bytes. */
const partyAt = 0;
const directionAt = 1;
const outcomeAt = 2;
const bootCountAt = 3;
const startedAt = 7;
const talkedAt = 15;
const rowBytes = 23;

function rowOf(rows: Uint8Array, at: number): DataView {
  return new DataView(rows.buffer, rows.byteOffset + at, rowBytes);
}

function names(rows: Uint8Array, party: number): boolean {
  for (let at = partyAt; at < rows.length; at += rowBytes) if (rows[at] === party) return true;
  return false;
}

function isSame(a: NodeId | undefined, b: NodeId | undefined): boolean {
  return a === undefined || b === undefined ? a === b : sameId(a, b);
}
