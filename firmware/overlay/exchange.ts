import { resourceId, sameId } from "../core/node-id.js";
import { earliest, type Deadline, type Instant } from "../core/time.js";
import type { Contact } from "../wire/kinds/contact.js";
import { encodeMessage, type RoutedMessage } from "../wire/message.js";
import type { StoreAnswer, StoreRequest } from "../wire/kinds/store.js";
import { isSeated, type Neighbour } from "./node-table.js";
import type { OverlayParts } from "./parts.js";
import type { StoredRecord } from "./record-store.js";
import type { Outcome } from "./request.js";
import type { RoutedRequest } from "./route.js";
import { isRequest, type RoutedAnswer } from "./router.js";
import type { StoreVerdict } from "./store-admission.js";
import { hasNoRoom } from "./store-referral.js";

/** What came of routed messages that others must act on. */
export type ExchangeNews =
  /** Nodes named in a Find answer; `namedBy` is the neighbour that brought it. */
  | {
      readonly kind: "contactsNamed";
      readonly contacts: readonly Contact[];
      readonly namedBy: Neighbour | undefined;
    }
  /** A record was taken: what we share with others has changed. */
  | { readonly kind: "recordStored" };

/** Requests and answers of this node: in, through and out. Here the machines for routing, requests and records meet. */
export class Exchange {
  readonly #parts: OverlayParts;
  readonly #news: ExchangeNews[] = [];

  constructor(parts: OverlayParts) {
    this.#parts = parts;
  }

  /**
   * A routed message came in the frame `counter`: it is passed on or taken, and acknowledged to the neighbour. A
   * request that is answered here needs no acknowledgement beside its answer.
   */
  handleMessage(now: Instant, from: Neighbour, arrival: { message: RoutedMessage; counter: number }): void {
    const { acks, router, requests, loans } = this.#parts;
    const { counter } = arrival;
    const message = loans.handlePassing(now, arrival.message, from);
    const copy = message.type === "fetch" ? loans.answerTo(now, message, from) : undefined;
    if (copy !== undefined) {
      router.answer(now, from, copy);
      return;
    }
    if (isRequest(message) && (this.answersInstead(message) || router.handleRequest(now, message, from))) {
      if (this.pointsOn(now, message, from)) acks.note(now, from.link, counter);
      else router.answer(now, from, this.answer(now, message, from));
      return;
    }
    acks.note(now, from.link, counter);
    if (!isRequest(message) && router.handleAnswer(now, message, from))
      requests.handleAnswer(now, message, from);
  }

  handleTimeout(now: Instant): void {
    this.#parts.repair.handleTimeout(now);
    this.#parts.requests.handleTimeout(now);
  }

  /** Carries values between the machines until none has more to say. */
  settle(now: Instant): void {
    const { requests, router, acks, outbox } = this.#parts;
    for (let isBusy = true; isBusy;) {
      isBusy = this.depart(now);
      router.repair(now);
      for (let stranded = router.pollStranded(); stranded !== undefined; stranded = router.pollStranded()) {
        requests.handleStranded(now, stranded);
      }
      for (let outcome = requests.pollOutcome(); outcome !== undefined; outcome = requests.pollOutcome()) {
        this.handleOutcome(now, outcome);
        isBusy = true;
      }
    }
    for (let batch = acks.poll(now); batch !== undefined; batch = acks.poll(now)) {
      const { link, counters } = batch;
      outbox.push({ kind: "send", link, message: encodeMessage({ type: "hopAck", counters }) });
    }
  }

  pollNews(): ExchangeNews | undefined {
    return this.#news.shift();
  }

  pollTimeout(): Deadline | undefined {
    const { repair, requests, acks } = this.#parts;
    return earliest(earliest(repair.pollTimeout(), requests.pollTimeout()), acks.pollTimeout());
  }

  /** Puts requests of our own on their way; those that are ours to answer are answered at once. */
  private depart(now: Instant): boolean {
    const { requests, router, loans } = this.#parts;
    let isBusy = false;
    for (let attempt = requests.pollAttempt(); attempt !== undefined; attempt = requests.pollAttempt()) {
      isBusy = true;
      const { request, first, transaction } = attempt;
      const copy =
        request.type === "fetch" && first === undefined ? loans.answerTo(now, request, undefined) : undefined;
      if (copy !== undefined) {
        requests.handleAnswer(now, copy, undefined);
        continue;
      }
      const departure = router.originate(now, request, first);
      requests.handleDeparture(now, transaction, departure);
      if (departure.kind === "here")
        requests.handleAnswer(now, this.answer(now, request, undefined), undefined);
    }
    return isBusy;
  }

  /** A node that is not a full peer passes Fetches on, but not those it can serve. */
  private answersInstead(request: RoutedRequest): boolean {
    const { neighbourhood, responder } = this.#parts;
    return request.type === "fetch" && neighbourhood.stage !== "peer" && responder.holds(request);
  }

  /**
   * A Fetch of what this node had no room for goes on to who is known to hold it, once: that one answers itself. False
   * where there is nobody, or this node has something to answer.
   */
  private pointsOn(now: Instant, request: RoutedRequest, from: Neighbour): boolean {
    const { pointers, responder, router } = this.#parts;
    const wasPassedOn = request.hops === 0 && request.via.length > 0;
    if (request.type !== "fetch" || wasPassedOn || !isSeated(from)) return false;
    const holder = pointers.find(now, request.destination.first);
    if (holder === undefined || holder === from || responder.holds(request)) return false;
    return router.passTo(now, { ...request, hops: 0 }, { from, to: holder });
  }

  private answer(now: Instant, request: RoutedRequest, from: Neighbour | undefined): RoutedAnswer {
    const { responder } = this.#parts;
    switch (request.type) {
      case "fetch":
        return this.keepsFrom(from) ? refusal(request) : this.#parts.loans.fetch(now, request, from);
      case "find":
        return this.#parts.whereabouts.answer(request, from) ?? responder.find(request, from);
      case "store":
        return this.answerStore(now, request, from);
      default:
        return this.#parts.recordQuestions.answer(now, request, this.#parts);
    }
  }

  /** Of what a client was lent it tells only peers that serve it. */
  private keepsFrom(asker: Neighbour | undefined): boolean {
    const { neighbourhood, lending } = this.#parts;
    return neighbourhood.stage === "client" && asker !== undefined && !lending.isLentBy(asker);
  }

  private answerStore(now: Instant, request: StoreRequest, from: Neighbour | undefined): StoreAnswer {
    const { responder, storeAdmission, pointers } = this.#parts;
    const resource = resourceId(request.destination.first);
    const giver = request.hops === 0 ? from : undefined;
    const fault = from === undefined ? undefined : this.faultOf(now, request, giver);
    const verdict: StoreVerdict =
      fault === undefined ? storeAdmission.admit(now, request, from) : { status: fault };
    if (verdict.status === "ok") {
      pointers.forget(resource);
      this.handleTaken(now, verdict, { from, giver });
    } else if (hasNoRoom(verdict.status) && giver !== undefined && isSeated(giver)) {
      const lifetimeS = request.remainingS ?? request.record.lifetimeS;
      pointers.note(now, { resource, holder: giver, lifetimeS });
    }
    return responder.store(request, verdict);
  }

  /** Why a Store of another is not to be looked at at all. */
  private faultOf(
    now: Instant,
    request: StoreRequest,
    giver: Neighbour | undefined,
  ): "forbidden" | "full" | undefined {
    const { replication, lending, neighbourhood } = this.#parts;
    if (neighbourhood.stage === "client") return lending.faultOf(request, giver);
    const resource = resourceId(request.destination.first);
    const { generation } = request.record;
    const isDeclined = giver !== undefined && replication.declines(now, giver, { resource, generation });
    return isDeclined ? "forbidden" : undefined;
  }

  /** A record was taken, or was here. Who gives us directly what another owns hands over a copy of what it holds. */
  private handleTaken(
    now: Instant,
    { stored, isNew }: { readonly stored: StoredRecord; readonly isNew: boolean },
    who: { readonly from: Neighbour | undefined; readonly giver: Neighbour | undefined },
  ): void {
    const { replication, join } = this.#parts;
    const { from, giver } = who;
    const isCopy = giver !== undefined && !sameId(stored.owner.nodeId, giver.nodeId);
    replication.handleStored(now, stored, from, isCopy);
    if (isCopy) join.handleCopy(now);
    this.#parts.lending.handleStored(now, stored, giver);
    if (isNew) this.noteStored(now, stored, from);
  }

  private handleOutcome(now: Instant, outcome: Outcome): void {
    const { inquiry, result } = outcome;
    const { publisher, replication, lookups, join, merger, association, whereabouts } = this.#parts;
    const { reference } = inquiry;
    switch (inquiry.asker) {
      case "publisher":
        publisher.handleOutcome(now, reference, result);
        return;
      case "ownCopy":
        this.#parts.ownCopies.handleOutcome(now, outcome);
        return;
      case "replication":
        replication.handleOutcome(now, reference, result);
        this.#parts.lending.handleChange(now);
        this.takeNewer(now, outcome);
        return;
      case "lookup":
        lookups.handleOutcome(now, outcome);
        return;
      case "trace":
      case "whereabouts":
        whereabouts.handleOutcome(outcome);
        return;
      case "lending":
        this.#parts.lending.handleOutcome(now, reference, result);
        return;
      case "join":
        this.handleNamed(join.handleOutcome(result), outcome);
        return;
      case "merger":
        merger.handleOutcome(reference, contactsOf(outcome));
        return;
      case "association":
        association.handleOutcome(now, outcome);
        this.handleNamed(contactsOf(outcome), outcome);
        return;
      case "survey":
        this.handleNamed(contactsOf(outcome), outcome);
        return;
      default:
        this.#parts.recordQuestions.handleOutcome(now, outcome);
    }
  }

  /** A record of our own that came from another was perhaps not written here. */
  private noteStored(now: Instant, stored: StoredRecord, from: Neighbour | undefined): void {
    const { publisher, neighbourhood } = this.#parts;
    this.#news.push({ kind: "recordStored" });
    const isOurs = sameId(stored.owner.nodeId, neighbourhood.self);
    if (isOurs && from !== undefined) publisher.handleSeen(now, stored, stored.record);
  }

  /** The receiver of a copy holds a newer generation: we take it, as if it had been handed to us. */
  private takeNewer(now: Instant, { inquiry, result }: Outcome): void {
    if (result.kind !== "answered" || result.answer.type !== "storeAnswer" || result.from === undefined)
      return;
    const { newer } = result.answer;
    if (newer === undefined || inquiry.question.type !== "store") return;
    const { kind, record } = inquiry.question;
    const held = this.#parts.store.find(inquiry.target, kind, record.key);
    if (held !== undefined && this.#parts.replication.handleOutdated(held)) return;
    const header = {
      hops: 0,
      transaction: 0,
      destination: { first: inquiry.target },
      via: new Uint8Array(0),
    };
    const { remainingS } = newer;
    this.answer(now, { type: "store", ...header, kind, record: newer, remainingS }, result.from);
  }

  private handleNamed(contacts: readonly Contact[], { result }: Outcome): void {
    const namedBy = result.kind === "answered" ? result.from : undefined;
    if (contacts.length > 0) this.#news.push({ kind: "contactsNamed", contacts, namedBy });
  }
}

function refusal({ transaction, via }: RoutedRequest): RoutedAnswer {
  return { type: "errorAnswer", transaction, via, status: "forbidden" };
}

function contactsOf({ result }: Outcome): readonly Contact[] {
  return result.kind === "answered" && result.answer.type === "findAnswer" ? result.answer.contacts : [];
}
