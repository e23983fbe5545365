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

/** What was said to a neighbour about the records both should hold. */
interface Conversation {
  dueAt: Instant;
  sentAt: Instant | undefined;
  /** Hex of the digest last given to the link for its pongs. */
  shown: string;
  /** Hex of the one last sent; absent: it is to be said again, changed or not. */
  sent: string | undefined;
}

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
  readonly #conversations = new Map<Neighbour, Conversation>();

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
      const conversation = this.#conversationWith(neighbour, soon);
      if (conversation.dueAt > soon) conversation.dueAt = soon;
    }
  }

  handleLinkDown(gone: Neighbour): void {
    this.#conversations.delete(gone);
  }

  /** The digest in a pong: different from ours, so the records are compared. */
  handlePong(now: Instant, from: Neighbour, digest: Uint8Array): void {
    const conversation = this.#conversationWith(from, now);
    if (toHex(digest) === toHex(combined(this.#shared(from)))) return;
    conversation.sent = undefined;
    conversation.dueAt = earlierOf(conversation.dueAt, notBefore(now, conversation));
  }

  /** What the other holds of the records both should: it gets what it lacks, and is told if we lack something. */
  handleDigest(now: Instant, from: Neighbour, entries: readonly DigestEntry[]): void {
    const ours = this.#shared(from);
    for (const stored of ours) {
      const theirs = entries.find((entry) => equalBytes(entry.short, stored.short));
      if (theirs?.generation === stored.record.generation) this.#replication.handleHolder(stored, from);
      else if ((theirs?.generation ?? -1) < stored.record.generation) {
        this.#replication.handleMissing(now, stored, from);
      }
    }
    const weLack = entries.some(
      ({ short, generation }) =>
        !ours.some((stored) => equalBytes(stored.short, short) && stored.record.generation >= generation),
    );
    if (!weLack) return;
    const conversation = this.#conversationWith(from, now);
    conversation.sent = undefined;
    conversation.dueAt = earlierOf(conversation.dueAt, notBefore(now, conversation));
  }

  handleTimeout(now: Instant): void {
    for (const neighbour of this.#neighbourhood.table.all) {
      const conversation = this.#conversations.get(neighbour);
      if (conversation !== undefined && conversation.dueAt <= now)
        this.#compare(now, neighbour, conversation);
    }
  }

  /** Neighbours that should hold some record we hold. */
  sharers(): Neighbour[] {
    return this.#neighbourhood.table.all.filter((neighbour) => this.#shared(neighbour).length > 0);
  }

  pollTimeout(): Deadline | undefined {
    let at: Instant | undefined;
    for (const { dueAt } of this.#conversations.values()) if (at === undefined || dueAt < at) at = dueAt;
    return at === undefined ? undefined : { at, reason: "digest" };
  }

  #compare(now: Instant, neighbour: Neighbour, conversation: Conversation): void {
    conversation.dueAt = after(now, jitter(this.#random, ...repeatMs));
    const shared = this.#shared(neighbour);
    const digest = combined(shared);
    const text = toHex(digest);
    if (text !== conversation.shown) {
      conversation.shown = text;
      this.#outbox.push({ kind: "setDigest", link: neighbour.link, digest });
    }
    const isDemanded = conversation.sent === undefined;
    const isStale = conversation.sentAt === undefined || elapsed(conversation.sentAt, now) >= repeatMs[0];
    if (!isDemanded && (shared.length === 0 || (text === conversation.sent && !isStale))) return;
    conversation.sent = text;
    conversation.sentAt = now;
    const entries = shared.slice(0, digestEntriesMax).map(entryOf);
    this.#outbox.push({
      kind: "send",
      link: neighbour.link,
      message: encodeMessage({ type: "digest", entries }),
    });
  }

  #conversationWith(neighbour: Neighbour, dueAt: Instant): Conversation {
    let conversation = this.#conversations.get(neighbour);
    if (conversation === undefined) {
      conversation = { dueAt, sentAt: undefined, shown: emptyDigest, sent: emptyDigest };
      this.#conversations.set(neighbour, conversation);
    }
    return conversation;
  }

  /** Records that both we and the neighbour should hold, and we do. */
  #shared(neighbour: Neighbour): StoredRecord[] {
    return this.#store.all().filter((stored) => {
      const replicas = this.#neighbourhood.replicas(stored.resource);
      return (
        replicas.some((member) => this.#neighbourhood.isSelf(member)) &&
        replicas.some((member) => this.#neighbourhood.neighbourOf(member) === neighbour)
      );
    });
  }
}

/** XOR of the digests of records, 8 B: equal at both ends when both hold the same. */
function combined(records: readonly StoredRecord[]): Uint8Array {
  const sum = new Uint8Array(digestBytes);
  for (const { digest } of records) {
    for (let at = 0; at < digestBytes; at++) sum[at] = (sum[at] ?? 0) ^ (digest[at] ?? 0);
  }
  return sum;
}

function entryOf(stored: StoredRecord): DigestEntry {
  return { short: stored.short, generation: stored.record.generation };
}

/** The earliest moment at which something may be said again. */
function notBefore(now: Instant, conversation: Conversation): Instant {
  const { sentAt } = conversation;
  return sentAt === undefined ? now : (Math.max(now, sentAt + leastPauseMs) as Instant);
}

function earlierOf(a: Instant, b: Instant): Instant {
  return a < b ? a : b;
}

const digestBytes = 8;
const emptyDigest = "0000000000000000";

/** After a change, until digests go out, ms. */
const settleMs: readonly [number, number] = [4_000, 8_000];
/** Between two digests to one neighbour, though nothing has changed, ms. */
const repeatMs: readonly [number, number] = [120_000, 150_000];
const leastPauseMs = 2_000;
