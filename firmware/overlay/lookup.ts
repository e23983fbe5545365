import { avoidPrefixBytes, lookupsMax, responsibleMax } from "../core/limits.js";
import { resourceId, sameId, type NodeId, type ResourceId } from "../core/node-id.js";
import { after, earliest, type Deadline, type Instant } from "../core/time.js";
import type { Endpoint } from "../core/endpoint.js";
import type { Contact } from "../wire/kinds/contact.js";
import type { FetchOutcome, Outbox } from "./effect.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import { RecordGathering } from "./record-gathering.js";
import type { RecordVerification, Sought } from "./record-verification.js";
import type { Inquiry, Outcome, Question, Requests } from "./request.js";
import { Search, type Surroundings } from "./search.js";

/** What records are looked up. */
export interface SoughtRecords {
  readonly resource: ResourceId;
  readonly kind: number;
  /** Of all keys where absent. */
  readonly key?: Uint8Array;
  /** Owner key, 32 B, that is expected: an answer without a record of his is in doubt. */
  readonly owner?: Uint8Array;
}

interface Lookup {
  readonly request: number;
  readonly target: ResourceId | NodeId;
  readonly question: Question;
  readonly owner: Uint8Array | undefined;
  /** Absent where a node is sought. */
  readonly gathering: RecordGathering | undefined;
  readonly until: Instant;
  /** The node sought, once somebody has named it. */
  found: Contact | undefined;
  /** The first hop of the attempt that left doubts: the next one keeps off it. */
  firstHop: Neighbour | undefined;
  phase: "first" | "detour" | "direct";
  /** From when on in doubt. */
  search: Search | undefined;
  /** In doubt because nobody had anything: the first good answer ends it. */
  wasEmpty: boolean;
  unanswered: number;
  answered: number;
}

/**
 * Looking up records, and where a node is: one routed request, and in doubt the same by another way, then put directly
 * to each of the nearest nodes (protocol §3). Answers are not signed, so any hop can say "not found" or hide a claim,
 * and in an overlay that is larger than the tables a request may end at a node that is not the nearest; records are
 * signed, so nobody can invent one. In doubt is what was not found, what several owners claim, what could not be
 * verified, and what another than the expected owner claims. The greatest generation of each key wins.
 */
export class Lookups {
  readonly #neighbourhood: Neighbourhood;
  readonly #around: Surroundings;
  readonly #requests: Requests;
  readonly #verification: RecordVerification;
  readonly #outbox: Outbox;
  #lookups: readonly Lookup[] = [];

  constructor(
    around: Surroundings,
    parts: {
      readonly requests: Requests;
      readonly verification: RecordVerification;
      readonly outbox: Outbox;
    },
  ) {
    this.#neighbourhood = around.neighbourhood;
    this.#around = around;
    this.#requests = parts.requests;
    this.#verification = parts.verification;
    this.#outbox = parts.outbox;
  }

  /** Lookups under way. */
  get size(): number {
    return this.#lookups.length;
  }

  /** Begins a lookup of records; `request` comes back with `fetchFinished`. */
  begin(now: Instant, request: number, sought: SoughtRecords): void {
    if (this.#lookups.length >= lookupsMax) {
      this.#outbox.push({
        kind: "fetchFinished",
        request,
        outcome: { status: "failed", reason: "too-many" },
      });
      return;
    }
    const { resource, kind, key, owner } = sought;
    const question: Question = {
      type: "fetch",
      kind,
      wantCredentials: true,
      ...(key !== undefined && { key }),
    };
    this.start(now, { request, target: resource, question, owner, gathering: new RecordGathering() });
  }

  /** Begins to ask where a node is; `request` comes back with `findFinished`, which names it or does not. */
  locate(now: Instant, request: number, nodeId: NodeId): void {
    if (this.#lookups.length >= lookupsMax) {
      this.#outbox.push({ kind: "findFinished", request, contacts: [] });
      return;
    }
    const question = { type: "find", count: 1 } as const;
    this.start(now, { request, target: nodeId, question, owner: undefined, gathering: undefined });
  }

  /** An inquiry of a lookup ended. */
  handleOutcome(now: Instant, { inquiry, result }: Outcome): void {
    const lookup = this.#lookups.find(({ request }) => request === inquiry.reference);
    if (lookup === undefined) return;
    lookup.unanswered--;
    const { direct, question } = inquiry;
    if (direct !== undefined && question.type === lookup.question.type)
      lookup.search?.handleEnd(direct.nodeId, result.kind === "answered");
    if (result.kind === "answered") {
      lookup.answered++;
      const { answer, from } = result;
      lookup.firstHop ??= from;
      if (answer.type === "fetchAnswer") this.#verification.enqueue(now, soughtBy(lookup), answer);
      else if (answer.type === "findAnswer") handleNamed(lookup, answer.contacts);
    }
    this.advance(now, lookup);
  }

  /** A verified record, or none where the signature was wrong. */
  handleVerified(now: Instant): void {
    for (let done = this.#verification.pollVerified(); done !== undefined;) {
      const { reference, record } = done;
      const lookup = this.#lookups.find(({ request }) => request === reference);
      if (lookup !== undefined) {
        if (record !== undefined) lookup.gathering?.add(record);
        this.advance(now, lookup);
      }
      done = this.#verification.pollVerified();
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

  private start(
    now: Instant,
    begun: Pick<Lookup, "request" | "target" | "question" | "owner" | "gathering">,
  ): void {
    const lookup: Lookup = {
      ...begun,
      until: after(now, lookupMsMax),
      found: undefined,
      firstHop: undefined,
      phase: "first",
      search: undefined,
      wasEmpty: false,
      unanswered: 0,
      answered: 0,
    };
    this.#lookups = [...this.#lookups, lookup];
    this.ask(now, lookup, lookup.question, {});
    this.advance(now, lookup);
  }

  /** Goes on when everything asked has been answered and verified. */
  private advance(now: Instant, lookup: Lookup): void {
    if (!this.#lookups.includes(lookup) || this.#verification.isBusyWith(lookup.request)) return;
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
    if (lookup.unanswered === 0) lookup.phase = "direct";
  }

  /** The same by another way, and which nodes are the nearest as that way has it. */
  private detour(now: Instant, lookup: Lookup): void {
    const { topology } = this.#neighbourhood;
    const { target, firstHop, question } = lookup;
    lookup.phase = "detour";
    lookup.wasEmpty = lookup.gathering?.isEmpty ?? true;
    lookup.search = new Search(this.#around, target, responsibleMax);
    const others = this.#neighbourhood.table.all.filter((neighbour) => neighbour !== firstHop);
    const [first] = topology.nearest(target, others, 1);
    if (first === undefined) return;
    const avoid = firstHop === undefined ? [] : [firstHop.nodeId.slice(0, avoidPrefixBytes)];
    this.ask(now, lookup, { type: "find", count: nodesFound }, { first, avoid });
    if (question.type === "fetch") this.ask(now, lookup, question, { first, avoid });
  }

  /** Puts the question to those of the nearest who are linked, and opens links to the others. */
  private pursue(now: Instant, lookup: Lookup): void {
    const { search, question } = lookup;
    for (let step = search?.next(now); step !== undefined; step = search?.next(now)) {
      if (step.kind === "link") {
        const { endpoint, nodeId } = step.contact;
        this.#outbox.push({ kind: "connect", endpoint, nodeId });
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
    const asked = this.#requests.ask(now, { asker: "lookup", reference: request, target, question, ...way });
    if (asked) lookup.unanswered++;
    else if (way.direct !== undefined && question.type === lookup.question.type)
      lookup.search?.handleEnd(way.direct.nodeId, false);
  }

  private finish(lookup: Lookup): void {
    const { request, gathering, found } = lookup;
    this.#lookups = this.#lookups.filter((other) => other !== lookup);
    this.#verification.abandon(request);
    if (gathering === undefined) {
      this.#outbox.push({ kind: "findFinished", request, contacts: found === undefined ? [] : [found] });
      return;
    }
    const records = gathering.living();
    let outcome: FetchOutcome;
    if (records.length > 0) outcome = { status: "found", records };
    else if (lookup.answered > 0) outcome = { status: "not-found" };
    else {
      const reason = this.#neighbourhood.storing().length === 0 ? "no-neighbours" : "timed-out";
      outcome = { status: "failed", reason };
    }
    this.#outbox.push({ kind: "fetchFinished", request, outcome });
  }
}

/** Whether one answer is not enough. */
function isInDoubt({ gathering, owner, found }: Lookup): boolean {
  return gathering === undefined ? found === undefined : gathering.isInDoubt(owner);
}

function handleNamed(lookup: Lookup, contacts: readonly Contact[]): void {
  if (lookup.gathering === undefined)
    lookup.found ??= contacts.find(({ nodeId }) => sameId(nodeId, lookup.target));
  lookup.search?.handleNamed(contacts);
}

function soughtBy({ request, target, question }: Lookup): Sought {
  const { kind, key } = question.type === "fetch" ? question : { kind: 0, key: undefined };
  return { reference: request, resource: resourceId(target), kind, key };
}

/** All of a lookup: two routed attempts, another way, then direct questions over links that are opened for them. */
const lookupMsMax = 9_000;
const nodesFound = 4;
