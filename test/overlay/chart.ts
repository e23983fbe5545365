import { siblingsMax } from "../../firmware/core/limits.js";
import { compareDistance, idKey, sharedBits } from "../../firmware/core/node-id.js";
import { instant } from "../../firmware/core/time.js";
import type { MutationSource } from "../support/seed.js";
import type { SwarmNode } from "./swarm-node.js";

/** How well the links of an overlay serve it, as seen from outside. */
export interface Chart {
  /** Pairs of a node and a bucket that has peers, and it has a link to none of them (I2). */
  readonly emptyBuckets: number;
  /** Pairs of a node and one of its nearest peers that are not linked (I3). */
  readonly missingSiblings: number;
  /** Rows for a node that has none in return. */
  readonly oneSided: number;
  readonly rowsMean: number;
  readonly rowsMost: number;
}

/** What became of requests that follow the links from node to node. */
export interface Walks {
  /** Of 100. */
  readonly arrivedPercent: number;
  readonly hopsMean: number;
  readonly hopsMost: number;
}

/** The neighbours of each node. */
export type Links = ReadonlyMap<SwarmNode, readonly SwarmNode[]>;

export function linksOf(living: readonly SwarmNode[]): Links {
  const byId = new Map(living.map((node) => [idKey(node.keyRing.nodeId), node]));
  const links = new Map<SwarmNode, readonly SwarmNode[]>();
  for (const node of living) {
    const { neighbours } = node.overlay.describe(instant(0));
    const found = neighbours.map(({ nodeId }) => byId.get(idKey(nodeId)));
    links.set(
      node,
      found.filter((other) => other !== undefined),
    );
  }
  return links;
}

export function chartOf(links: Links): Chart {
  const living = [...links.keys()];
  let [emptyBuckets, missingSiblings, oneSided, rows, rowsMost] = [0, 0, 0, 0, 0];
  for (const [node, neighbours] of links) {
    rows += neighbours.length;
    rowsMost = Math.max(rowsMost, neighbours.length);
    const linked = new Set(neighbours);
    emptyBuckets += countBuckets(node, living) - countBuckets(node, neighbours);
    for (const near of nearestOthers(node, living)) if (!linked.has(near)) missingSiblings++;
    for (const other of neighbours) if (links.get(other)?.includes(node) !== true) oneSided++;
  }
  return { emptyBuckets, missingSiblings, oneSided, rowsMean: rows / living.length, rowsMost };
}

/** Sends `count` requests from random nodes to the places of others, along the links as they are. */
export function walk(links: Links, source: MutationSource, count: number): Walks {
  const living = [...links.keys()];
  let [arrived, hops, hopsMost] = [0, 0, 0];
  for (let n = 0; n < count; n++) {
    const target = Uint8Array.from({ length: 16 }, () => source.below(256));
    const goal = nearest(living, target);
    let at = living[source.below(living.length)];
    let length = 0;
    while (at !== undefined && at !== goal) {
      const next: SwarmNode | undefined = nearest([at, ...(links.get(at) ?? [])], target);
      if (next === at) break;
      at = next;
      length++;
    }
    if (at !== goal) continue;
    arrived++;
    hops += length;
    hopsMost = Math.max(hopsMost, length);
  }
  return { arrivedPercent: (100 * arrived) / count, hopsMean: hops / Math.max(1, arrived), hopsMost };
}

function nearest(nodes: readonly SwarmNode[], target: Uint8Array): SwarmNode | undefined {
  let best = nodes[0];
  for (const node of nodes) {
    if (best !== undefined && compareDistance(target, node.keyRing.nodeId, best.keyRing.nodeId) < 0)
      best = node;
  }
  return best;
}

/** The nodes it should be linked to whatever else changes; of a small table there are fewer. */
function nearestOthers(node: SwarmNode, living: readonly SwarmNode[]): SwarmNode[] {
  const members = living.filter((other) => other !== node).map((other) => ({ ...memberOf(other), other }));
  const most = Math.max(1, Math.min(siblingsMax, node.limits.neighbours - 2));
  return node.topology.nearest(node.keyRing.nodeId, members, most).map(({ other }) => other);
}

function memberOf({ keyRing }: SwarmNode): { nodeId: SwarmNode["keyRing"]["nodeId"]; stage: "peer" } {
  return { nodeId: keyRing.nodeId, stage: "peer" };
}

function countBuckets(node: SwarmNode, others: readonly SwarmNode[]): number {
  const buckets = new Set<number>();
  for (const other of others)
    if (other !== node) buckets.add(sharedBits(node.keyRing.nodeId, other.keyRing.nodeId));
  return buckets.size;
}
