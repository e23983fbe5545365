import assert from "node:assert/strict";
import { areAllPeers, isFullMesh } from "../checks.js";
import { lackedParts, lackedSiblings, misplaced, RefusalWatch, RouteWatch } from "../invariants.js";
import { at, switchOn } from "../situations.js";
import { Swarm } from "../swarm.js";
import type { SwarmNode } from "../swarm-node.js";
import { ChordTopology } from "./chord-topology.js";

/** A swarm whose nodes have the ring for a topology, and what watches it. */
export interface Ring {
  readonly swarm: Swarm;
  readonly nodes: readonly SwarmNode[];
  readonly routes: RouteWatch;
  readonly refusals: RefusalWatch;
}

/** A ring without nodes yet. */
export function emptyRing(seed?: number): Omit<Ring, "nodes"> {
  const swarm = new Swarm(seed, (self, rows) => new ChordTopology(self, rows));
  return { swarm, routes: new RouteWatch(swarm), refusals: new RefusalWatch(swarm) };
}

/** `count` nodes of a ring that have joined and placed their records. */
export function settledRing(count: number, seed?: number): Ring {
  const ring = emptyRing(seed);
  const nodes = switchOn(ring.swarm, count);
  settle(ring.swarm, nodes);
  return { ...ring, nodes };
}

/** Runs until all are peers, linked if their tables hold all, and every record is where it belongs (I4). */
export function settle(swarm: Swarm, owners: readonly SwarmNode[]): void {
  waitFor(swarm, 500, () => {
    const { living } = swarm;
    if (!areAllPeers(living) || misplaced(living, owners).length > 0) return [];
    return living.length > meshMax || isFullMesh(living) ? undefined : [];
  });
}

/** Runs until every node has links to its siblings and into each part of the ring (I2, I3). */
export function linkUp(swarm: Swarm): void {
  waitFor(swarm, 4_000, () => {
    const lacks = [...lackedSiblings(swarm.living), ...lackedParts(swarm.living)];
    return lacks.length === 0 ? undefined : lacks;
  });
}

/** Runs until nothing is missing, looking every `stepMs`; what is missing in the end is told. */
function waitFor(swarm: Swarm, stepMs: number, missing: () => unknown): void {
  for (let waitedMs = 0; ; waitedMs += stepMs) {
    const lacking = missing();
    if (lacking === undefined) return;
    if (waitedMs >= patienceMs) assert.deepEqual(lacking, undefined);
    swarm.run(stepMs);
  }
}

/** Each of `askers` finds the record of every owner, at the first request or in doubt. */
export function assertAllFound(
  swarm: Swarm,
  askers: readonly SwarmNode[],
  owners: readonly SwarmNode[],
): void {
  for (const asker of askers) {
    for (const owner of owners) {
      const { outcome } = swarm.fetch(asker, owner.userName);
      assert.ok(outcome.status === "found", `${asker.name} looks up ${owner.name}: ${outcome.status}`);
      assert.equal(outcome.records[0]?.credential.userName, owner.userName);
    }
  }
}

/** Hops that a ring of `count` nodes may need: two halve what is left of the way, and the last ones are siblings. */
export function hopsBound(count: number): number {
  return Math.max(1, Math.ceil(2 * Math.log2(count)));
}

/** Some of the nodes, evenly spread over the list. */
export function someOf(nodes: readonly SwarmNode[], count: number): SwarmNode[] {
  const step = Math.max(1, Math.floor(nodes.length / count));
  return [...Array(Math.min(count, nodes.length)).keys()].map((n) => at(nodes, n * step));
}

/** A table of 32 rows holds links to all others in an overlay of so many. */
const meshMax = 33;
/** Surveys that find what a lost link is replaced by are a minute or more apart, and the links of both ends change. */
const patienceMs = 300_000;
