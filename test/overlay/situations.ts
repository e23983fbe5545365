import assert from "node:assert/strict";
import { areAllPeers, isFullMesh, isReplicated } from "./checks.js";
import { Swarm } from "./swarm.js";
import type { SwarmNode } from "./swarm-node.js";

/** `count` phones switched on at one time, each publishing its registration. */
export function switchOn(swarm: Swarm, count: number): SwarmNode[] {
  const nodes: SwarmNode[] = [];
  for (let i = 0; i < count; i++) nodes.push(swarm.add(`phone${i}`));
  for (const node of nodes) swarm.start(node);
  for (const node of nodes) swarm.publish(node);
  return nodes;
}

/** Whether all are linked, are peers, and every owner's record is where it belongs. */
export function isSettled(swarm: Swarm, owners: readonly SwarmNode[]): boolean {
  const { living } = swarm;
  return isFullMesh(living) && areAllPeers(living) && isReplicated(living, owners);
}

/** `count` phones that have meshed and placed their records. */
export function settled(count: number, seed?: number): { swarm: Swarm; nodes: SwarmNode[] } {
  const swarm = new Swarm(seed);
  const nodes = switchOn(swarm, count);
  assert.ok(
    swarm.runUntil(() => isSettled(swarm, nodes), 60_000),
    "the overlay settles",
  );
  swarm.run(10_000);
  assert.ok(isSettled(swarm, nodes), "and stays so");
  return { swarm, nodes };
}

/** The node at a place in a list that is known to be long enough. */
export function at(nodes: readonly SwarmNode[], place: number): SwarmNode {
  const node = nodes.at(place);
  assert.ok(node !== undefined);
  return node;
}
