import { lentBytesMax, replicasMax, responsibleMax } from "../core/limits.js";
import { sameId } from "../core/node-id.js";
import { none } from "../core/none.js";
import { after, type Deadline, type Instant } from "../core/time.js";
import type { StoreRequest } from "../wire/kinds/store.js";
import { removeHolder } from "./copy-task.js";
import type { Neighbourhood } from "./neighbourhood.js";
import { stores } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import { recordBytes, remainingS, type RecordStore, type StoredRecord } from "./record-store.js";
import type { Inquiry, InquiryResult, Requests } from "./request.js";
import type { Member } from "./topology.js";

/** A copy with a client of this node, or on its way there. */
interface Loan {
  readonly reference: number;
  readonly stored: StoredRecord;
  readonly to: Neighbour;
  state: "asked" | "held" | "refused";
}

/** A lent copy that goes back to the overlay. */
interface Return {
  readonly reference: number;
  readonly stored: StoredRecord;
}

/**
 * Copies with clients, where fewer than three nodes hold records, or have room for one (protocol §4). The peer that
 * should hold a record first lends the missing copies to those of its clients that are nearest to it, and keeps the
 * list of them. A client answers nobody else of what it was lent. When its peer is gone it stores that anew through
 * another one; becoming a peer itself, it holds it. So a record outlives all peers of a small overlay, though its owner
 * may be away.
 */
export class Lending {
  readonly #neighbourhood: Neighbourhood;
  readonly #store: RecordStore;
  readonly #requests: Requests;
  #loans: readonly Loan[] = none;
  #returns: readonly Return[] = none;
  #dueAt: Instant | undefined;
  #nextReference = 1;

  constructor(parts: {
    readonly neighbourhood: Neighbourhood;
    readonly store: RecordStore;
    readonly requests: Requests;
  }) {
    this.#neighbourhood = parts.neighbourhood;
    this.#store = parts.store;
    this.#requests = parts.requests;
  }

  /** Copies that clients hold for this node. */
  get lent(): number {
    return this.#loans.filter(({ state }) => state === "held").length;
  }

  /** Who stores, what is stored or who is a client has changed. */
  handleChange(now: Instant): void {
    if (this.isLender || this.isBorrower) this.#dueAt ??= after(now, settleMs);
  }

  /** A record was taken, or was here; one that a client was lent twice is kept for who has lent it last. */
  handleStored(now: Instant, stored: StoredRecord, giver: Neighbour | undefined): void {
    if (this.isBorrower && giver !== undefined) stored.through = giver.nodeId;
    this.handleChange(now);
  }

  /** Whether a client may take a Store: its peer lends it something, and there is room. */
  faultOf(request: StoreRequest, giver: Neighbour | undefined): "forbidden" | "full" | undefined {
    if (giver === undefined || !this.isLentBy(giver)) return "forbidden";
    const bytes = this.#store.bytes + recordBytes(request.record);
    return bytes > lentBytesMax ? "full" : undefined;
  }

  /** Whether a client answers a Fetch of this node: only peers it is attached to have lent it anything. */
  isLentBy(asker: Neighbour): boolean {
    return this.#neighbourhood.table.all.includes(asker);
  }

  /** A peer is gone, or has come again without memory: it does not know any more what it lent. */
  handleGone(gone: Neighbour): void {
    if (!this.isBorrower) return;
    for (const stored of this.#store.all) {
      removeHolder(stored, gone);
      if (stored.through !== undefined && sameId(stored.through, gone.nodeId)) stored.through = undefined;
    }
  }

  /** How a copy went, to a client or back to the overlay. */
  handleOutcome(now: Instant, reference: number, result: InquiryResult): void {
    const status =
      result.kind === "answered" && "status" in result.answer ? result.answer.status : "no-route";
    const isThere = status === "ok" || status === "generation-too-low";
    const loan = this.#loans.find((one) => one.reference === reference);
    if (loan !== undefined) loan.state = isThere ? "held" : "refused";
    const back = this.#returns.find((one) => one.reference === reference);
    this.#returns = this.#returns.filter((one) => one !== back);
    if (back !== undefined && isThere && this.isBorrower) this.#store.remove(back.stored);
    this.handleChange(now);
  }

  handleTimeout(now: Instant): void {
    if (this.#dueAt === undefined || this.#dueAt > now) return;
    this.#dueAt = undefined;
    if (this.isBorrower) this.giveBack(now);
    else if (this.isLender) this.lend(now);
    else this.#loans = [];
  }

  pollTimeout(): Deadline | undefined {
    return this.#dueAt === undefined ? undefined : { at: this.#dueAt, reason: "lending" };
  }

  private get isLender(): boolean {
    const { stage, clients } = this.#neighbourhood;
    if (!stores(stage) || clients.all.length === 0) return false;
    return this.#loans.length > 0 || this.#neighbourhood.storing().length <= responsibleMax;
  }

  private get isBorrower(): boolean {
    return this.#neighbourhood.stage === "client" && this.#store.all.length > 0;
  }

  /** Who stores and has not refused this record: a phone may have no room for it. */
  private willing({ refusedBy }: StoredRecord): readonly Member[] {
    const storing = this.#neighbourhood.storing();
    return refusedBy.length === 0 ? storing : storing.filter((member) => !refusedBy.includes(member));
  }

  private lend(now: Instant): void {
    const { clients, topology } = this.#neighbourhood;
    this.#loans = this.#loans.filter(
      ({ stored, to }) =>
        clients.all.includes(to) && this.#store.all.includes(stored) && holdersOf(stored) < replicasMax,
    );
    for (const stored of this.#store.all) {
      const willing = this.willing(stored);
      const count = replicasMax - willing.length;
      const [first] = count > 0 ? topology.nearest(stored.resource, willing, 1) : none;
      if (first === undefined || !this.#neighbourhood.isSelf(first)) continue;
      const borrowers = this.#loans.filter((loan) => loan.stored === stored).map(({ to }) => to);
      const lent = this.#loans.filter((loan) => loan.stored === stored && loan.state !== "refused").length;
      const eligible = clients.all.filter(
        (client) => !borrowers.includes(client) && !isOwner(client, stored),
      );
      for (const to of topology.nearest(stored.resource, eligible, count - lent))
        this.lendTo(now, stored, to);
    }
    if (this.#loans.some(({ state }) => state === "refused")) {
      this.#loans = this.#loans.filter(({ state }) => state !== "refused");
      this.#dueAt = after(now, refusedRetryMs);
    }
  }

  private lendTo(now: Instant, stored: StoredRecord, to: Neighbour): void {
    const reference = this.ask(now, stored, to);
    if (reference === undefined) this.#dueAt = after(now, settleMs);
    else this.#loans = [...this.#loans, { reference, stored, to, state: "asked" }];
  }

  /** What was lent by a peer that serves this node no more is stored by way of one that does. */
  private giveBack(now: Instant): void {
    this.#store.expire(now);
    this.#dueAt = after(now, lookMs);
    const { table } = this.#neighbourhood;
    for (const stored of this.#store.all) {
      const { through } = stored;
      const isLent = through !== undefined && table.byNodeId(through) !== undefined;
      if (isLent || this.#returns.some((one) => one.stored === stored)) continue;
      const reference = this.ask(now, stored, undefined);
      if (reference === undefined) return;
      this.#returns = [...this.#returns, { reference, stored }];
    }
  }

  /** Stores a record with one node, or where it belongs; `undefined`: too much is under way. */
  private ask(now: Instant, stored: StoredRecord, direct: Neighbour | undefined): number | undefined {
    const underWay = this.#returns.length + this.#loans.filter(({ state }) => state === "asked").length;
    if (underWay >= atOnce) return undefined;
    const reference = this.#nextReference++;
    const { resource, kind, record, owner } = stored;
    const inquiry: Inquiry = {
      asker: "lending",
      reference,
      target: resource,
      question: {
        type: "store",
        kind,
        record,
        remainingS: remainingS(now, stored),
        credential: owner.bytes,
      },
      ...(direct !== undefined && { direct }),
    };
    return this.#requests.ask(now, inquiry) ? reference : undefined;
  }
}

/** Nodes that store and are known to hold a record, with this one. */
function holdersOf({ holders }: StoredRecord): number {
  return 1 + holders.filter(({ stage }) => stores(stage)).length;
}

/** Its owner has it anyway. */
function isOwner({ nodeId }: Neighbour, { owner }: StoredRecord): boolean {
  return sameId(nodeId, owner.nodeId);
}

/** Changes come in crowds, ms. */
const settleMs = 1_000;
const refusedRetryMs = 10_000;
/** How often a client looks whether those who lent it something still serve it, ms. */
const lookMs = 3_000;
/** Copies under way. */
const atOnce = 4;
