import { resourceId, sameId, type NodeId, type ResourceId } from "../core/node-id.js";
import type { Instant } from "../core/time.js";
import type { Contact } from "../wire/kinds/contact.js";
import type { Neighbour } from "./node-table.js";
import type { RecordGathering } from "./record-gathering.js";
import type { Sought } from "./record-verification.js";
import type { Question } from "./request.js";
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
  readonly until: Instant;
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
  unanswered: number;
  answered: number;
}

/** Whether one answer is not enough. */
export function isInDoubt({ gathering, owner, found, isBelieved, answered }: Lookup): boolean {
  if (isBelieved && answered > 0) return false;
  return gathering === undefined ? found === undefined : gathering.isInDoubt(owner);
}

/** Takes up the nodes that an answer of `by` named. */
export function handleNamed(lookup: Lookup, contacts: readonly Contact[], by: NodeId): void {
  if (lookup.gathering === undefined && lookup.found === undefined) {
    lookup.found = contacts.find(({ nodeId }) => sameId(nodeId, lookup.target));
    lookup.namedBy = by;
  }
  lookup.search?.handleNamed(contacts, by);
}

/** What is to be verified for a lookup. */
export function soughtBy({ request, target, question }: Lookup): Sought {
  const { kind, key } = question.type === "fetch" ? question : { kind: 0, key: undefined };
  return { reference: request, resource: resourceId(target), kind, key };
}
