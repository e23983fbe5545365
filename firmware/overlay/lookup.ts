import { avoidPrefixBytes, lookupsMax, responsibleMax } from "../core/limits.js";
import type { NodeId } from "../core/node-id.js";
import { after, earliest, elapsed, type Deadline, type Instant } from "../core/time.js";
import type { Endpoint } from "../core/endpoint.js";
import { none } from "../core/none.js";
import type { Outbox } from "./effect.js";
import { kindDefinition, type KindDefinition } from "./kind-definition.js";
import { noteDenial, noteFound, noteRecord } from "./lookup-evidence.js";
import {
  handleNamed,
  isEnough,
  isSought,
  lookupBegun,
  outcomeOf,
  soughtBy,
  type Lookup,
  type LookupPlan,
  type SoughtRecords,
} from "./lookup-state.js";
import type { Neighbour } from "./node-table.js";
import { Patience } from "./patience.js";
import { RecordGathering } from "./record-gathering.js";
import type { RecordVerification } from "./record-verification.js";
import type { Inquiry, InquiryResult, Outcome, Question, Requests } from "./request.js";
import type { Responder } from "./responder.js";
import { Search, type Surroundings } from "./search.js";

type Answered = Extract<InquiryResult, { kind: "answered" }> & Pick<Outcome, "inquiry">;

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
 * to each of the nearest nodes (protocol §3). None of that waits for an end-to-end timer: silence longer than
 * usual is doubt, too, and where others were contradicted lately several ways are taken at once. Any hop can say "not
 * found" or hide a claim, for answers are not signed, and a request may end at a node that is not the nearest; records
 * are, so nobody can invent one. In doubt is what was not found, what several owners claim, what could not be verified,
 * and what another than the expected owner claims. The greatest generation of each key wins.
 */
export class Lookups {
  readonly #parts: LookupParts;
  readonly #patience = new Patience();
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
    this.start(now, { request, target: nodeId, question, ...ofNoRecords });
  }

  /** An inquiry of a lookup ended. */
  handleOutcome(now: Instant, { inquiry, result }: Outcome): void {
    const lookup = this.#lookups.find(({ request }) => request === inquiry.reference);
    if (lookup === undefined) return;
    lookup.unanswered--;
    const { direct, question } = inquiry;
    if (direct !== undefined && question.type === lookup.question.type)
      lookup.search?.handleEnd(direct.nodeId, result.kind === "answered");
    if (result.kind === "answered") this.takeAnswer(now, lookup, { ...result, inquiry });
    this.advance(now, lookup);
  }

  /** A verified record, or none where the signature was wrong. */
  handleVerified(now: Instant): void {
    for (let done = this.#parts.verification.pollVerified(); done !== undefined;) {
      const { reference, record } = done;
      const lookup = this.#lookups.find(({ request }) => request === reference);
      if (lookup !== undefined) {
        noteRecord(now, this.#parts.requests, lookup, done);
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
      const { search, until, patientUntil } = lookup;
      if (until <= now) this.finish(now, lookup);
      else if (patientUntil <= now) this.handleSilence(now, lookup);
      else if ((search?.pollTimeout() ?? until) <= now) {
        search?.handleTimeout(now);
        this.advance(now, lookup);
      }
    }
  }

  pollTimeout(): Deadline | undefined {
    let first: Deadline | undefined;
    for (const { patientUntil, search } of this.#lookups) {
      first = earliest(first, { at: patientUntil, reason: "lookup" });
      const at = search?.pollTimeout();
      if (at !== undefined) first = earliest(first, { at, reason: "lookup" });
    }
    return first;
  }

  private takeAnswer(now: Instant, lookup: Lookup, { inquiry, answer, from }: Answered): void {
    lookup.firstHop ??= from;
    if (isSought(lookup, answer) && lookup.answered++ === 0)
      this.#patience.note(elapsed(lookup.startedAt, now));
    if (answer.type === "findAnswer")
      handleNamed(lookup, answer.contacts, from?.nodeId ?? this.#parts.neighbourhood.self);
    if (answer.type !== "fetchAnswer") return;
    const by = from && { neighbour: from, isDirect: inquiry.direct !== undefined };
    noteDenial(lookup, answer, by);
    this.#parts.verification.enqueue(now, soughtBy(lookup, by), answer);
  }

  private start(now: Instant, begun: Omit<LookupPlan, "isWary" | "patienceMs">): void {
    const { requests, neighbourhood } = this.#parts;
    const isWary = requests.suspicions?.isWary(now) === true;
    const lookup = lookupBegun(now, { ...begun, isWary, patienceMs: this.#patience.waitMs(isWary) });
    this.#lookups = [...this.#lookups, lookup];
    const self = neighbourhood.self.slice(0, avoidPrefixBytes);
    this.ask(now, lookup, lookup.question, lookup.isFresh ? { avoid: [self] } : {});
    if (isWary) {
      const [usual] = neighbourhood.topology.nearest(lookup.target, this.trusted(none), 1);
      this.detour(now, lookup, usual === undefined ? none : [usual]);
    }
    this.advance(now, lookup);
  }

  /** Goes on when everything asked has been answered and verified; where there is cause, at the first denial. */
  private advance(now: Instant, lookup: Lookup): void {
    if (!this.#lookups.includes(lookup) || this.#parts.verification.isBusyWith(lookup.request)) return;
    const isAnswered = lookup.unanswered === 0;
    if (isEnough(lookup)) this.finish(now, lookup);
    else {
      if (isAnswered || (lookup.isWary && lookup.denials.length > 0)) this.doubt(now, lookup);
      if (lookup.phase === "direct") this.pursue(now, lookup);
    }
  }

  /** Nothing has come back for longer than usual, and there is no time to wait for the end-to-end timer. */
  private handleSilence(now: Instant, lookup: Lookup): void {
    const patientUntil = after(now, this.#patience.waitMs(lookup.isWary));
    lookup.patientUntil = patientUntil < lookup.until ? patientUntil : lookup.until;
    if (lookup.unanswered === 0 || this.#parts.verification.isBusyWith(lookup.request)) return;
    lookup.isContradicted = true;
    this.doubt(now, lookup);
    if (lookup.phase === "direct") this.pursue(now, lookup);
  }

  /** The next step in doubt. */
  private doubt(now: Instant, lookup: Lookup): void {
    const { firstHop, request } = lookup;
    const used = [
      ...this.#parts.requests.firstHopsOf(request),
      ...(firstHop === undefined ? none : [firstHop]),
    ];
    if (lookup.phase === "first") this.detour(now, lookup, used);
    else lookup.phase = "direct";
    if (lookup.unanswered === 0) lookup.phase = "direct";
    if (lookup.phase === "direct") lookup.patientUntil = lookup.until;
  }

  /** The same by other ways than those `used`, and which nodes are the nearest as these have it. */
  private detour(now: Instant, lookup: Lookup, used: readonly Neighbour[]): void {
    const { topology } = this.#parts.neighbourhood;
    const { target, question } = lookup;
    lookup.phase = "detour";
    lookup.wasEmpty = lookup.gathering?.isEmpty ?? true;
    lookup.search = new Search(this.#parts, target, responsibleMax, true);
    if (question.type === "fetch") this.lookHere(now, lookup, question);
    const avoid = used.map(({ nodeId }) => nodeId.slice(0, avoidPrefixBytes));
    for (const first of topology.nearest(target, this.trusted(used), lookup.isWary ? waysWhenWary : 1)) {
      this.ask(now, lookup, { type: "find", count: nodesFound }, { first, avoid });
      if (question.type === "fetch") this.ask(now, lookup, question, { first, avoid });
    }
  }

  /** Neighbours by way of which to ask: not those `used`, nor who seems to lie if there is another. */
  private trusted(used: readonly Neighbour[]): readonly Neighbour[] {
    const { neighbourhood, requests } = this.#parts;
    const others = neighbourhood.table.all.filter((neighbour) => !used.includes(neighbour));
    return requests.suspicions?.trusted(others) ?? others;
  }

  /** What this node holds itself counts as well: the nearer ones that said "not found" may lie. */
  private lookHere(now: Instant, lookup: Lookup, question: Extract<Question, { type: "fetch" }>): void {
    const { responder, verification } = this.#parts;
    const header = { hops: 0, transaction: 0, destination: { first: lookup.target }, via: new Uint8Array(0) };
    const answer = responder.fetch(now, { ...question, ...header });
    if (answer.status === "ok") verification.enqueue(now, soughtBy(lookup, undefined), answer);
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
    if (lookup.unanswered === 0 && search?.isOver !== false) this.finish(now, lookup);
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

  private finish(now: Instant, lookup: Lookup): void {
    const { request, gathering, found, namedBy } = lookup;
    this.#parts.requests.settle(request);
    this.#lookups = this.#lookups.filter((other) => other !== lookup);
    this.#parts.verification.abandon(request);
    if (gathering === undefined) {
      const contacts = found === undefined ? [] : [found];
      this.#parts.outbox.push({ kind: "findFinished", request, contacts, namedBy });
      return;
    }
    const outcome = outcomeOf(lookup, gathering.living(), this.#parts.neighbourhood);
    if (outcome.status === "found") noteFound(now, this.#parts, lookup);
    this.#parts.outbox.push({ kind: "fetchFinished", request, outcome });
  }
}

const ofNoRecords = { owner: undefined, gathering: undefined, isBelieved: false, isFresh: false };
const nodesFound = 4;
/** Beside the usual one, where there is cause to doubt. */
const waysWhenWary = 2;
