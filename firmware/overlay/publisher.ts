import { equalBytes } from "../core/bytes.js";
import type { NodeId } from "../core/node-id.js";
import { jitter, type Random } from "../core/random.js";
import { after, elapsed, type Deadline, type Instant } from "../core/time.js";
import type { Record } from "../wire/kinds/record.js";
import type { StoreAnswer } from "../wire/kinds/store.js";
import type { Outbox } from "./effect.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import {
  beginPublication,
  isGivenUp,
  isNews,
  isOver,
  isHeadedByAnother,
  isStoredWith,
  refreshAt,
  refreshMs,
  retryDelayMs,
  storeOf,
  type Publication,
  type PublishedRecord,
} from "./publication.js";
import { sameAddress } from "./record-store.js";
import type { Inquiry, InquiryResult, Requests } from "./request.js";
import { Signing, type SigningOptions } from "./signing.js";
import { nextToAsk } from "./store-referral.js";

/** What the publisher works with. */
interface PublisherParts extends SigningOptions {
  readonly random: Random;
  /** `published`: records at one time. */
  readonly limits: { readonly published: number };
  readonly neighbourhood: Neighbourhood;
  readonly requests: Requests;
  readonly outbox: Outbox;
}

/**
 * Keeps our own records in the overlay (protocol §5). One Store goes to the responsible node, which gives the other
 * two their copies: 144 B a refresh, however far away they are. A refresh is a new generation each third of the
 * lifetime; when the set of nodes that should hold it changes, the same signed bytes are stored again with what is
 * left of their lifetime. After the first Store, and each fourth refresh, the nearest nodes are asked whether they
 * have it.
 */
export class Publisher {
  readonly #parts: PublisherParts;
  readonly #signing: Signing;
  #entries: PublishedRecord[] = [];
  #hasStored = false;
  #nextReference = 1;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
    this.#signing = new Signing(parts);
  }

  /** Publishes a record, or a new value of one; false when there are too many. */
  publish(now: Instant, publication: Publication): boolean {
    const former = this.find(publication);
    if (former === undefined && this.#entries.length >= this.#parts.limits.published) return false;
    this.replace(former, beginPublication(now, { reference: this.#nextReference++, publication }));
    return true;
  }

  /** Removes a record: a tombstone takes its place until nobody can remember an older generation. */
  unpublish(now: Instant, address: Pick<Publication, "resource" | "kind" | "key">): void {
    const entry = this.find(address);
    if (entry === undefined || entry.isRemoved) return;
    const { publication } = entry;
    const removal = beginPublication(now, { reference: this.#nextReference++, publication });
    removal.isRemoved = true;
    this.replace(entry, removal);
  }

  /** Who stores has changed: what is now to be held elsewhere is stored again shortly. */
  handleMembershipChange(now: Instant): void {
    for (const entry of this.#entries) {
      const replicas = this.replicasOf(entry);
      if (!entry.isStored || isStoredWith(entry, replicas)) continue;
      if (!this.#parts.neighbourhood.isCrowded && isHeadedByAnother(entry, replicas))
        entry.checkAt ??= after(now, jitter(this.#parts.random, ...newcomerMs));
      this.noteFormer(now, entry);
      const soon = after(now, jitter(this.#parts.random, ...restoreMs));
      if (soon < entry.dueAt) entry.dueAt = soon;
    }
  }

  handleTimeout(now: Instant): void {
    for (const entry of this.#entries) {
      if (!entry.isUnderWay && entry.dueAt <= now) this.store(now, entry);
    }
  }

  /** How a Store of ours ended. */
  handleOutcome(now: Instant, reference: number, result: InquiryResult): void {
    const entry = this.#entries.find((candidate) => candidate.reference === reference);
    if (entry === undefined) return;
    entry.isUnderWay = false;
    if (result.kind !== "answered") {
      this.fail(now, entry, result.kind === "timedOut" ? "no answer" : "no way to where it belongs");
    } else if (result.answer.type === "storeAnswer") {
      this.handleAnswer(now, entry, result.answer);
    } else {
      this.fail(now, entry, result.answer.status);
    }
  }

  /** A record with our Node-ID came from another: news if it is newer than what we wrote. */
  handleSeen(now: Instant, address: Pick<Publication, "resource" | "kind" | "key">, record: Record): void {
    const entry = this.find(address);
    if (entry?.record !== undefined && record.generation > entry.record.generation) {
      this.handleNewer(now, entry, record);
    }
  }

  /** Our records and how they stand. */
  get entries(): readonly PublishedRecord[] {
    return this.#entries;
  }

  /** The neighbours our records are stored with first: their death is to be noticed soon. */
  holders(): Neighbour[] {
    const holders: Neighbour[] = [];
    for (const { publication } of this.#entries) {
      const [first] = this.#parts.neighbourhood.replicas(publication.resource);
      const neighbour = first === undefined ? undefined : this.#parts.neighbourhood.neighbourOf(first);
      if (neighbour !== undefined) holders.push(neighbour);
    }
    return holders;
  }

  pollTimeout(): Deadline | undefined {
    let at: Instant | undefined;
    for (const { isUnderWay, dueAt } of this.#entries) {
      if (!isUnderWay && (at === undefined || dueAt < at)) at = dueAt;
    }
    return at === undefined ? undefined : { at, reason: "publish" };
  }

  private store(now: Instant, entry: PublishedRecord): void {
    const isOld = elapsed(entry.signedAt, now) >= refreshMs(entry) * refreshTolerance;
    if (isOver(now, entry)) this.drop(entry);
    else if (entry.record === undefined || (isOld && !entry.publication.isOnce)) this.sign(now, entry);
    const { record, publication, referral } = entry;
    if (record === undefined || isOver(now, entry)) return;
    const inquiry: Inquiry = {
      asker: "publisher",
      reference: entry.reference,
      target: publication.resource,
      question: storeOf(now, { ...entry, record }, this.#parts.keyRing.credential.bytes),
      ...(referral !== undefined && { direct: referral }),
    };
    entry.referral = undefined;
    entry.replicas = this.replicasOf(entry);
    entry.isUnderWay =
      this.#parts.neighbourhood.storing().length > 0 && this.#parts.requests.ask(now, inquiry);
    this.storeAtFormer(now, entry, inquiry);
    if (!entry.isUnderWay) entry.dueAt = after(now, jitter(this.#parts.random, ...waitMs));
  }

  /** While two overlays become one, those who ask the former nearest are to find the new generation there (§4). */
  private storeAtFormer(now: Instant, entry: PublishedRecord, inquiry: Inquiry): void {
    const { former } = entry;
    if (former === undefined) return;
    const { holder, until } = former;
    if (until <= now || this.#parts.neighbourhood.table.byLink(holder.link) !== holder)
      entry.former = undefined;
    else this.#parts.requests.ask(now, { ...inquiry, reference: noReference, direct: holder });
  }

  /** Who was responsible until now, if it is there still. */
  private noteFormer(now: Instant, entry: PublishedRecord): void {
    const [first] = entry.replicas;
    const holder = first === undefined ? undefined : this.#parts.neighbourhood.table.byNodeId(first);
    if (
      holder !== undefined &&
      !this.#parts.neighbourhood.replicas(entry.publication.resource).includes(holder)
    )
      entry.former = { holder, until: after(now, formerMs) };
  }

  private sign(now: Instant, entry: PublishedRecord): void {
    entry.signedAt = now;
    entry.record = this.#signing.sign(entry.publication, entry.isRemoved);
    entry.isUnchecked = entry.signings++ % refreshesBetweenChecks === 0;
  }

  private handleAnswer(now: Instant, entry: PublishedRecord, answer: StoreAnswer): void {
    if (answer.status === "ok") this.handleStored(now, entry);
    else if (answer.status === "generation-too-low" && answer.newer !== undefined) {
      this.handleNewer(now, entry, answer.newer);
    } else if (answer.status === "need-credential" && !entry.withCredential) {
      entry.withCredential = true;
      entry.dueAt = now;
    } else {
      entry.referral = nextToAsk(this.#parts.neighbourhood, entry, answer);
      this.fail(now, entry, answer.status);
    }
  }

  private handleStored(now: Instant, entry: PublishedRecord): void {
    const { resource } = entry.publication;
    this.#hasStored = true;
    entry.failures = 0;
    entry.withCredential = false;
    if (entry.record === undefined) {
      entry.dueAt = now;
      return;
    }
    entry.dueAt = refreshAt(now, entry, this.#parts.random);
    entry.isStored = true;
    if (entry.isUnchecked) entry.checkAt = after(now, jitter(this.#parts.random, ...checkMs));
    entry.isUnchecked = false;
    if (entry.isRemoved) {
      this.drop(entry);
      return;
    }
    this.#parts.outbox.push({
      kind: "published",
      resource,
      recordKind: entry.publication.kind,
      generation: entry.record.generation,
      replicas: this.#parts.neighbourhood.replicas(resource).length,
    });
    if (!isStoredWith(entry, this.replicasOf(entry))) {
      entry.dueAt = after(now, jitter(this.#parts.random, ...restoreMs));
    }
  }

  /**
   * Someone holds a newer generation. If it bears our signature and is not what we wrote, we continue above it:
   * after a loss of our state it is our own of before; once we have stored something in this boot, another device
   * has our key. An older record of ours, or one from another place, is no reason: whoever stores can show those
   * for ever.
   */
  private handleNewer(now: Instant, entry: PublishedRecord, newer: Record): void {
    if (entry.record !== undefined && equalBytes(newer.signature, entry.record.signature)) {
      this.handleStored(now, entry);
    } else if (isNews(entry, newer) && this.#signing.isOurs(entry.publication, newer)) {
      const { nodeId } = this.#parts.keyRing;
      if (this.#hasStored) this.#parts.outbox.push({ kind: "clonedKeyNoticed", nodeId });
      this.#signing.surpass(newer.generation);
      entry.record = undefined;
      entry.dueAt = now;
    } else {
      this.fail(now, entry, "generation-too-low");
    }
  }

  private fail(now: Instant, entry: PublishedRecord, reason: string): void {
    entry.failures++;
    if (isGivenUp(entry, reason)) this.drop(entry);
    const delayMs = retryDelayMs(entry);
    entry.dueAt = after(now, delayMs + jitter(this.#parts.random, 0, delayMs / 4));
    if (entry.failures === failuresTold)
      this.#parts.outbox.push({ kind: "publishFailed", resource: entry.publication.resource, reason });
  }

  /** Nothing is left to be done for a record. */
  private drop(entry: PublishedRecord): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#parts.outbox.push({ kind: "unpublished", resource: entry.publication.resource });
  }

  /** The nodes that should hold it, as far as they are seen from here: a client sees nothing of that. */
  private replicasOf(entry: PublishedRecord): NodeId[] {
    if (this.#parts.neighbourhood.stage === "client") return [];
    return this.#parts.neighbourhood.replicas(entry.publication.resource).map(({ nodeId }) => nodeId);
  }

  private find(address: Pick<Publication, "resource" | "kind" | "key">): PublishedRecord | undefined {
    return this.#entries.find(({ publication }) => sameAddress(publication, address));
  }

  private replace(former: PublishedRecord | undefined, entry: PublishedRecord): void {
    if (former === undefined) this.#entries.push(entry);
    else this.#entries = this.#entries.map((other) => (other === former ? entry : other));
  }
}

/** The outcome of a second Store of the same: nobody waits for it. */
const noReference = 0;
/** Of the time until a refresh: who stores it after that signs it anew. */
const refreshTolerance = 0.85;
/** Own records are fetched by another path at each fourth refresh (protocol §6, forged answers). */
const refreshesBetweenChecks = 4;
/** After a Store, until it is looked whether it is where it belongs: the copies are made by then, ms. */
const checkMs: readonly [number, number] = [4_000, 8_000];
/** After a newcomer was in front of all holders, until it is looked whether he keeps it; in a full mesh, ms. */
const newcomerMs: readonly [number, number] = [20_000, 40_000];
/** How long records are stored with the former nearest as well, ms. */
const formerMs = 60_000;
/** After a change of the replica set, until a record is stored again, ms. */
const restoreMs: readonly [number, number] = [500, 1_500];
/** While nobody stores or too much is under way, ms. */
const waitMs: readonly [number, number] = [500, 1_000];
/** Failures in a row before the person is told. */
const failuresTold = 3;
