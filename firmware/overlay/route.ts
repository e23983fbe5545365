import { sameId } from "../core/node-id.js";
import type { Destination } from "../wire/kinds/routed.js";
import type { FetchRequest } from "../wire/kinds/fetch.js";
import type { FindRequest } from "../wire/kinds/find.js";
import type { StoreRequest } from "../wire/kinds/store.js";
import { stores, type Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import { popHandle } from "./via.js";

/** Requests that are routed. */
export type RoutedRequest = StoreRequest | FetchRequest | FindRequest;

/** What to do with a request. */
export type RequestRoute =
  | { readonly kind: "deliver" }
  | { readonly kind: "forward"; readonly to: Neighbour; readonly destination: Destination }
  | { readonly kind: "answerError"; readonly status: "no-route" | "hops-exceeded" };

/** What to do with an answer. */
export type AnswerRoute =
  | { readonly kind: "deliver" }
  | { readonly kind: "forward"; readonly to: Neighbour; readonly via: Uint8Array }
  | { readonly kind: "drop"; readonly reason: "stale-handle" };

/**
 * Where a request goes from here. `from` is the neighbour it came from, absent for our own; it never goes back
 * there, nor to the nodes it is to avoid.
 *
 * Hops 0 means "you yourself": the request is answered here, however far from its destination (handovers, questions
 * put directly to one of the nearest nodes). Forwarding never produces it.
 */
export function routeRequest(
  neighbourhood: Neighbourhood,
  request: RoutedRequest,
  from: Neighbour | undefined,
): RequestRoute {
  if (request.hops === 0) return { kind: "deliver" };
  const { destination } = request;
  if (sameId(destination.first, neighbourhood.self)) return routeToClient(neighbourhood, request);
  const target = destination.first;
  const avoid = request.avoid ?? [];
  const eligible = eligibleFor(neighbourhood, request).filter(
    (neighbour) => neighbour !== from && !beginsWithAny(neighbour.nodeId, avoid),
  );
  const to = passesOn(neighbourhood, request)
    ? neighbourhood.topology.nearest(target, eligible, 1)[0]
    : neighbourhood.topology.nextHop(target, eligible);
  if (to === undefined || (from !== undefined && asksWhere(request, to))) return { kind: "deliver" };
  return request.hops === 1
    ? { kind: "answerError", status: "hops-exceeded" }
    : { kind: "forward", to, destination };
}

/** Where an answer goes: back along the handles, each popped by who pushed it. */
export function routeAnswer(neighbourhood: Neighbourhood, via: Uint8Array): AnswerRoute {
  const popped = popHandle(via);
  if (popped === undefined) return { kind: "deliver" };
  const to = neighbourhood.table.byHandle(popped.handle);
  return to === undefined
    ? { kind: "drop", reason: "stale-handle" }
    : { kind: "forward", to, via: popped.rest };
}

/** The head of `destination` is this node: either it is meant itself, or it hands over to a node linked to it. */
function routeToClient(neighbourhood: Neighbourhood, request: RoutedRequest): RequestRoute {
  const { client } = request.destination;
  if (client === undefined) return { kind: "deliver" };
  const to = neighbourhood.table.byNodeId(client);
  if (to === undefined) return { kind: "answerError", status: "no-route" };
  return request.hops === 1
    ? { kind: "answerError", status: "hops-exceeded" }
    : { kind: "forward", to, destination: { first: client } };
}

/** Whether a request asks where a node is that we are linked to: we know, and spare it and the asker a round trip. */
function asksWhere(request: RoutedRequest, { nodeId }: Neighbour): boolean {
  const { first, client } = request.destination;
  return (
    request.type === "find" && request.trace === undefined && client === undefined && sameId(first, nodeId)
  );
}

/** Whether `id` begins with one of the prefixes. */
function beginsWithAny(id: Uint8Array, prefixes: readonly Uint8Array[]): boolean {
  return prefixes.some((prefix) => prefix.every((byte, at) => byte === id[at]));
}

/**
 * Neighbours a request may go to. Records are with nodes that store; a Fetch goes to full peers while there are
 * any, for one that is filling may not have the record yet. A Find goes to nodes that have found their place.
 */
function eligibleFor(neighbourhood: Neighbourhood, request: RoutedRequest): readonly Neighbour[] {
  const storing = neighbourhood.table.all.filter((neighbour) => stores(neighbour.stage));
  if (request.type !== "fetch") return storing;
  const peers = storing.filter((neighbour) => neighbour.stage === "peer");
  return peers.length > 0 || neighbourhood.stage === "peer" ? peers : storing;
}

/**
 * Whether this node cannot answer by itself though it may be the nearest: it is leaving or not yet in its place, or
 * a Fetch reaches it before its records did. It passes on once to the nearest that can; that one does not pass
 * back, for it routes only to nodes that can (the hop limit bounds what stale views could do).
 */
function passesOn(neighbourhood: Neighbourhood, request: RoutedRequest): boolean {
  if (request.type === "find") return false;
  return request.type === "fetch" ? neighbourhood.stage !== "peer" : !stores(neighbourhood.stage);
}
