import type { Endpoint } from "../core/endpoint.js";
import type { NodeId, ResourceId } from "../core/node-id.js";
import { elapsed, type Instant } from "../core/time.js";
import type { Stage } from "../wire/kinds/neighbours.js";
import type { BootstrapReport } from "./bootstrap.js";
import type { OverlayParts } from "./parts.js";

/** A linked node, for `peers`. */
export interface NeighbourDescription {
  readonly nodeId: NodeId;
  readonly userName: string;
  readonly endpoint: Endpoint;
  readonly stage: Stage;
  readonly sinceMs: number;
  readonly srttMs: number;
}

/** A record that is held. */
export interface HeldDescription {
  readonly resource: ResourceId;
  readonly kind: number;
  readonly key: Uint8Array;
  /** Who wrote it: name and node. */
  readonly userName: string;
  readonly nodeId: NodeId;
  readonly generation: number;
  readonly isTombstone: boolean;
}

/** The state of an overlay node, for `status`. */
export interface OverlayDescription {
  readonly stage: Stage;
  readonly nodeId: NodeId;
  readonly neighbours: readonly NeighbourDescription[];
  /**
   * Peers of the overlay, this one included: counted while all are linked, else estimated from the spacing of the
   * nearest.
   */
  readonly peersEstimated: number;
  readonly records: { readonly count: number; readonly bytes: number; readonly bytesMax: number };
  /** The records this node holds for the overlay, tombstones included. */
  readonly held: readonly HeldDescription[];
  readonly published: readonly {
    readonly resource: ResourceId;
    readonly kind: number;
    readonly isStored: boolean;
  }[];
  readonly bootstraps: readonly BootstrapReport[];
  readonly viewsOfJoining: number;
  /** What was dropped or refused, by reason, and what is under way. */
  readonly counts: { readonly [name: string]: number };
}

export function describeParts(now: Instant, parts: OverlayParts): OverlayDescription {
  const { neighbourhood, store, publisher, bootstrap, discovery, join } = parts;
  return {
    stage: neighbourhood.stage,
    nodeId: neighbourhood.self,
    neighbours: neighbourhood.table.all.map(({ nodeId, credential, endpoint, stage, since, srttMs }) => ({
      nodeId,
      userName: credential.userName,
      endpoint,
      stage,
      sinceMs: elapsed(since, now),
      srttMs: Math.round(srttMs),
    })),
    peersEstimated: estimatePeers(parts),
    records: { count: store.all.length, bytes: store.bytes, bytesMax: store.capacityBytes },
    held: store.all.map(({ resource, kind, key, record, owner }) => ({
      resource,
      kind,
      key,
      userName: owner.userName,
      nodeId: owner.nodeId,
      generation: record.generation,
      isTombstone: record.value === null,
    })),
    published: publisher.describe(),
    bootstraps: bootstrap.describe(discovery.counts),
    viewsOfJoining: join.views,
    counts: countsOf(parts),
  };
}

function countsOf(parts: OverlayParts): { readonly [name: string]: number } {
  return {
    requestsUnderWay: parts.requests.size,
    framesHeld: parts.repair.size,
    acksWaiting: parts.acks.size,
    copiesUnderWay: parts.replication.handovers,
    lookupsUnderWay: parts.lookups.size,
    recordsInVerification: parts.verification.size,
    beaconsGreeted: parts.discovery.greetings,
    framesUnprotected: parts.repair.unprotected,
    answersStray: parts.requests.strayAnswers,
    answersWithoutWayBack: parts.router.staleHandles,
    recordsRefused: parts.verification.refused,
    contactsRefused: parts.dialer.refused,
    contactsPending: parts.dialer.pending,
    credentials: parts.credentials.size,
    beaconsHeard: parts.discovery.counts.heard,
    beaconsForeign: parts.discovery.counts.foreign,
    effectsDropped: parts.outbox.dropped,
  };
}

/**
 * All storing nodes while the table has room; else from the density of the siblings: of N evenly spread, the k-th
 * is at k/N.
 */
function estimatePeers({ neighbourhood }: OverlayParts): number {
  const { table, topology, self } = neighbourhood;
  const counted = neighbourhood.storing().length;
  if (table.all.length < table.capacity) return counted;
  const siblings = topology.siblings(table.all);
  const farthest = siblings.at(-1);
  if (farthest === undefined) return counted;
  let share = 0;
  for (let at = 5; at >= 0; at--) share = (share + ((self[at] ?? 0) ^ (farthest.nodeId[at] ?? 0))) / 256;
  return Math.max(counted, Math.round(siblings.length / share));
}
