import type { Instant } from "../core/time.js";
import type { FetchAnswer } from "../wire/kinds/fetch.js";
import type { Lookup } from "./lookup-state.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Source, Verified } from "./record-verification.js";
import type { Requests } from "./request.js";

/** What evidence is taken with, and where it is kept. */
interface EvidenceParts {
  readonly neighbourhood: Neighbourhood;
  readonly requests: Requests;
}

/** Notes by whom a record came, and whether its signature was what it should be. */
export function noteRecord(now: Instant, requests: Requests, lookup: Lookup, { record, by }: Verified): void {
  if (by === undefined) return;
  const { nodeId } = by.neighbour;
  if (record === undefined) {
    requests.suspect().note(now, nodeId, "spoiled");
    lookup.isContradicted = true;
  } else {
    requests.suspicions?.clear(now, nodeId);
    if (by.isDirect) lookup.holder = nodeId;
  }
}

/** Notes who says that nothing is there. */
export function noteDenial(lookup: Lookup, { records }: FetchAnswer, by: Source | undefined): void {
  if (records.length === 0 && by !== undefined) lookup.denials = [...lookup.denials, by];
}

/**
 * A lookup has found something: who said that nothing is there was wrong. Of those that were asked directly that holds
 * only for who is nearer than a node that has it, for the others need not have it.
 */
export function noteFound(now: Instant, { neighbourhood, requests }: EvidenceParts, lookup: Lookup): void {
  const { target, holder, denials } = lookup;
  for (const { neighbour, isDirect } of denials) {
    const { nodeId } = neighbour;
    if (isDirect && (holder === undefined || neighbourhood.topology.order(target, nodeId, holder) > 0))
      continue;
    requests.suspect().note(now, nodeId, "denial");
    lookup.isContradicted = true;
  }
  if (lookup.isContradicted) requests.suspect().handleFound(now, true);
  else requests.suspicions?.handleFound(now, false);
}
