import { equalBytes, toHex } from "../core/bytes.js";
import { none } from "../core/none.js";
import { jitter, type Random } from "../core/random.js";
import { after, elapsed, type Deadline, type Instant } from "../core/time.js";
import type { DigestEntry } from "../wire/kinds/neighbours.js";
import { encodeMessage } from "../wire/message.js";
import { digestParts, shortOf, speaksFor } from "./digest-parts.js";
import type { Outbox } from "./effect.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import type { RecordStore, StoredRecord } from "./record-store.js";
import { refuses } from "./copy-task.js";
import type { Replication } from "./replication.js";
import type { Member } from "./topology.js";

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
  /** Nothing is to be compared before. */
  #dueAt: Instant | undefined;

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

  /** Records or their holders have changed: digests go out together a little later, when that has settled. */
  handleChange(now: Instant): void {
    const soon = after(now, jitter(this.#random, ...settleMs));
    for (const neighbour of this.#neighbourhood.table.all) this.compareBy(soon, neighbour);
  }

  /**
   * The digest in a pong: different from ours, so the records are compared. Once for each state of the two: where views
   * of who should hold what differ, they go on to be different.
   */
  handlePong(now: Instant, from: Neighbour, digest: Uint8Array): void {
    const ours = combined(this.shared(from));
    if (equalBytes(digest, ours)) return;
    const state = numberOf(digest) ^ Math.imul(numberOf(ours), oddFactor);
    if (from.comparedIn === state) return;
    from.comparedIn = state;
    this.repeat(now, from);
  }

  /** What the other holds: it gets what it should have and lacks, and is told if we lack something. */
  handleDigest(now: Instant, from: Neighbour, entries: readonly DigestEntry[]): void {
    for (const stored of this.#store.all) {
      if (!speaksFor(entries, stored.short)) continue;
      const theirs = entries.find((entry) => names(entry, stored))?.generation ?? -1;
      const { generation } = stored.record;
      if (theirs === generation) this.#replication.handleHolder(stored, from);
      else if (theirs < generation) this.#replication.handleMissing(now, stored, from);
      else this.#replication.handleOutdated(stored);
    }
    const weLack = entries.some((entry) => this.lacks(entry));
    if (weLack) this.repeat(now, from);
  }

  handleTimeout(now: Instant): void {
    if (this.#dueAt === undefined || this.#dueAt > now) return;
    this.#dueAt = undefined;
    const sharers = this.sharers();
    for (const neighbour of this.#neighbourhood.table.all) {
      const { compareAt } = neighbour;
      if (compareAt !== undefined && compareAt <= now) {
        this.compare(now, neighbour, sharers.includes(neighbour) ? this.shared(neighbour) : none);
      }
      if (neighbour.compareAt !== undefined) this.noteDue(neighbour.compareAt);
    }
  }

  /** Neighbours that should hold some record we hold. */
  sharers(): Neighbour[] {
    const concerned: Member[] = [];
    for (const stored of this.#store.all) {
      const replicas = this.#neighbourhood.replicasOf(stored);
      const isOurs = replicas.some((member) => this.#neighbourhood.isSelf(member));
      for (const member of isOurs ? [...stored.holders, ...replicas] : stored.holders) {
        if (!concerned.includes(member)) concerned.push(member);
      }
    }
    return this.#neighbourhood.table.all.filter(
      (neighbour) => concerned.includes(neighbour) && this.shared(neighbour).length > 0,
    );
  }

  pollTimeout(): Deadline | undefined {
    return this.#dueAt === undefined ? undefined : { at: this.#dueAt, reason: "digest" };
  }

  private compareBy(at: Instant, neighbour: Neighbour): void {
    if (neighbour.compareAt === undefined || neighbour.compareAt > at) neighbour.compareAt = at;
    this.noteDue(neighbour.compareAt);
  }

  private noteDue(at: Instant): void {
    if (this.#dueAt === undefined || at < this.#dueAt) this.#dueAt = at;
  }

  /** What was said is to be said again, changed or not, as soon as the pause after the last time is over. */
  private repeat(now: Instant, neighbour: Neighbour): void {
    const { digestAt } = neighbour;
    const allowed = digestAt === undefined ? now : after(digestAt, leastPauseMs);
    neighbour.digest = undefined;
    this.compareBy(allowed > now ? allowed : now, neighbour);
  }

  private compare(now: Instant, neighbour: Neighbour, shared: readonly StoredRecord[]): void {
    neighbour.compareAt = after(now, jitter(this.#random, ...repeatMs));
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
    for (const entries of digestParts(shared.map(entryOf), this.#random)) {
      this.#outbox.push({
        kind: "send",
        link: neighbour.link,
        message: encodeMessage({ type: "digest", entries }),
      });
    }
  }

  /**
   * Records of which the neighbour is to know that we hold them: those that both should hold, and those that it is
   * known to hold. What it refused is not spoken of.
   */
  private shared(neighbour: Neighbour): StoredRecord[] {
    return this.#store.all.filter((stored) => {
      if (stored.holders.includes(neighbour)) return true;
      const replicas = this.#neighbourhood.replicasOf(stored);
      if (!replicas.includes(neighbour) || refuses(stored, neighbour)) return false;
      return replicas.some((member) => this.#neighbourhood.isSelf(member));
    });
  }

  /** Whether an entry is of a record that is not here, or here in an older generation. */
  private lacks(entry: DigestEntry): boolean {
    const stored = this.#store.all.find((one) => names(entry, one));
    return stored === undefined || stored.record.generation < entry.generation;
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
function names(entry: DigestEntry, { short }: StoredRecord): boolean {
  return shortOf(entry) === short;
}

/** The first 32 bits of a digest. */
function numberOf(digest: Uint8Array): number {
  return new DataView(digest.buffer, digest.byteOffset, digest.length).getInt32(0);
}

const digestBytes = 8;
/** Makes of two equal numbers different ones. */
const oddFactor = 0x9e3779b1;
const shortBytes = 4;

/** After a change, until digests go out, ms. */
const settleMs: readonly [number, number] = [4_000, 8_000];
/** Between two digests to one neighbour, though nothing has changed, ms. */
const repeatMs: readonly [number, number] = [120_000, 150_000];
const leastPauseMs = 2_000;
