import { resourceId, sameId, type NodeId, type ResourceId } from "../core/node-id.js";
import { none } from "../core/none.js";
import { after, type Duration, type Instant } from "../core/time.js";
import type { Contact } from "../wire/kinds/contact.js";
import type { FetchOutcome, VerifiedRecord } from "./effect.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import type { RecordGathering } from "./record-gathering.js";
import type { Sought, Source } from "./record-verification.js";
import type { Question } from "./request.js";
import type { RoutedAnswer } from "./router.js";
import type { Search } from "./search.js";

/** What records are looked up. */
export interface SoughtRecords {
  readonly resource: ResourceId;
  readonly kind: number;
  /** Of all keys where absent. */
  readonly key?: Uint8Array;
  /** Owner key, 32 B, that is expected: an answer without a record of his is in doubt. */
  readonly owner?: Uint8Array;
  /** That the first answer says there is nothing leaves no doubt: there often is none (nodes of a service's tree). */
  readonly isBelieved?: true;
  /** What is there just now is wanted, no copy lent to nodes on the way: those answer nothing that avoids somebody. */
  readonly isFresh?: true;
}

/** How a lookup begins. */
export interface LookupPlan extends Pick<
  Lookup,
  "request" | "target" | "question" | "owner" | "gathering" | "isBelieved" | "isFresh" | "isWary"
> {
  /** How long it waits for the first answer until it asks by another way, too, ms. */
  readonly patienceMs: Duration;
}

/** A lookup under way. */
export interface Lookup {
  readonly request: number;
  readonly target: ResourceId | NodeId;
  readonly question: Question;
  readonly owner: Uint8Array | undefined;
  /** Absent where a node is sought. */
  readonly gathering: RecordGathering | undefined;
  readonly isBelieved: boolean;
  readonly isFresh: boolean;
  readonly startedAt: Instant;
  readonly until: Instant;
  /** Several ways are taken from the start: there has been cause. */
  readonly isWary: boolean;
  /** When more is asked though there is no answer yet. */
  patientUntil: Instant;
  /** The node sought, once somebody has named it. */
  found: Contact | undefined;
  /** By way of which neighbour. */
  namedBy: NodeId | undefined;
  /** The first hop of the attempt that left doubts: the next one keeps off it. */
  firstHop: Neighbour | undefined;
  phase: "first" | "detour" | "direct";
  /** From when on in doubt. */
  search: Search | undefined;
  /** In doubt because nobody had anything: the first good answer ends it. */
  wasEmpty: boolean;
  /** By whom it was said that nothing is there. */
  denials: readonly Source[];
  /** A node that was asked directly and had it. */
  holder: NodeId | undefined;
  /** Something else than what was said before proved true, or somebody was silent when others were not. */
  isContradicted: boolean;
  unanswered: number;
  answered: number;
}

/** A lookup that nothing was asked for yet. */
export function lookupBegun(now: Instant, { patienceMs, ...begun }: LookupPlan): Lookup {
  return {
    ...begun,
    startedAt: now,
    until: after(now, lookupMsMax),
    patientUntil: after(now, patienceMs),
    found: undefined,
    namedBy: undefined,
    firstHop: undefined,
    phase: "first",
    search: undefined,
    wasEmpty: false,
    denials: none,
    holder: undefined,
    isContradicted: false,
    unanswered: 0,
    answered: 0,
  };
}

/** What a lookup of records has come to. */
export function outcomeOf(
  { answered }: Lookup,
  records: readonly VerifiedRecord[],
  neighbourhood: Neighbourhood,
): FetchOutcome {
  if (records.length > 0) return { status: "found", records };
  if (answered > 0) return { status: "not-found" };
  return { status: "failed", reason: neighbourhood.storing().length === 0 ? "no-neighbours" : "timed-out" };
}

/**
 * Whether what has come is enough: all who were asked have answered, or one has where others had not. A copy of our own
 * may lack what the nearest have: it is no answer.
 */
export function isEnough(lookup: Lookup): boolean {
  const { wasEmpty, answered, unanswered } = lookup;
  return (unanswered === 0 || (wasEmpty && answered > 0)) && !isInDoubt(lookup);
}

/** Whether one answer is not enough. */
function isInDoubt({ gathering, owner, found, isBelieved, answered }: Lookup): boolean {
  if (isBelieved && answered > 0) return false;
  return gathering === undefined ? found === undefined : gathering.isInDoubt(owner);
}

/** Whether an answer is one to the question of the lookup, not to where the nearest are. */
export function isSought({ question }: Lookup, { type }: RoutedAnswer): boolean {
  return type !== "findAnswer" || question.type === "find";
}

/** Takes up the nodes that an answer of `by` named. */
export function handleNamed(lookup: Lookup, contacts: readonly Contact[], by: NodeId): void {
  if (lookup.gathering === undefined && lookup.found === undefined) {
    lookup.found = contacts.find(({ nodeId }) => sameId(nodeId, lookup.target));
    lookup.namedBy = by;
  }
  lookup.search?.handleNamed(contacts, by);
}

/** What is to be verified for a lookup; `by`: who brought it. */
export function soughtBy({ request, target, question }: Lookup, by: Source | undefined): Sought {
  const { kind, key } = question.type === "fetch" ? question : { kind: 0, key: undefined };
  return { reference: request, resource: resourceId(target), kind, key, by };
}

/** All of a lookup: the usual way, others, then direct questions over links opened for them, each tried twice. */
const lookupMsMax = 9_000;
