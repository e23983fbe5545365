import assert from "node:assert/strict";
import { chartOf, linksOf, walk, type Chart } from "../../overlay/chart.js";
import { Swarm } from "../../overlay/swarm.js";
import type { NodeMaking } from "../../overlay/swarm.js";
import type { SwarmNode } from "../../overlay/swarm-node.js";
import { MutationSource, seed } from "../../support/seed.js";

/** Switches `count` nodes on, five a second, each knowing the address of one that was there before; no beacons. */
function grow(swarm: Swarm, count: number, how: { name: string; making?: NodeMaking }): SwarmNode[] {
  const source = new MutationSource();
  const nodes: SwarmNode[] = [];
  for (let n = 0; n < count; n++) {
    const node = swarm.add(`${how.name}${n}`, how.making);
    const before = nodes[source.below(Math.max(1, nodes.length))];
    swarm.start(node, { remembered: before === undefined ? [] : [before.endpoint] });
    nodes.push(node);
    swarm.run(200);
  }
  return nodes;
}

function bytesOf(nodes: readonly SwarmNode[]): number {
  return nodes.reduce((sum, { bytesOut }) => sum + bytesOut, 0);
}

function isWhole({ emptyBuckets, missingSiblings, oneSided }: Chart): boolean {
  return emptyBuckets + missingSiblings + oneSided === 0;
}

/** Whether all links there should be have come about within `seconds`. */
function becomesWhole(swarm: Swarm, seconds: number): boolean {
  const until = swarm.now + 1000 * seconds;
  while (swarm.now < until) {
    swarm.run(1_000);
    if (isWhole(chartOf(linksOf(swarm.living)))) return true;
  }
  return false;
}

/** Nodes die one after the other: those to whom it matters are linked to others within 15 s. */
function letDie(swarm: Swarm, count: number): void {
  const source = new MutationSource();
  for (let death = 0; death < count; death++) {
    const victim = swarm.living[source.below(swarm.living.length)];
    assert.ok(victim !== undefined);
    swarm.kill(victim);
    swarm.run(15_000);
    assert.equal(chartOf(linksOf(swarm.living)).missingSiblings, 0, "I3");
    assert.equal(walk(linksOf(swarm.living), source, 1_000).arrivedPercent, 100);
    swarm.run(40_000);
    assert.ok(isWhole(chartOf(linksOf(swarm.living))), "I2");
  }
}

describe(`overlays of more nodes than a table has rows (seed ${seed})`, () => {
  it("60 phones: all links that are needed, all requests arrive, little is said at rest, deaths are repaired", () => {
    const swarm = new Swarm();
    swarm.links.hasLan = false;
    const nodes = grow(swarm, 60, { name: "phone" });
    assert.ok(becomesWhole(swarm, 60), "I2 and I3");
    swarm.run(60_000);
    const walks = walk(linksOf(nodes), new MutationSource(), 2_000);
    assert.equal(walks.arrivedPercent, 100);
    assert.ok(walks.hopsMean <= Math.log2(60) / 2);
    const before = bytesOf(nodes);
    swarm.run(120_000);
    const perMinute = (bytesOf(nodes) - before) / nodes.length / 2;
    const chart = chartOf(linksOf(nodes));
    console.log(`      ${JSON.stringify(chart)} ${JSON.stringify(walks)} ${perMinute.toFixed(0)} B/min`);
    assert.ok(perMinute < 3_000);
    assert.ok(isWhole(chart), "and stays so");
    assert.ok(chart.rowsMean < 31, "some rows stay free");
    letDie(swarm, 3);
  });

  it("two overlays of 40 that meet through one link are one within 40 s", () => {
    const swarm = new Swarm();
    swarm.links.hasLan = false;
    let isBridged = false;
    swarm.links.reaches = (a, b) => isBridged || a.name.startsWith("a") === b.name.startsWith("a");
    const [first] = grow(swarm, 40, { name: "a" });
    const [second] = grow(swarm, 40, { name: "b" });
    swarm.run(60_000);
    assert.ok(first !== undefined && second !== undefined);
    assert.ok(walk(linksOf(swarm.living), new MutationSource(), 1_000).arrivedPercent < 70, "two of them");
    const before = bytesOf(swarm.nodes);
    isBridged = true;
    swarm.links.establish(first, second);
    const startedAt = swarm.now;
    assert.ok(becomesWhole(swarm, 40));
    const bytes = (bytesOf(swarm.nodes) - before) / swarm.nodes.length;
    console.log(`      one after ${swarm.now - startedAt} ms, ${bytes.toFixed(0)} B a node`);
    assert.equal(walk(linksOf(swarm.living), new MutationSource(), 1_000).arrivedPercent, 100);
  });
});
