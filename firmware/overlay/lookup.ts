import { lookupsMax, responsibleMax } from "../core/limits.js";
import { idKey, type ResourceId } from "../core/node-id.js";
import { after, type Deadline, type Instant } from "../core/time.js";
import type { Contact } from "../wire/kinds/contact.js";
import type { FetchOutcome, VerifiedRecord } from "./effect.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import { RecordGathering } from "./record-gathering.js";
import type { RecordVerification, Sought } from "./record-verification.js";
import type { InquiryResult, Requests } from "./request.js";

/** What a lookup waits for. */
interface Lookup {
  readonly request: number;
  readonly resource: ResourceId;
  readonly kind: number;
  readonly key: Uint8Array | undefined;
  readonly gathering: RecordGathering;
  readonly until: Instant;
  /** Nodes asked, as Map keys, and nodes that are to be asked once they are linked. */
  readonly asked: Set<string>;
  readonly awaited: Set<string>;
  phase: "first" | "inDoubt";
  unanswered: number;
  answered: number;
}

/** What a lookup wants or how it ended. */
export type LookupNews =
  | { readonly kind: "fetchFinished"; readonly request: number; readonly outcome: FetchOutcome }
  /** A node near the resource that is not linked: it is to be, so that it can be asked itself. */
  | { readonly kind: "contactWanted"; readonly contact: Contact };

/**
 * Looking up records: one routed Fetch, and in doubt the question put directly to each of the nearest nodes
 * (protocol §3). Answers are not signed, so any hop can say "not found" or hide a claim; records are, so nobody can
 * invent one. In doubt is what was not found, what several owners claim, and what could not be verified. The
 * greatest generation of each key wins.
 */
export class Lookups {
  readonly #neighbourhood: Neighbourhood;
  readonly #requests: Requests;
  readonly #verification: RecordVerification;
  #lookups: readonly Lookup[] = [];
  readonly #news: LookupNews[] = [];

  constructor(neighbourhood: Neighbourhood, requests: Requests, verification: RecordVerification) {
    this.#neighbourhood = neighbourhood;
    this.#requests = requests;
    this.#verification = verification;
  }

  /** Lookups under way. */
  get size(): number {
    return this.#lookups.length;
  }

  /** Begins a lookup; `request` comes back with the news. */
  begin(now: Instant, request: number, sought: Pick<Lookup, "resource" | "kind" | "key">): void {
    if (this.#lookups.length >= lookupsMax) {
      this.#news.push({ kind: "fetchFinished", request, outcome: { status: "failed", reason: "too-many" } });
      return;
    }
    const lookup: Lookup = {
      ...sought,
      request,
      gathering: new RecordGathering(),
      until: after(now, lookupMsMax),
      asked: new Set<string>(),
      awaited: new Set<string>(),
      phase: "first",
      unanswered: 0,
      answered: 0,
    };
    this.#lookups = [...this.#lookups, lookup];
    this.ask(now, lookup, undefined);
    this.advance(now, lookup);
  }

  /** An inquiry of a lookup ended. */
  handleOutcome(now: Instant, reference: number, result: InquiryResult): void {
    const lookup = this.find(reference);
    if (lookup === undefined) return;
    lookup.unanswered--;
    if (result.kind === "answered") {
      lookup.answered++;
      const { answer, from } = result;
      if (from !== undefined) lookup.asked.add(idKey(from.nodeId));
      if (answer.type === "fetchAnswer") this.#verification.enqueue(now, soughtBy(lookup), answer);
      else if (answer.type === "findAnswer") this.handleContacts(lookup, answer.contacts);
    }
    this.advance(now, lookup);
  }

  /** A verified record, or none where the signature was wrong. */
  handleVerified(now: Instant): void {
    for (let done = this.#verification.pollVerified(); done !== undefined;) {
      const lookup = this.find(done.reference);
      if (lookup !== undefined) {
        if (done.record !== undefined) lookup.gathering.add(done.record);
        this.advance(now, lookup);
      }
      done = this.#verification.pollVerified();
    }
  }

  /** A node that is waited for may be linked now: it is asked. */
  handleLinkUp(now: Instant, neighbour: Neighbour): void {
    for (const lookup of this.#lookups) {
      if (lookup.awaited.delete(idKey(neighbour.nodeId))) this.ask(now, lookup, neighbour);
    }
  }

  handleTimeout(now: Instant): void {
    for (const lookup of this.#lookups) {
      if (lookup.until > now) continue;
      lookup.awaited.clear();
      this.finish(lookup);
    }
  }

  pollNews(): LookupNews | undefined {
    return this.#news.shift();
  }

  pollTimeout(): Deadline | undefined {
    let at: Instant | undefined;
    for (const { until } of this.#lookups) if (at === undefined || until < at) at = until;
    return at === undefined ? undefined : { at, reason: "lookup" };
  }

  private find(request: number): Lookup | undefined {
    return this.#lookups.find((lookup) => lookup.request === request);
  }

  /** Goes on when everything asked has been answered and verified. */
  private advance(now: Instant, lookup: Lookup): void {
    if (lookup.unanswered > 0 || lookup.awaited.size > 0 || this.#verification.isBusyWith(lookup.request))
      return;
    if (lookup.phase === "first" && lookup.gathering.isInDoubt) {
      lookup.phase = "inDoubt";
      this.askNearest(now, lookup);
      if (lookup.unanswered > 0) return;
    }
    this.finish(lookup);
  }

  /** Puts the question to each of the nearest nodes, and asks by another way which those are. */
  private askNearest(now: Instant, lookup: Lookup): void {
    const { topology } = this.#neighbourhood;
    const nearest = topology.nearest(lookup.resource, this.#neighbourhood.storing(), responsibleMax);
    for (const member of nearest) {
      const neighbour = this.#neighbourhood.neighbourOf(member);
      if (neighbour !== undefined) this.ask(now, lookup, neighbour);
    }
    const detour = topology.nearest(this.#neighbourhood.self, this.#neighbourhood.table.all, 1)[0];
    if (detour === undefined) return;
    const asked = this.#requests.ask(now, {
      asker: "lookup",
      reference: lookup.request,
      target: lookup.resource,
      question: { type: "find", count: nodesFound },
      first: detour,
    });
    if (asked) lookup.unanswered++;
  }

  private ask(now: Instant, lookup: Lookup, direct: Neighbour | undefined): void {
    const { kind, key } = lookup;
    const asked = this.#requests.ask(now, {
      asker: "lookup",
      reference: lookup.request,
      target: lookup.resource,
      question: { type: "fetch", kind, wantCredentials: true, ...(key !== undefined && { key }) },
      ...(direct !== undefined && { direct }),
    });
    if (!asked) return;
    lookup.unanswered++;
    if (direct !== undefined) lookup.asked.add(idKey(direct.nodeId));
  }

  /** Nodes nearer than we knew: they are to be linked and asked themselves. */
  private handleContacts(lookup: Lookup, contacts: readonly Contact[]): void {
    const { topology, self } = this.#neighbourhood;
    const known = topology.nearest(lookup.resource, this.#neighbourhood.storing(), responsibleMax);
    const farthest = known.length < responsibleMax ? undefined : known.at(-1);
    for (const contact of contacts) {
      const key = idKey(contact.nodeId);
      if (key === idKey(self) || lookup.asked.has(key) || lookup.awaited.size >= awaitedMax) continue;
      if (this.#neighbourhood.table.byNodeId(contact.nodeId) !== undefined) continue;
      if (farthest !== undefined && topology.order(lookup.resource, contact.nodeId, farthest.nodeId) > 0)
        continue;
      lookup.awaited.add(key);
      this.#news.push({ kind: "contactWanted", contact });
    }
  }

  /** A node that was waited for cannot be linked. */
  handleUnreachable(now: Instant, nodeId: Uint8Array): void {
    for (const lookup of this.#lookups) {
      if (lookup.awaited.delete(idKey(nodeId))) this.advance(now, lookup);
    }
  }

  private finish(lookup: Lookup): void {
    const { request } = lookup;
    this.#lookups = this.#lookups.filter((other) => other !== lookup);
    this.#verification.abandon(request);
    const records: VerifiedRecord[] = lookup.gathering.living();
    if (records.length > 0) {
      this.#news.push({ kind: "fetchFinished", request, outcome: { status: "found", records } });
    } else if (lookup.answered > 0) {
      this.#news.push({ kind: "fetchFinished", request, outcome: { status: "not-found" } });
    } else {
      const reason = this.#neighbourhood.storing().length === 0 ? "no-neighbours" : "timed-out";
      this.#news.push({ kind: "fetchFinished", request, outcome: { status: "failed", reason } });
    }
  }
}

function soughtBy({ request, resource, kind, key }: Lookup): Sought {
  return { reference: request, resource, kind, key };
}

/** All of a lookup: two routed attempts, then the direct ones, or a handshake and one. */
const lookupMsMax = 9_000;
const nodesFound = 4;
const awaitedMax = 3;
