import { avoidMax, avoidPrefixBytes, hopsMax, requestsMax } from "../core/limits.js";
import type { NodeId, ResourceId } from "../core/node-id.js";
import { none } from "../core/none.js";
import { randomUint32, type Random } from "../core/random.js";
import { after, type Deadline, type Instant } from "../core/time.js";
import type { Record } from "../wire/kinds/record.js";
import type { Destination } from "../wire/kinds/routed.js";
import type { Neighbour } from "./node-table.js";
import type { RoutedRequest } from "./route.js";
import type { Departure, RoutedAnswer } from "./router.js";
import { Suspicions } from "./suspicions.js";

/** What is asked, without the header. */
export type Question =
  | {
      readonly type: "store";
      readonly kind: number;
      readonly record: Record;
      readonly remainingS?: number;
      readonly credential?: Uint8Array;
    }
  | {
      readonly type: "fetch";
      readonly kind: number;
      readonly key?: Uint8Array;
      readonly wantCredentials: boolean;
    }
  | { readonly type: "stat"; readonly kind: number; readonly key?: Uint8Array }
  | {
      readonly type: "watch";
      readonly kind: number;
      readonly seconds: number;
      readonly watcher: Destination;
    }
  | {
      readonly type: "notify";
      readonly resource: ResourceId;
      readonly kind: number;
      readonly seconds: number;
      readonly state: Uint8Array;
    }
  | { readonly type: "find"; readonly count: number; readonly trace?: Uint8Array };

/** Which part of this node asked, and what it calls the matter: the outcome goes back there. */
export type Asker =
  | "publisher"
  | "ownCopy"
  | "replication"
  | "lookup"
  | "trace"
  | "join"
  | "survey"
  | "merger"
  | "lending"
  | "association"
  | "whereabouts"
  | "watches"
  | "watching"
  | "stat";

/** A question to be put. */
export interface Inquiry {
  readonly asker: Asker;
  readonly reference: number;
  readonly question: Question;
  readonly target: ResourceId | NodeId;
  /** A client of the target: it is what is asked for. */
  readonly client?: NodeId;
  /** Put directly to this neighbour, which answers itself. */
  readonly direct?: Neighbour;
  /** Routed, but by this neighbour first. */
  readonly first?: Neighbour;
  /** Routed, but not by these nodes: first bytes of their Node-IDs. */
  readonly avoid?: readonly Uint8Array[];
}

/** How it ended. An answer from this node itself has no `from`. */
export type InquiryResult =
  | { readonly kind: "answered"; readonly answer: RoutedAnswer; readonly from: Neighbour | undefined }
  | { readonly kind: "timedOut" }
  | { readonly kind: "noRoute" };

/** An inquiry with its end. */
export interface Outcome {
  readonly inquiry: Inquiry;
  readonly result: InquiryResult;
}

interface Pending {
  readonly transaction: number;
  readonly inquiry: Inquiry;
  attempts: number;
  firstHop: Neighbour | undefined;
  dueAt: Instant;
}

/** What is to be put on its way: `depart` says where it went. */
export interface Attempt {
  readonly transaction: number;
  readonly request: RoutedRequest;
  readonly first: Neighbour | undefined;
}

/**
 * Requests from end to end (protocol §3): 2 s, one retry by another first hop with the same transaction, 16 at
 * most. Every request is idempotent by content, so an answer to either attempt will do and no answers are cached.
 */
export class Requests {
  readonly #random: Random;
  #pending: readonly Pending[] = none;
  readonly #attempts: Attempt[] = [];
  readonly #outcomes: Outcome[] = [];
  #strayAnswers = 0;
  #lookupsRetried = 0;
  #suspicions: Suspicions | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Requests under way. */
  get size(): number {
    return this.#pending.length;
  }

  /** Answers nobody waited for. */
  get strayAnswers(): number {
    return this.#strayAnswers;
  }

  /** Second attempts of lookups. */
  get lookupsRetried(): number {
    return this.#lookupsRetried;
  }

  /** Who seems to lie; absent where nobody ever did. */
  get suspicions(): Suspicions | undefined {
    return this.#suspicions;
  }

  /** The same where there is something to be noted. */
  suspect(): Suspicions {
    return (this.#suspicions ??= new Suspicions());
  }

  /** The first hops of what is under way for a lookup. */
  firstHopsOf(lookup: number): Neighbour[] {
    return this.#pending.flatMap(({ inquiry, firstHop }) =>
      isOfLookup(inquiry, lookup) && firstHop !== undefined ? [firstHop] : [],
    );
  }

  /** A lookup is over: what is under way for it is not tried again. */
  settle(lookup: number): void {
    for (const pending of this.#pending)
      if (isOfLookup(pending.inquiry, lookup)) pending.attempts = attemptsMax;
  }

  /** Takes up an inquiry; false when too many are under way. */
  ask(now: Instant, inquiry: Inquiry): boolean {
    if (this.#pending.length >= requestsMax) return false;
    let transaction = randomUint32(this.#random);
    while (this.find(transaction) !== undefined) transaction = randomUint32(this.#random);
    const pending: Pending = { transaction, inquiry, attempts: 0, firstHop: undefined, dueAt: now };
    this.#pending = [...this.#pending, pending];
    this.try(now, pending);
    return true;
  }

  /** The next attempt to be put on its way. */
  pollAttempt(): Attempt | undefined {
    return this.#attempts.shift();
  }

  /** Where the attempt went. */
  handleDeparture(now: Instant, transaction: number, departure: Departure): void {
    const pending = this.find(transaction);
    if (pending === undefined) return;
    if (departure.kind === "sent") pending.firstHop = departure.to;
    else if (departure.kind === "noRoute") this.handleNoRoute(now, pending);
  }

  /** An answer that came home, from a neighbour or from this node itself. */
  handleAnswer(now: Instant, answer: RoutedAnswer, from: Neighbour | undefined): void {
    const pending = this.find(answer.transaction);
    if (pending === undefined || !answersTo(pending.inquiry, answer, from)) {
      this.#strayAnswers++;
      return;
    }
    if (answer.type === "errorAnswer" && answer.status === "no-route") this.handleNoRoute(now, pending);
    else this.finish(pending, { kind: "answered", answer, from });
  }

  /** Hop repair found no way for a request of ours. */
  handleStranded(now: Instant, transaction: number): void {
    const pending = this.find(transaction);
    if (pending !== undefined) this.handleNoRoute(now, pending);
  }

  handleTimeout(now: Instant): void {
    for (const pending of this.#pending) {
      if (pending.dueAt > now) continue;
      this.noteSilence(now, pending);
      if (pending.attempts < attemptsMax) this.try(now, pending);
      else this.finish(pending, { kind: "timedOut" });
    }
  }

  /** The next outcome, for its asker. */
  pollOutcome(): Outcome | undefined {
    return this.#outcomes.shift();
  }

  pollTimeout(): Deadline | undefined {
    let at: Instant | undefined;
    for (const { dueAt } of this.#pending) if (at === undefined || dueAt < at) at = dueAt;
    return at === undefined ? undefined : { at, reason: "request" };
  }

  private find(transaction: number): Pending | undefined {
    return this.#pending.find((pending) => pending.transaction === transaction);
  }

  private try(now: Instant, pending: Pending): void {
    const { inquiry, transaction, firstHop } = pending;
    pending.attempts++;
    if (pending.attempts > 1 && inquiry.asker === "lookup") this.#lookupsRetried++;
    pending.dueAt = after(now, answerDelayMsMax);
    const failed = inquiry.direct === undefined ? firstHop : undefined;
    const avoid = this.avoided(now, inquiry, failed);
    this.#attempts.push({
      transaction,
      request: {
        ...inquiry.question,
        hops: inquiry.direct === undefined ? hopsMax : 0,
        transaction,
        destination: destinationOf(inquiry),
        via: new Uint8Array(0),
        ...(avoid.length > 0 && { avoid }),
      },
      first: inquiry.direct ?? (failed === undefined ? inquiry.first : undefined),
    });
  }

  /** Whom it is to keep off: as its asker says, the first hop that failed, and who seems to lie. */
  private avoided(now: Instant, inquiry: Inquiry, failed: Neighbour | undefined): readonly Uint8Array[] {
    const { avoid = none, direct, target } = inquiry;
    const suspects = direct === undefined && isAboutRecords(inquiry) ? this.#suspicions : undefined;
    if (failed === undefined && suspects === undefined) return avoid;
    const failing = failed === undefined ? none : [failed.nodeId.slice(0, avoidPrefixBytes)];
    return [...avoid, ...failing, ...(suspects?.avoided(now, target) ?? none)].slice(0, avoidMax);
  }

  /** A first hop that is there, by its link, and yet nothing came back. */
  private noteSilence(now: Instant, { inquiry, firstHop }: Pending): void {
    if (firstHop === undefined || !isAboutRecords(inquiry)) return;
    this.suspect().note(now, firstHop.nodeId, "silence");
  }

  /** No way just now: the retry comes sooner. */
  private handleNoRoute(now: Instant, pending: Pending): void {
    if (pending.attempts < attemptsMax) pending.dueAt = after(now, noRoutePauseMs);
    else this.finish(pending, { kind: "noRoute" });
  }

  private finish(pending: Pending, result: InquiryResult): void {
    this.#pending = this.#pending.filter((other) => other !== pending);
    this.#outcomes.push({ inquiry: pending.inquiry, result });
  }
}

function destinationOf({ target, client }: Inquiry): Destination {
  return client === undefined ? { first: target } : { first: target, client };
}

function isOfLookup({ asker, reference }: Inquiry, lookup: number): boolean {
  return asker === "lookup" && reference === lookup;
}

/** Whether a request is about records that others hold, so that whoever lies on its way or at its end matters. */
function isAboutRecords({ asker }: Inquiry): boolean {
  return asker === "lookup" || asker === "publisher" || asker === "ownCopy" || asker === "stat";
}

/** Whether an answer is of the type asked for and, where the question was put directly, from whom it was put to. */
function answersTo(inquiry: Inquiry, answer: RoutedAnswer, from: Neighbour | undefined): boolean {
  if (inquiry.direct !== undefined && from?.link !== inquiry.direct.link) return false;
  return answer.type === "errorAnswer" || answer.type === `${inquiry.question.type}Answer`;
}

const answerDelayMsMax = 2000;
const noRoutePauseMs = 250;
const attemptsMax = 2;
