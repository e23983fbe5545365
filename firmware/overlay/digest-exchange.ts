import { digestEntriesMax } from "../core/limits.js";
import { equalBytes, toHex } from "../core/bytes.js";
import { jitter, type Random } from "../core/random.js";
import { after, elapsed, type Deadline, type Instant } from "../core/time.js";
import type { DigestEntry } from "../wire/kinds/neighbours.js";
import { encodeMessage } from "../wire/message.js";
import type { Outbox } from "./effect.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import type { RecordStore, StoredRecord } from "./record-store.js";
import type { Replication } from "./replication.js";

/**
 * Comparing records with those who should hold the same (protocol §4). Each pong carries the XOR of 8-byte hashes
 * of the shared records; where it differs, or when the set of holders has changed, a digest names them by 4 bytes
 * and generation, and what is missing is copied.
 */
export class DigestExchange {
  readonly #neighbourhood: Neighbourhood;
  readonly #store: RecordStore;
  readonly #replication: Replication;
  readonly #outbox: Outbox;
  readonly #random: Random;

  constructor(
    parts: {
      readonly neighbourhood: Neighbourhood;
      readonly store: RecordStore;
      readonly replication: Replication;
    },
    outbox: Outbox,
    random: Random,
  ) {
    this.#neighbourhood = parts.neighbourhood;
    this.#store = parts.store;
    this.#replication = parts.replication;
    this.#outbox = outbox;
    this.#random = random;
  }

  /** Records or their holders have changed: digests go out a little later, when that has settled. */
  handleChange(now: Instant): void {
    for (const neighbour of this.#neighbourhood.table.all) {
      const soon = after(now, jitter(this.#random, ...settleMs));
      if (neighbour.compareAt === undefined || neighbour.compareAt > soon) neighbour.compareAt = soon;
    }
  }

  /** The digest in a pong: different from ours, so the records are compared. */
  handlePong(now: Instant, from: Neighbour, digest: Uint8Array): void {
    if (!equalBytes(digest, combined(this.shared(from)))) repeat(now, from);
  }

  /** What the other holds of the records both should: it gets what it lacks, and is told if we lack something. */
  handleDigest(now: Instant, from: Neighbour, entries: readonly DigestEntry[]): void {
    const ours = this.shared(from);
    for (const stored of ours) {
      const theirs = entries.find((entry) => names(entry, stored));
      if (theirs?.generation === stored.record.generation) this.#replication.handleHolder(stored, from);
      else if ((theirs?.generation ?? -1) < stored.record.generation) {
        this.#replication.handleMissing(now, stored, from);
      }
    }
    const weLack = entries.some(
      (entry) => !ours.some((stored) => names(entry, stored) && stored.record.generation >= entry.generation),
    );
    if (weLack) repeat(now, from);
  }

  handleTimeout(now: Instant): void {
    for (const neighbour of this.#neighbourhood.table.all) {
      if (neighbour.compareAt !== undefined && neighbour.compareAt <= now) this.compare(now, neighbour);
    }
  }

  /** Neighbours that should hold some record we hold. */
  sharers(): Neighbour[] {
    return this.#neighbourhood.table.all.filter((neighbour) => this.shared(neighbour).length > 0);
  }

  pollTimeout(): Deadline | undefined {
    let at: Instant | undefined;
    for (const { compareAt } of this.#neighbourhood.table.all) {
      if (compareAt !== undefined && (at === undefined || compareAt < at)) at = compareAt;
    }
    return at === undefined ? undefined : { at, reason: "digest" };
  }

  private compare(now: Instant, neighbour: Neighbour): void {
    neighbour.compareAt = after(now, jitter(this.#random, ...repeatMs));
    const shared = this.shared(neighbour);
    const digest = combined(shared);
    const text = toHex(digest);
    const former = neighbour.digest;
    if (text !== former) {
      neighbour.digest = text;
      this.#outbox.push({ kind: "setDigest", link: neighbour.link, digest });
    }
    const { digestAt } = neighbour;
    const isStale = digestAt === undefined || elapsed(digestAt, now) >= repeatMs[0];
    const isDemanded = former === undefined;
    if (!isDemanded && (shared.length === 0 || (text === former && !isStale))) return;
    neighbour.digestAt = now;
    const entries = shared.slice(0, digestEntriesMax).map(entryOf);
    this.#outbox.push({
      kind: "send",
      link: neighbour.link,
      message: encodeMessage({ type: "digest", entries }),
    });
  }

  /** Records that both we and the neighbour should hold, and we do. */
  private shared(neighbour: Neighbour): StoredRecord[] {
    return this.#store.all.filter((stored) => {
      const replicas = this.#neighbourhood.replicasOf(stored);
      return replicas.includes(neighbour) && replicas.some((member) => this.#neighbourhood.isSelf(member));
    });
  }
}

/** XOR of the digests of records, 8 B: equal at both ends when both hold the same. */
function combined(records: readonly StoredRecord[]): Uint8Array {
  let high = 0;
  let low = 0;
  for (const { digestHigh, digestLow } of records) {
    high ^= digestHigh;
    low ^= digestLow;
  }
  const sum = new DataView(new ArrayBuffer(digestBytes));
  sum.setInt32(0, high);
  sum.setInt32(4, low);
  return new Uint8Array(sum.buffer);
}

function entryOf(stored: StoredRecord): DigestEntry {
  const short = new DataView(new ArrayBuffer(shortBytes));
  short.setUint32(0, stored.short);
  return { short: new Uint8Array(short.buffer), generation: stored.record.generation };
}

/** Whether an entry is of the record, in whatever generation. */
function names({ short }: DigestEntry, stored: StoredRecord): boolean {
  return new DataView(short.buffer, short.byteOffset, shortBytes).getUint32(0) === stored.short;
}

/** What was said is to be said again, changed or not, as soon as the pause after the last time is over. */
function repeat(now: Instant, neighbour: Neighbour): void {
  const { digestAt, compareAt } = neighbour;
  const allowed = digestAt === undefined ? now : after(digestAt, leastPauseMs);
  const soon = allowed > now ? allowed : now;
  neighbour.digest = undefined;
  if (compareAt === undefined || compareAt > soon) neighbour.compareAt = soon;
}

const digestBytes = 8;
const shortBytes = 4;

/** After a change, until digests go out, ms. */
const settleMs: readonly [number, number] = [4_000, 8_000];
/** Between two digests to one neighbour, though nothing has changed, ms. */
const repeatMs: readonly [number, number] = [120_000, 150_000];
const leastPauseMs = 2_000;
