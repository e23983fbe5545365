import { avoidPrefixBytes, lookupsMax, responsibleMax } from "../core/limits.js";
import type { NodeId } from "../core/node-id.js";
import { after, earliest, type Deadline, type Instant } from "../core/time.js";
import type { Endpoint } from "../core/endpoint.js";
import { none } from "../core/none.js";
import type { FetchOutcome, Outbox } from "./effect.js";
import { kindDefinition, type KindDefinition } from "./kind-definition.js";
import { handleNamed, isInDoubt, soughtBy, type Lookup, type SoughtRecords } from "./lookup-state.js";
import { RecordGathering } from "./record-gathering.js";
import type { RecordVerification } from "./record-verification.js";
import type { Inquiry, InquiryResult, Outcome, Question, Requests } from "./request.js";
import type { Responder } from "./responder.js";
import { Search, type Surroundings } from "./search.js";

/** What lookups work with. */
interface LookupParts extends Surroundings {
  readonly requests: Requests;
  readonly verification: RecordVerification;
  readonly outbox: Outbox;
  readonly responder: Responder;
  readonly kinds: readonly KindDefinition[];
}

/**
 * Looking up records, and where a node is: one routed request, and in doubt the same by another way, then put directly
 * to each of the nearest nodes (protocol §3). Answers are not signed, so any hop can say "not found" or hide a claim,
 * and in an overlay that is larger than the tables a request may end at a node that is not the nearest; records are
 * signed, so nobody can invent one. In doubt is what was not found, what several owners claim, what could not be
 * verified, and what another than the expected owner claims. The greatest generation of each key wins.
 */
export class Lookups {
  readonly #parts: LookupParts;
  #lookups: readonly Lookup[] = none;

  constructor(parts: LookupParts) {
    this.#parts = parts;
  }

  /** Lookups under way. */
  get size(): number {
    return this.#lookups.length;
  }

  /** Begins a lookup of records; `request` comes back with `fetchFinished`. */
  begin(now: Instant, request: number, sought: SoughtRecords): void {
    if (this.#lookups.length >= lookupsMax) {
      this.#parts.outbox.push({
        kind: "fetchFinished",
        request,
        outcome: { status: "failed", reason: "too-many" },
      });
      return;
    }
    const { resource, kind, key, owner, isBelieved = false, isFresh = false } = sought;
    const question: Question = {
      type: "fetch",
      kind,
      wantCredentials: true,
      ...(key !== undefined && { key }),
    };
    const gathering = new RecordGathering(kindDefinition(this.#parts.kinds, kind));
    this.start(now, { request, target: resource, question, owner, gathering, isBelieved, isFresh });
  }

  /** Begins to ask where a node is; `request` comes back with `findFinished`, which names it or does not. */
  locate(now: Instant, request: number, nodeId: NodeId): void {
    if (this.#lookups.length >= lookupsMax) {
      this.#parts.outbox.push({ kind: "findFinished", request, contacts: [] });
      return;
    }
    const question = { type: "find", count: 1 } as const;
    this.start(now, {
      request,
      target: nodeId,
      question,
      owner: undefined,
      gathering: undefined,
      isBelieved: false,
      isFresh: false,
    });
  }

  /** An inquiry of a lookup ended. */
  handleOutcome(now: Instant, { inquiry, result }: Outcome): void {
    const lookup = this.#lookups.find(({ request }) => request === inquiry.reference);
    if (lookup === undefined) return;
    lookup.unanswered--;
    const { direct, question } = inquiry;
    if (direct !== undefined && question.type === lookup.question.type)
      lookup.search?.handleEnd(direct.nodeId, result.kind === "answered");
    if (result.kind === "answered") this.takeAnswer(now, lookup, result);
    this.advance(now, lookup);
  }

  /** A verified record, or none where the signature was wrong. */
  handleVerified(now: Instant): void {
    for (let done = this.#parts.verification.pollVerified(); done !== undefined;) {
      const { reference, record } = done;
      const lookup = this.#lookups.find(({ request }) => request === reference);
      if (lookup !== undefined) {
        if (record !== undefined) lookup.gathering?.add(record);
        this.advance(now, lookup);
      }
      done = this.#parts.verification.pollVerified();
    }
  }

  /** A node that is waited for may be linked now: it is asked. */
  handleLinkUp(now: Instant, nodeId: NodeId): void {
    for (const lookup of this.#lookups) {
      lookup.search?.handleLinkUp(now, nodeId);
      if (lookup.search !== undefined) this.advance(now, lookup);
    }
  }

  /** A link that was wanted did not come about. */
  handleConnectFailed(now: Instant, endpoint: Endpoint, reason: string): void {
    for (const lookup of this.#lookups) {
      lookup.search?.handleConnectFailed(now, endpoint, reason);
      if (lookup.search !== undefined) this.advance(now, lookup);
    }
  }

  handleTimeout(now: Instant): void {
    for (const lookup of this.#lookups) {
      const { search, until } = lookup;
      if (until <= now) this.finish(lookup);
      else if ((search?.pollTimeout() ?? until) <= now) {
        search?.handleTimeout(now);
        this.advance(now, lookup);
      }
    }
  }

  pollTimeout(): Deadline | undefined {
    let first: Deadline | undefined;
    for (const { until, search } of this.#lookups) {
      first = earliest(first, { at: until, reason: "lookup" });
      const at = search?.pollTimeout();
      if (at !== undefined) first = earliest(first, { at, reason: "lookup" });
    }
    return first;
  }

  private takeAnswer(
    now: Instant,
    lookup: Lookup,
    { answer, from }: Extract<InquiryResult, { kind: "answered" }>,
  ): void {
    lookup.answered++;
    lookup.firstHop ??= from;
    if (answer.type === "fetchAnswer") this.#parts.verification.enqueue(now, soughtBy(lookup), answer);
    else if (answer.type === "findAnswer")
      handleNamed(lookup, answer.contacts, from?.nodeId ?? this.#parts.neighbourhood.self);
  }

  private start(
    now: Instant,
    begun: Pick<Lookup, "request" | "target" | "question" | "owner" | "gathering" | "isBelieved" | "isFresh">,
  ): void {
    const lookup: Lookup = {
      ...begun,
      until: after(now, lookupMsMax),
      found: undefined,
      namedBy: undefined,
      firstHop: undefined,
      phase: "first",
      search: undefined,
      wasEmpty: false,
      unanswered: 0,
      answered: 0,
    };
    this.#lookups = [...this.#lookups, lookup];
    const self = this.#parts.neighbourhood.self.slice(0, avoidPrefixBytes);
    this.ask(now, lookup, lookup.question, lookup.isFresh ? { avoid: [self] } : {});
    this.advance(now, lookup);
  }

  /** Goes on when everything asked has been answered and verified. */
  private advance(now: Instant, lookup: Lookup): void {
    if (!this.#lookups.includes(lookup) || this.#parts.verification.isBusyWith(lookup.request)) return;
    const isAnswered = lookup.unanswered === 0;
    if (!isInDoubt(lookup) && (lookup.wasEmpty || isAnswered)) this.finish(lookup);
    else {
      if (isAnswered) this.doubt(now, lookup);
      if (lookup.phase === "direct") this.pursue(now, lookup);
    }
  }

  /** The next step in doubt. */
  private doubt(now: Instant, lookup: Lookup): void {
    if (lookup.phase === "first") this.detour(now, lookup);
    // Where nothing came back at all, time is short: the nearest are asked beside the detour.
    if (lookup.unanswered === 0 || lookup.answered === 0) lookup.phase = "direct";
  }

  /** The same by another way, and which nodes are the nearest as that way has it. */
  private detour(now: Instant, lookup: Lookup): void {
    const { topology } = this.#parts.neighbourhood;
    const { target, firstHop, question } = lookup;
    lookup.phase = "detour";
    lookup.wasEmpty = lookup.gathering?.isEmpty ?? true;
    lookup.search = new Search(this.#parts, target, responsibleMax);
    if (question.type === "fetch") this.lookHere(now, lookup, question);
    const others = this.#parts.neighbourhood.table.all.filter((neighbour) => neighbour !== firstHop);
    const [first] = topology.nearest(target, others, 1);
    if (first === undefined) return;
    const avoid = firstHop === undefined ? [] : [firstHop.nodeId.slice(0, avoidPrefixBytes)];
    this.ask(now, lookup, { type: "find", count: nodesFound }, { first, avoid });
    if (question.type === "fetch") this.ask(now, lookup, question, { first, avoid });
  }

  /** What this node holds itself counts as well: the nearer ones that said "not found" may lie. */
  private lookHere(now: Instant, lookup: Lookup, question: Extract<Question, { type: "fetch" }>): void {
    const { responder, verification } = this.#parts;
    const header = { hops: 0, transaction: 0, destination: { first: lookup.target }, via: new Uint8Array(0) };
    const answer = responder.fetch(now, { ...question, ...header });
    if (answer.status === "ok") verification.enqueue(now, soughtBy(lookup), answer);
  }

  /** Puts the question to those of the nearest who are linked, and opens links to the others. */
  private pursue(now: Instant, lookup: Lookup): void {
    const { search, question } = lookup;
    for (let step = search?.next(now); step !== undefined; step = search?.next(now)) {
      if (step.kind === "link") {
        const { endpoint, nodeId } = step.contact;
        this.#parts.outbox.push({ kind: "connect", endpoint, nodeId });
        continue;
      }
      const { neighbour: direct } = step;
      this.ask(now, lookup, { type: "find", count: nodesFound }, { direct });
      if (question.type === "fetch") this.ask(now, lookup, question, { direct });
    }
    if (lookup.unanswered === 0 && search?.isOver !== false) this.finish(lookup);
  }

  private ask(
    now: Instant,
    lookup: Lookup,
    question: Question,
    way: Pick<Inquiry, "direct" | "first" | "avoid">,
  ): void {
    const { request, target } = lookup;
    const asked = this.#parts.requests.ask(now, {
      asker: "lookup",
      reference: request,
      target,
      question,
      ...way,
    });
    if (asked) lookup.unanswered++;
    else if (way.direct !== undefined && question.type === lookup.question.type)
      lookup.search?.handleEnd(way.direct.nodeId, false);
  }

  private finish(lookup: Lookup): void {
    const { request, gathering, found, namedBy } = lookup;
    this.#lookups = this.#lookups.filter((other) => other !== lookup);
    this.#parts.verification.abandon(request);
    if (gathering === undefined) {
      this.#parts.outbox.push({
        kind: "findFinished",
        request,
        contacts: found === undefined ? [] : [found],
        namedBy,
      });
      return;
    }
    const records = gathering.living();
    let outcome: FetchOutcome;
    if (records.length > 0) outcome = { status: "found", records };
    else if (lookup.answered > 0) outcome = { status: "not-found" };
    else {
      const reason = this.#parts.neighbourhood.storing().length === 0 ? "no-neighbours" : "timed-out";
      outcome = { status: "failed", reason };
    }
    this.#parts.outbox.push({ kind: "fetchFinished", request, outcome });
  }
}

/** All of a lookup: two routed attempts, another way, then direct questions over links that are opened for them. */
const lookupMsMax = 9_000;
const nodesFound = 4;
