import { sameId, type NodeId, type ResourceId } from "../core/node-id.js";
import { earliest, type Deadline, type Instant } from "../core/time.js";
import type { Contact } from "../wire/kinds/contact.js";
import { encodeMessage, type RoutedMessage } from "../wire/message.js";
import type { Neighbour } from "./node-table.js";
import type { OverlayParts } from "./parts.js";
import type { StoredRecord } from "./record-store.js";
import type { Inquiry, Outcome } from "./request.js";
import type { RoutedRequest } from "./route.js";
import { isRequest, type RoutedAnswer } from "./router.js";

/** What came of routed messages that others must act on. */
export type ExchangeNews =
  /** Nodes named in a Find answer; `namedBy` is the neighbour that brought it. */
  | {
      readonly kind: "contactsNamed";
      readonly contacts: readonly Contact[];
      readonly namedBy: Neighbour | undefined;
    }
  | { readonly kind: "findFinished"; readonly request: number; readonly contacts: readonly Contact[] }
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
    const { acks, router, requests } = this.#parts;
    const { message, counter } = arrival;
    if (isRequest(message) && (this.answersInstead(message) || router.handleRequest(now, message, from))) {
      router.answer(now, from, this.answer(now, message, from));
      return;
    }
    acks.note(now, from.link, counter);
    if (!isRequest(message) && router.handleAnswer(now, message, from))
      requests.handleAnswer(now, message, from);
  }

  /** Asks where a node or resource is; `findFinished` brings the answer. */
  find(now: Instant, request: number, sought: { target: NodeId | ResourceId; count: number }): void {
    const inquiry: Inquiry = {
      asker: "find",
      reference: request,
      target: sought.target,
      question: { type: "find", count: sought.count },
    };
    if (!this.#parts.requests.ask(now, inquiry))
      this.#news.push({ kind: "findFinished", request, contacts: [] });
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
    const { requests, router } = this.#parts;
    let isBusy = false;
    for (let attempt = requests.pollAttempt(); attempt !== undefined; attempt = requests.pollAttempt()) {
      isBusy = true;
      const { request, first, transaction } = attempt;
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

  private answer(now: Instant, request: RoutedRequest, from: Neighbour | undefined): RoutedAnswer {
    const { responder, storeAdmission, replication, join } = this.#parts;
    switch (request.type) {
      case "fetch":
        return responder.fetch(now, request);
      case "find":
        return responder.find(request, from);
      case "store": {
        const verdict = storeAdmission.admit(now, request, from);
        if (verdict.status === "ok") {
          const isCopy = request.hops === 0;
          replication.handleStored(now, verdict.stored, from, isCopy);
          if (isCopy) join.handleCopy(now);
          if (verdict.isNew) this.noteStored(now, verdict.stored, from);
        }
        return responder.store(request, verdict);
      }
    }
  }

  private handleOutcome(now: Instant, outcome: Outcome): void {
    const { inquiry, result } = outcome;
    const { publisher, replication, lookups, join } = this.#parts;
    const { reference } = inquiry;
    switch (inquiry.asker) {
      case "publisher":
        publisher.handleOutcome(now, reference, result);
        return;
      case "replication":
        replication.handleOutcome(now, reference, result);
        this.takeNewer(now, outcome);
        return;
      case "lookup":
        lookups.handleOutcome(now, reference, result);
        return;
      case "find":
        this.#news.push({ kind: "findFinished", request: reference, contacts: contactsOf(outcome) });
        return;
      case "join":
        this.handleNamed(join.handleOutcome(result), outcome);
        return;
      case "survey":
        this.handleNamed(contactsOf(outcome), outcome);
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
    const { kind } = inquiry.question;
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

function contactsOf({ result }: Outcome): readonly Contact[] {
  return result.kind === "answered" && result.answer.type === "findAnswer" ? result.answer.contacts : [];
}
