import assert from "node:assert/strict";
import { ownWatchesMax, requestsMax } from "../../firmware/core/limits.js";
import { idKey } from "../../firmware/core/node-id.js";
import { instant, type Instant } from "../../firmware/core/time.js";
import type { Message } from "../../firmware/wire/message.js";
import type { SwarmNode } from "./swarm-node.js";

/** I1: a full peer passes a request only to a node strictly nearer its destination. */
export function checkProgress(from: SwarmNode, to: SwarmNode, message: Message): void {
  if (!("hops" in message) || message.type === "tunnel") return;
  if (message.hops === 0 || message.via.length === 0) return;
  if (from.overlay.describe(instant(0)).stage !== "peer") return;
  const target = message.destination.first;
  assert.ok(from.topology.order(target, to.keyRing.nodeId, from.keyRing.nodeId) < 0, "I1: strictly nearer");
}

/** I7: every table within its bound, and no effect lost. */
export function checkBounds(node: SwarmNode, now: Instant): void {
  const { neighbours, records, counts } = node.overlay.describe(now);
  const isWithin = (name: string, most: number): void => {
    const count = counts[name];
    assert.ok(count !== undefined && count <= most, `I7: ${name} ${count}`);
  };
  assert.ok(neighbours.length <= node.limits.neighbours, "I7: rows");
  assert.ok(records.bytes <= records.bytesMax, "I7: record bytes");
  isWithin("requestsUnderWay", requestsMax);
  isWithin("framesHeld", node.limits.heldFrames);
  isWithin("contactsPending", node.limits.hearsay + 16);
  isWithin("credentials", node.limits.credentials);
  isWithin("watches", node.limits.watches);
  isWithin("watched", ownWatchesMax);
  isWithin("effectsDropped", 0);
}

/** Living nodes that hold the record of `owner`. */
export function holdersOf(living: readonly SwarmNode[], owner: SwarmNode): SwarmNode[] {
  const key = idKey(owner.keyRing.nodeId);
  return living.filter((node) =>
    node.overlay.describe(instant(0)).held.some((held) => idKey(held.key) === key && !held.isTombstone),
  );
}

/** The three living nodes most responsible for a resource. */
export function nearestTo(living: readonly SwarmNode[], resource: Uint8Array): SwarmNode[] {
  const nearestFirst = [...living].sort((a, b) =>
    a.topology.order(resource, a.keyRing.nodeId, b.keyRing.nodeId),
  );
  return nearestFirst.slice(0, 3);
}

/** I3: every pair of living nodes is linked. */
export function isFullMesh(living: readonly SwarmNode[]): boolean {
  return living.every((node) => node.overlay.describe(instant(0)).neighbours.length >= living.length - 1);
}

/** I4: each owner's record is on its three nearest nodes (all, where there are fewer). */
export function isReplicated(living: readonly SwarmNode[], owners: readonly SwarmNode[]): boolean {
  return owners.every((owner) => {
    const holders = holdersOf(living, owner);
    return nearestTo(living, owner.resource).every((node) => holders.includes(node));
  });
}

/** Whether every living node has joined. */
export function areAllPeers(living: readonly SwarmNode[]): boolean {
  return living.every((node) => node.overlay.describe(instant(0)).stage === "peer");
}
