import { replicasMax } from "../core/limits.js";
import { none } from "../core/none.js";
import { jitter, type Random } from "../core/random.js";
import { after, elapsed, type Deadline, type Duration, type Instant } from "../core/time.js";
import type { Status } from "../wire/kinds/routed.js";
import { addHolder, byUrgency, excuse, expireExcuses, passOver, removeHolder } from "./copy-task.js";
import { DroppedRecords, type GivenUp } from "./dropped-records.js";
import { Handovers, type Handover } from "./handovers.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Gone, Neighbour } from "./node-table.js";
import type { RecordStore, StoredRecord } from "./record-store.js";
import type { InquiryResult, Requests } from "./request.js";
import type { Member } from "./topology.js";

/**
 * Keeps each record on its three nearest storing nodes (protocol §4, I4). The nearest holder makes missing copies at
 * once, the others after 10-20 s if it did not; who should hold it no longer makes sure that all who should do, and
 * keeps its copy 60 s more. A copy is a Store put directly, for what is left of the lifetime; it counts once answered.
 */
export class Replication {
  readonly #neighbourhood: Neighbourhood;
  readonly #store: RecordStore;
  readonly #random: Random;
  readonly #dropped = new DroppedRecords();
  readonly #handovers: Handovers;
  /** When a holder of some record of ours was lost last: who has not noticed yet may decline for its sake. */
  #lostAt: Instant | undefined;
  /** The state of the store in which it was reckoned when the first record ends, and is to be looked at. */
  #reckonedIn = -1;
  #expiresAt: Instant | undefined;
  #tendAt: Instant | undefined;

  constructor(
    parts: {
      readonly neighbourhood: Neighbourhood;
      readonly store: RecordStore;
      readonly requests: Requests;
    },
    random: Random,
  ) {
    this.#neighbourhood = parts.neighbourhood;
    this.#store = parts.store;
    this.#handovers = new Handovers(parts.requests);
    this.#random = random;
  }

  /** Copies being handed to others. */
  get handovers(): number {
    return this.#handovers.size;
  }

  /** Whether some record is still missing where it should be; what a leaving node waits for. */
  get isIncomplete(): boolean {
    return this.#store.all.some((stored) => this.missing(stored).length > 0);
  }

  /**
   * A record was taken, or sent again. A copy tells that its sender holds it; one from its owner is to be copied at
   * once.
   */
  handleStored(now: Instant, stored: StoredRecord, from: Neighbour | undefined, isCopy: boolean): void {
    if (isCopy && from !== undefined) addHolder(stored, from);
    if (isCopy && stored.tendAt !== undefined) return;
    this.tendBy(isCopy ? after(now, jitter(this.#random, ...copyCheckMs)) : now, stored);
    stored.waitingUntil = isCopy ? undefined : now;
    stored.dropAt = undefined;
    stored.refusedBy = none;
    stored.excused = undefined;
  }

  /** A neighbour holds this generation: it said so in a digest. */
  handleHolder(stored: StoredRecord, holder: Neighbour): void {
    addHolder(stored, holder);
  }

  /** A neighbour lacks a record; if it should hold it, it is to get a copy. */
  handleMissing(now: Instant, stored: StoredRecord, lacking: Neighbour): void {
    removeHolder(stored, lacking);
    expireExcuses(now, stored);
    if (this.missing(stored).includes(lacking)) this.tendBy(now, stored);
  }

  /** Another holds a newer generation: ours goes, unless we should hold the new one. True where it went. */
  handleOutdated(stored: StoredRecord): boolean {
    const goes = !this.isOurs(stored);
    if (goes) this.#store.remove(stored);
    return goes;
  }

  /** Whether a copy is none for this node: it gave it up not long ago, for nearer nodes hold it. */
  declines(now: Instant, giver: Neighbour, record: GivenUp): boolean {
    if (!this.#dropped.has(record)) return false;
    const replicas = this.#neighbourhood.replicas(record.resource);
    if (replicas.some((member) => this.#neighbourhood.isSelf(member))) return false;
    return !this.#dropped.isInsistedOn(now, giver, record);
  }

  /** Who stores has changed: every record is looked at again. The copies of who is gone count no more. */
  handleMembershipChange(now: Instant, gone: Gone | undefined): void {
    for (const stored of this.#store.all) {
      if (gone !== undefined && removeHolder(stored, gone.neighbour) && gone.isLost)
        this.handleLoss(now, stored);
      this.tendBy(after(now, settleMs), stored);
      stored.refusedBy = none;
      stored.excused = undefined;
    }
  }

  handleTimeout(now: Instant): void {
    const next = this.pollTimeout();
    if (next === undefined || next.at > now) return;
    this.#store.expire(now);
    const due = this.#store.all.filter(({ tendAt }) => tendAt === undefined || tendAt <= now);
    // Only few copies can be on their way: first of what would be lost with this node, then of what has waited longest.
    for (const stored of due.sort(byUrgency)) this.tend(now, stored);
    this.reckon();
  }

  /** How a copy went. */
  handleOutcome(now: Instant, reference: number, result: InquiryResult): void {
    const handover = this.#handovers.end(reference);
    if (handover === undefined || !this.#store.all.includes(handover.stored)) return;
    this.noteStatus(now, handover, result.kind === "answered" ? result.answer.status : result.kind);
  }

  pollTimeout(): Deadline | undefined {
    if (this.#reckonedIn !== this.#store.state) this.reckon();
    let at = this.#expiresAt;
    const tendAt = this.#handovers.hasRoom ? this.#tendAt : undefined;
    if (tendAt !== undefined && (at === undefined || tendAt < at)) at = tendAt;
    return at === undefined ? undefined : { at, reason: "replication" };
  }

  private reckon(): void {
    this.#reckonedIn = this.#store.state;
    this.#expiresAt = this.#store.nextExpiry();
    this.#tendAt = undefined;
    for (const stored of this.#store.all) if (stored.tendAt !== undefined) this.tendBy(stored.tendAt, stored);
  }

  private tendBy(at: Instant, stored: StoredRecord): void {
    stored.tendAt = at;
    if (this.#tendAt === undefined || at < this.#tendAt) this.#tendAt = at;
  }

  /**
   * A holder is gone. Who takes its place may have held the record before and given it up without a word: it gets it
   * again.
   */
  private handleLoss(now: Instant, stored: StoredRecord): void {
    this.#lostAt = now;
    const former = stored.replicas;
    const newcomer = this.#neighbourhood.replicasOf(stored).find((member) => !former.includes(member));
    if (newcomer !== undefined) stored.holders = stored.holders.filter((holder) => holder !== newcomer);
  }

  private noteStatus(now: Instant, handover: Handover, status: Status | "timedOut" | "noRoute"): void {
    const { stored, to } = handover;
    switch (status) {
      // A later one there is as good: who is no holder may drop his copy, the others learn it by digest.
      case "ok":
      case "generation-too-low":
        addHolder(stored, to);
        this.tendBy(now, stored);
        return;
      case "need-credential":
        this.tendBy(after(now, refusedRetryMs), stored);
        if (!handover.withCredential) this.#handovers.begin(now, { stored, to, withCredential: true });
        return;
      case "busy":
        if (passOver(stored, to, this.#neighbourhood.storing().length)) this.tendBy(now, stored);
        else this.tendBy(after(now, jitter(this.#random, ...busyRetryMs)), stored);
        return;
      case "timedOut":
      case "noRoute":
        this.tendBy(after(now, jitter(this.#random, ...busyRetryMs)), stored);
        return;
      default:
        if (status === "forbidden") excuse(stored, to, after(now, this.excusedMs(now)));
        else stored.refusedBy = [...stored.refusedBy, to];
        this.tendBy(after(now, refusedRetryMs), stored);
    }
  }

  /**
   * How long who knows nearer nodes is not asked again. One of them may be the holder that we have just lost: its
   * silence is noticed by one a few seconds later than by another.
   */
  private excusedMs(now: Instant): Duration {
    const isDoubtful = this.#lostAt !== undefined && elapsed(this.#lostAt, now) < lossNoticedMs;
    return isDoubtful ? jitter(this.#random, ...doubtMs) : excusedMs;
  }

  private tend(now: Instant, stored: StoredRecord): void {
    expireExcuses(now, stored);
    const dueAt = stored.tendAt;
    const missing = this.missing(stored);
    if (missing.length === 0) {
      this.complete(now, stored);
      return;
    }
    stored.dropAt = undefined;
    if (!this.isTurn(now, stored)) {
      stored.tendAt = stored.waitingUntil ?? now;
      return;
    }
    stored.tendAt = after(now, handoverCheckMs);
    for (const member of missing) {
      const to = this.#neighbourhood.neighbourOf(member);
      if (to === undefined || this.#handovers.isUnderWay(stored, to)) continue;
      if (!this.#handovers.hasRoom) {
        stored.tendAt = dueAt;
        return;
      }
      if (!this.#handovers.begin(now, { stored, to, withCredential: false })) {
        stored.tendAt = after(now, jitter(this.#random, ...busyRetryMs));
        return;
      }
    }
  }

  /** All who should hold it do. If we are not among them, our copy goes after a while. */
  private complete(now: Instant, stored: StoredRecord): void {
    stored.waitingUntil = undefined;
    if (this.isOurs(stored) || this.#neighbourhood.storing().length === 0) {
      stored.dropAt = undefined;
      stored.tendAt = stored.excused?.until ?? after(now, quietCheckMs);
      return;
    }
    stored.dropAt ??= after(now, keptAfterHandoverMs);
    stored.tendAt = stored.dropAt;
    if (stored.dropAt > now) return;
    this.#store.remove(stored);
    this.#dropped.note({ resource: stored.resource, generation: stored.record.generation });
  }

  /**
   * Whether it is for this node to make the copies now: it is the nearest that has it, it leaves, or the nearest
   * did not.
   */
  private isTurn(now: Instant, stored: StoredRecord): boolean {
    if (this.#neighbourhood.stage === "leaving") return true;
    const holders = this.wanted(stored).filter((member) => this.presumedHolder(stored, member));
    const [nearest] = holders;
    if (nearest === undefined || this.#neighbourhood.isSelf(nearest)) return true;
    const isNext = holders[1] !== undefined && this.#neighbourhood.isSelf(holders[1]);
    stored.waitingUntil ??= after(now, jitter(this.#random, ...(isNext ? nextDelayMs : othersDelayMs)));
    return stored.waitingUntil <= now;
  }

  /** A full peer is presumed to hold what it should; one that is filling only if we know it. */
  private presumedHolder(stored: StoredRecord, member: Member): boolean {
    return member.stage === "peer" || stored.holders.includes(member);
  }

  /** The nodes that should hold it, those who refused passed over. */
  private wanted(stored: StoredRecord): readonly Member[] {
    const { refusedBy } = stored;
    if (refusedBy.length === 0) return this.#neighbourhood.replicasOf(stored);
    const willing = this.#neighbourhood.storing().filter((member) => !refusedBy.includes(member));
    return this.#neighbourhood.topology.nearest(stored.resource, willing, replicasMax);
  }

  /** Whether this node should hold it. */
  private isOurs(stored: StoredRecord): boolean {
    return this.wanted(stored).some((member) => this.#neighbourhood.isSelf(member));
  }

  private missing(stored: StoredRecord): Member[] {
    const { holders, excused } = stored;
    return this.wanted(stored).filter(
      (member) =>
        !this.#neighbourhood.isSelf(member) &&
        !holders.includes(member) &&
        excused?.by.includes(member) !== true,
    );
  }
}

/** How long the nearest holder has before the next one makes the copies, ms: a death is to be mended in 15 s. */
const nextDelayMs: readonly [number, number] = [3_000, 5_000];
/** How long before the others do. */
const othersDelayMs: readonly [number, number] = [10_000, 20_000];
/** When who got a copy looks whether the others have theirs: a digest has told it by then, ms. */
const copyCheckMs: readonly [number, number] = [8_000, 10_000];
/** Who came again says within this time that it stores: no copy goes elsewhere meanwhile, ms. */
const settleMs = 200;
/** How long who knows nearer nodes is not asked again; while it may be mistaken, ms. */
const excusedMs = 300_000;
const doubtMs: readonly [number, number] = [1_500, 2_500];
/** A death is noticed by all who watch a node closely within this time (protocol §2, liveness), ms. */
const lossNoticedMs = 10_000;
const busyRetryMs: readonly [number, number] = [1_000, 2_000];
const refusedRetryMs = 1_000;
const handoverCheckMs = 5_000;
const quietCheckMs = 300_000;
const keptAfterHandoverMs = 60_000;
