import { responsibleMax } from "../core/limits.js";
import type { Status } from "../wire/kinds/routed.js";
import type { StoreAnswer } from "../wire/kinds/store.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import type { PublishedRecord } from "./publication.js";

/** Whether a record that was refused is not wrong, but one too many where it was put. */
export function hasNoRoom(status: Status): boolean {
  return status === "full" || status === "quota" || status === "neighbour-quota";
}

/**
 * Who is asked next when a record of ours was refused for want of room: one of those that the full store names, or else
 * of those near enough to hold it, another one each time. `undefined`: whoever is responsible, as before.
 */
export function nextToAsk(
  neighbourhood: Neighbourhood,
  { publication, failures }: Pick<PublishedRecord, "publication" | "failures">,
  { status, candidates = [] }: Pick<StoreAnswer, "status" | "candidates">,
): Neighbour | undefined {
  if (!hasNoRoom(status)) return undefined;
  const { table, topology } = neighbourhood;
  const named = candidates.flatMap(({ nodeId }) => table.byNodeId(nodeId) ?? []);
  if (named.length > 0) return named[failures % named.length];
  const others = neighbourhood.storing().filter((member) => !neighbourhood.isSelf(member));
  const near = topology.nearest(publication.resource, others, responsibleMax);
  const next = near[(failures + 1) % Math.max(1, near.length)];
  return next === undefined ? undefined : neighbourhood.neighbourOf(next);
}
