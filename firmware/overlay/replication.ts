import { handoversMax } from "../core/limits.js";
import { idKey, type NodeId } from "../core/node-id.js";
import { jitter, type Random } from "../core/random.js";
import { after, type Deadline, type Instant } from "../core/time.js";
import type { Status } from "../wire/kinds/routed.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import { remainingS, type RecordStore, type StoredRecord } from "./record-store.js";
import type { InquiryResult, Requests } from "./request.js";
import type { Member } from "./topology.js";

/** What this node still has to do for one record. */
interface Task {
  dueAt: Instant;
  /** Until when it is left to a nearer holder to make copies; absent: not waiting. */
  waitingUntil: Instant | undefined;
  /** When our copy may go, once all who should hold it do and we should not. */
  dropAt: Instant | undefined;
  /** Nodes that refused it, as Map keys: another is asked in their place. Bounded by the nearest nodes there are. */
  readonly refusedBy: Set<string>;
}

/** A copy on its way. */
interface Handover {
  readonly id: string;
  readonly generation: number;
  readonly to: Neighbour;
  readonly withCredential: boolean;
}

/**
 * Keeps each record on its three nearest storing nodes (protocol §4, I4). The nearest of the holders makes missing
 * copies at once, the others after 10-20 s if it did not; a holder that should hold it no longer makes sure that
 * all who should do, and keeps its copy 60 s more. A copy is a Store put directly to a neighbour, with what is left
 * of the lifetime; it counts when it is acknowledged.
 */
export class Replication {
  readonly #neighbourhood: Neighbourhood;
  readonly #store: RecordStore;
  readonly #requests: Requests;
  readonly #random: Random;
  readonly #tasks = new Map<string, Task>();
  readonly #handovers = new Map<number, Handover>();
  #nextReference = 1;

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
    this.#requests = parts.requests;
    this.#random = random;
  }

  /** Whether some record is still missing where it should be; what a leaving node waits for. */
  get isIncomplete(): boolean {
    return this.#store.all().some((stored) => this.#missing(stored).length > 0);
  }

  /**
   * A record was taken, or sent again. A copy tells that its sender holds it; one from its owner is to be copied at
   * once.
   */
  handleStored(now: Instant, stored: StoredRecord, from: Neighbour | undefined, isCopy: boolean): void {
    if (isCopy && from !== undefined) stored.holders.add(idKey(from.nodeId));
    const task = this.#tasks.get(stored.id);
    if (isCopy && task !== undefined) return;
    const dueAt = isCopy ? after(now, jitter(this.#random, ...copyCheckMs)) : now;
    this.#tasks.set(stored.id, {
      dueAt,
      waitingUntil: isCopy ? undefined : now,
      dropAt: undefined,
      refusedBy: new Set<string>(),
    });
  }

  /** A neighbour holds this generation: it said so in a digest. */
  handleHolder(stored: StoredRecord, holder: Neighbour): void {
    stored.holders.add(idKey(holder.nodeId));
  }

  /** A neighbour lacks a record it should hold: it is to get a copy. */
  handleMissing(now: Instant, stored: StoredRecord, lacking: Neighbour): void {
    stored.holders.delete(idKey(lacking.nodeId));
    this.#taskOf(now, stored).dueAt = now;
  }

  /** Who stores has changed: every record is looked at again. `gone`: a node whose copies are lost with it. */
  handleMembershipChange(now: Instant, gone: NodeId | undefined): void {
    for (const stored of this.#store.all()) {
      if (gone !== undefined) stored.holders.delete(idKey(gone));
      const task = this.#taskOf(now, stored);
      task.dueAt = after(now, settleMs);
      task.refusedBy.clear();
    }
  }

  handleTimeout(now: Instant): void {
    for (const stored of this.#store.expire(now)) this.#tasks.delete(stored.id);
    for (const stored of this.#store.all()) {
      if (this.#taskOf(now, stored).dueAt <= now) this.#tend(now, stored);
    }
    if (this.#tasks.size > this.#store.count) this.#forgetRemoved();
  }

  /** How a copy went. */
  handleOutcome(now: Instant, reference: number, result: InquiryResult): void {
    const handover = this.#handovers.get(reference);
    this.#handovers.delete(reference);
    const stored = this.#store.all().find((candidate) => candidate.id === handover?.id);
    if (handover === undefined || stored === undefined) return;
    if (stored.record.generation !== handover.generation) return;
    this.#noteStatus(now, stored, handover, result.kind === "answered" ? result.answer.status : result.kind);
  }

  pollTimeout(): Deadline | undefined {
    let at = this.#store.nextExpiry();
    if (this.#handovers.size < handoversMax) {
      for (const { dueAt } of this.#tasks.values()) if (at === undefined || dueAt < at) at = dueAt;
    }
    return at === undefined ? undefined : { at, reason: "replication" };
  }

  #noteStatus(
    now: Instant,
    stored: StoredRecord,
    handover: Handover,
    status: Status | "timedOut" | "noRoute",
  ): void {
    const task = this.#taskOf(now, stored);
    switch (status) {
      case "ok":
        stored.holders.add(idKey(handover.to.nodeId));
        task.dueAt = now;
        return;
      case "need-credential":
        if (!handover.withCredential) this.#hand(now, stored, handover.to, true);
        else task.dueAt = after(now, refusedRetryMs);
        return;
      case "generation-too-low":
        task.dueAt = after(now, outdatedRetryMs);
        return;
      case "busy":
      case "timedOut":
      case "noRoute":
        task.dueAt = after(now, jitter(this.#random, ...busyRetryMs));
        return;
      default:
        task.refusedBy.add(idKey(handover.to.nodeId));
        task.dueAt = after(now, refusedRetryMs);
    }
  }

  #tend(now: Instant, stored: StoredRecord): void {
    const task = this.#taskOf(now, stored);
    const missing = this.#missing(stored);
    if (missing.length === 0) {
      this.#complete(now, stored, task);
      return;
    }
    task.dropAt = undefined;
    if (!this.#isTurn(now, stored, task)) {
      task.dueAt = task.waitingUntil ?? now;
      return;
    }
    task.dueAt = after(now, handoverCheckMs);
    for (const member of missing) {
      const to = this.#neighbourhood.neighbourOf(member);
      if (to === undefined || this.#isUnderWay(stored, to)) continue;
      if (!this.#hand(now, stored, to, false)) {
        task.dueAt = after(now, jitter(this.#random, ...busyRetryMs));
        return;
      }
    }
  }

  /** All who should hold it do. If we are not among them, our copy goes after a while. */
  #complete(now: Instant, stored: StoredRecord, task: Task): void {
    task.waitingUntil = undefined;
    const isOurs = this.#wanted(stored).some((member) => this.#neighbourhood.isSelf(member));
    if (isOurs || this.#neighbourhood.storing().length === 0) {
      task.dropAt = undefined;
      task.dueAt = after(now, quietCheckMs);
      return;
    }
    task.dropAt ??= after(now, keptAfterHandoverMs);
    task.dueAt = task.dropAt;
    if (task.dropAt > now) return;
    this.#store.remove(stored);
    this.#tasks.delete(stored.id);
  }

  /**
   * Whether it is for this node to make the copies now: it is the nearest that has it, it leaves, or the nearest
   * did not.
   */
  #isTurn(now: Instant, stored: StoredRecord, task: Task): boolean {
    if (this.#neighbourhood.stage === "leaving") return true;
    const holders = this.#wanted(stored).filter((member) => this.#presumedHolder(stored, member));
    const [nearest] = holders;
    if (nearest === undefined || this.#neighbourhood.isSelf(nearest)) return true;
    task.waitingUntil ??= after(now, jitter(this.#random, ...othersDelayMs));
    return task.waitingUntil <= now;
  }

  /** A full peer is presumed to hold what it should; one that is filling only if we know it. */
  #presumedHolder(stored: StoredRecord, member: Member): boolean {
    return member.stage === "peer" || stored.holders.has(idKey(member.nodeId));
  }

  /** The nodes that should hold it, those who refused passed over. */
  #wanted(stored: StoredRecord): Member[] {
    const refusedBy = this.#tasks.get(stored.id)?.refusedBy;
    if (refusedBy === undefined || refusedBy.size === 0) return this.#neighbourhood.replicas(stored.resource);
    const { topology } = this.#neighbourhood;
    const willing = this.#neighbourhood.storing().filter((member) => !refusedBy.has(idKey(member.nodeId)));
    return topology.nearest(stored.resource, willing, copiesWanted);
  }

  #missing(stored: StoredRecord): Member[] {
    return this.#wanted(stored).filter(
      (member) => !this.#neighbourhood.isSelf(member) && !stored.holders.has(idKey(member.nodeId)),
    );
  }

  #isUnderWay(stored: StoredRecord, to: Neighbour): boolean {
    for (const handover of this.#handovers.values()) {
      if (handover.id === stored.id && handover.to === to) return true;
    }
    return false;
  }

  #hand(now: Instant, stored: StoredRecord, to: Neighbour, withCredential: boolean): boolean {
    if (this.#handovers.size >= handoversMax) return false;
    const reference = this.#nextReference++;
    const asked = this.#requests.ask(now, {
      asker: "replication",
      reference,
      target: stored.resource,
      direct: to,
      question: {
        type: "store",
        kind: stored.kind,
        record: stored.record,
        remainingS: remainingS(now, stored),
        ...(withCredential && { credential: stored.owner.bytes }),
      },
    });
    if (!asked) return false;
    this.#handovers.set(reference, {
      id: stored.id,
      generation: stored.record.generation,
      to,
      withCredential,
    });
    return true;
  }

  #taskOf(now: Instant, stored: StoredRecord): Task {
    let task = this.#tasks.get(stored.id);
    if (task === undefined) {
      task = { dueAt: now, waitingUntil: undefined, dropAt: undefined, refusedBy: new Set<string>() };
      this.#tasks.set(stored.id, task);
    }
    return task;
  }

  /** Tasks of records that made room for others or were removed. */
  #forgetRemoved(): void {
    const kept = new Set(this.#store.all().map((stored) => stored.id));
    for (const id of this.#tasks.keys()) if (!kept.has(id)) this.#tasks.delete(id);
  }
}

const copiesWanted = 3;

/** How long the nearest holder has before the others make the copies, ms. */
const othersDelayMs: readonly [number, number] = [10_000, 20_000];
/** When the receiver of a copy looks whether the others have theirs: a digest has told it by then, ms. */
const copyCheckMs: readonly [number, number] = [8_000, 10_000];
/** A node that came again says within this time that it stores: no copy goes elsewhere meanwhile, ms. */
const settleMs = 200;
const busyRetryMs: readonly [number, number] = [1_000, 2_000];
const refusedRetryMs = 1_000;
const outdatedRetryMs = 10_000;
const handoverCheckMs = 5_000;
const quietCheckMs = 300_000;
const keptAfterHandoverMs = 60_000;
