import type { Endpoint } from "../core/endpoint.js";
import type { NodeId, ResourceId } from "../core/node-id.js";
import { elapsed, type Instant } from "../core/time.js";
import type { Stage } from "../wire/kinds/neighbours.js";
import type { BootstrapReport } from "./bootstrap-report.js";
import type { Neighbour } from "./node-table.js";
import type { OverlayParts } from "./parts.js";
import type { RecordStore } from "./record-store.js";
import type { RoleReason } from "./role-state.js";

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
  /** The encoded CBOR item; `null`: removed. */
  readonly value: Uint8Array | null;
  /** What is left of its lifetime, ms. */
  readonly leftMs: number;
  /** Nodes known to hold this generation, this one included. */
  readonly copies: number;
}

/** The state of an overlay node, for `status`. */
export interface OverlayDescription {
  readonly stage: Stage;
  readonly nodeId: NodeId;
  /** Why it is a client or a peer. */
  readonly role: RoleReason;
  /** The peers that serve this client, the one it uses first in front. */
  readonly servedBy: readonly NeighbourDescription[];
  /** The clients this peer serves. */
  readonly clients: readonly NodeId[];
  readonly neighbours: readonly NeighbourDescription[];
  /**
   * Peers of the overlay, this one included: counted while all are linked, else estimated from the spacing of the
   * nearest.
   */
  readonly peersEstimated: number;
  readonly records: { readonly count: number; readonly bytes: number; readonly bytesMax: number };
  /** The records this node holds for the overlay, tombstones included; made when they are asked for. */
  readonly held: readonly HeldDescription[];
  readonly published: readonly {
    readonly resource: ResourceId;
    readonly kind: number;
    readonly isStored: boolean;
  }[];
  /** The ways into the overlay; made when they are asked for. */
  readonly bootstraps: readonly BootstrapReport[];
  readonly viewsOfJoining: number;
  /** What was dropped or refused, by reason, and what is under way. */
  readonly counts: { readonly [name: string]: number };
}

/** `messagesDropped`: of neighbours that said too much. */
export function describeParts(
  now: Instant,
  parts: OverlayParts,
  messagesDropped: number,
): OverlayDescription {
  const { neighbourhood, store, publisher, bootstrap, discovery, join, role, association } = parts;
  return {
    stage: neighbourhood.stage,
    role: role.reason,
    nodeId: neighbourhood.self,
    servedBy: association.associates.map((each) => describeNeighbour(now, each)),
    clients: neighbourhood.clients.all.map(({ nodeId }) => nodeId),
    neighbours: neighbourhood.table.all.map((each) => describeNeighbour(now, each)),
    peersEstimated: estimatePeers(parts),
    records: { count: store.all.length, bytes: store.bytes, bytesMax: store.capacityBytes },
    get held() {
      return heldBy(now, store);
    },
    published: publisher.entries.map(({ publication: { resource, kind }, isStored }) => {
      return { resource, kind, isStored };
    }),
    get bootstraps() {
      return bootstrap.describe(now, discovery.counts);
    },
    viewsOfJoining: join.views,
    counts: { ...countsOf(now, parts), messagesDropped },
  };
}

function describeNeighbour(now: Instant, neighbour: Neighbour): NeighbourDescription {
  const { nodeId, credential, endpoint, stage, since, srttMs } = neighbour;
  const sinceMs = elapsed(since, now);
  return { nodeId, userName: credential.userName, endpoint, stage, sinceMs, srttMs: Math.round(srttMs) };
}

function heldBy(now: Instant, store: RecordStore): HeldDescription[] {
  return store.all.map(({ resource, kind, key, record, owner, until, holders }) => ({
    resource,
    kind,
    key,
    userName: owner.userName,
    nodeId: owner.nodeId,
    generation: record.generation,
    isTombstone: record.value === null,
    value: record.value,
    leftMs: Math.max(0, elapsed(now, until)),
    copies: holders.length + 1,
  }));
}

function countsOf(now: Instant, parts: OverlayParts): { readonly [name: string]: number } {
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
    lookupsRetried: parts.requests.lookupsRetried,
    answersWithoutWayBack: parts.router.staleHandles,
    tunnelFramesPassedOn: parts.tunnelCounts.passedOn,
    tunnelFramesDropped: parts.tunnelCounts.dropped,
    recordsLent: parts.lending.lent,
    recordsRefused: parts.verification.refused,
    contactsRefused: parts.dialer.refused,
    contactsPending: parts.dialer.pending,
    credentials: parts.credentials.size,
    beaconsHeard: parts.discovery.counts.heard,
    beaconsForeign: parts.discovery.counts.foreign,
    effectsDropped: parts.outbox.dropped,
    guests: parts.guests.size,
    pointers: parts.pointers.size,
    loans: parts.loans.size,
    ...parts.recordQuestions.counts,
    ownCopiesMissing: parts.ownCopies.missing,
    suspects: parts.requests.suspicions?.count(now) ?? 0,
  };
}

/** All storing nodes while the table has room; else from the density of the siblings. */
function estimatePeers({ neighbourhood }: OverlayParts): number {
  const { table, topology } = neighbourhood;
  const counted = neighbourhood.storing().length;
  return table.all.length < table.capacity ? counted : Math.max(counted, topology.estimate(table.all));
}
