import { requestsMax, siblingsMax } from "../../firmware/core/limits.js";
import { idKey, sharedBits } from "../../firmware/core/node-id.js";
import type { OverlayDescription } from "../../firmware/overlay/overlay.js";
import type { Failures } from "./failures.js";
import { capacities } from "./node-size.js";
import { nearestTo } from "./record-model.js";
import type { SimNode } from "./sim-node.js";

/** I7: every table of a node is within its bound, and nothing a machine said was lost. */
export function checkBounds(node: SimNode, atMs: number, failures: Failures): void {
  const description = node.describe();
  if (description === undefined) return;
  const { links, overlay } = capacities[node.size];
  const { neighbours, records, counts } = description;
  const occupancy = node.occupancy();
  const bounds: readonly (readonly [string, number | undefined, number])[] = [
    ["links", occupancy["links"] ?? occupancy["rows"], links.rows],
    ["neighbours", neighbours.length, overlay.neighbours],
    ["record bytes", records.bytes, overlay.storeBytes],
    ["requests under way", counts["requestsUnderWay"], requestsMax],
    ["frames held", counts["framesHeld"], overlay.heldFrames],
    ["credentials", counts["credentials"], overlay.credentials],
    ["contacts pending", counts["contactsPending"], overlay.hearsay + bootstrapRoom],
    ["effects dropped", counts["effectsDropped"], 0],
    ["messages not captured", node.drops().get("capture-queue-full"), 0],
  ];
  for (const [what, count, most] of bounds)
    if (count !== undefined && count > most)
      failures.add(atMs, "I7 bounds", `${node.name}: ${count} ${what}, at most ${most} are allowed`);
}

/** What is not as it is to be once nothing has changed for a while; each line names a node. */
export interface Structure {
  /** Peers that are not linked to one of their 8 nearest. */
  readonly siblings: readonly string[];
  /** Peers without a link into a part of the overlay where there is a peer. */
  readonly buckets: readonly string[];
}

/** I2 and I3 against all living peers that can reach each other. */
export function structureOf(peers: readonly SimNode[]): Structure {
  const siblings: string[] = [];
  const buckets: string[] = [];
  for (const node of peers) {
    const description = node.describe();
    if (description === undefined) continue;
    const others = peers.filter((peer) => peer !== node);
    const linked = linkedKeys(description);
    const missing = nearestTo(node.nodeId, others, siblingsMax).find(
      (peer) => !linked.has(idKey(peer.nodeId)),
    );
    if (missing !== undefined) siblings.push(`${node.name} is not linked to ${missing.name}`);
    const empty = emptyBucket(node, others, linked);
    if (empty !== undefined) buckets.push(`${node.name} has no link into its bucket ${empty}`);
  }
  return { siblings, buckets };
}

function linkedKeys({ neighbours }: OverlayDescription): ReadonlySet<string> {
  return new Set(neighbours.map(({ nodeId }) => idKey(nodeId)));
}

/** The first bucket with a peer in it and no link. */
function emptyBucket(
  node: SimNode,
  others: readonly SimNode[],
  linked: ReadonlySet<string>,
): number | undefined {
  const there = new Set<number>();
  const reached = new Set<number>();
  for (const peer of others) {
    const bucket = sharedBits(node.nodeId, peer.nodeId);
    there.add(bucket);
    if (linked.has(idKey(peer.nodeId))) reached.add(bucket);
  }
  return [...there].sort((a, b) => a - b).find((bucket) => !reached.has(bucket));
}

/** Addresses to begin with wait beside the contacts of others. */
const bootstrapRoom = 16;
