import assert from "node:assert/strict";
import type { NodeId } from "../../../firmware/core/node-id.js";
import { instant } from "../../../firmware/core/time.js";
import { encodeMessage } from "../../../firmware/wire/message.js";
import { structureOf } from "../../../host-sim/sim/checks.js";
import { Failures } from "../../../host-sim/sim/failures.js";
import { MessageWatch } from "../../../host-sim/sim/message-watch.js";
import { Simulation } from "../../../host-sim/sim/simulation.js";
import type { SimNode } from "../../../host-sim/sim/sim-node.js";
import { SodiumCrypto } from "../../../hal/node/sodium-crypto.js";
import { scenarioOf } from "./overlays.js";

/** An overlay of eight that has settled, with nobody looking anything up. */
function settled(seed: number, nodes = 8): Simulation {
  const scenario = scenarioOf({ nodes, lookupsPerNodeMinute: 0 });
  const simulation = new Simulation({ scenario, seed, crypto: new SodiumCrypto() });
  simulation.start();
  simulation.run(60_000);
  assert.equal(simulation.failures.count, 0);
  return simulation;
}

function holdersOf(simulation: Simulation, owner: SimNode): SimNode[] {
  const holds = (node: SimNode): boolean =>
    node.describe()?.held.some(({ key }) => Buffer.compare(key, owner.nodeId) === 0) === true;
  return simulation.population.living.filter(holds);
}

describe("checkers notice planted faults", function () {
  this.timeout(60_000);

  it("a record is lost when its owner and all who hold it end at once", () => {
    const simulation = settled(1);
    const [first] = simulation.records.kept;
    assert.ok(first !== undefined);
    const { owner } = first;
    for (const node of new Set([owner, ...holdersOf(simulation, owner)])) simulation.crash(node);
    simulation.check();
    assert.ok(simulation.records.lost >= 1);
    assert.ok(simulation.failures.lines().some((line) => line.startsWith("seed 1, record lost: 60.0 s: ")));
    assert.ok(simulation.failures.lines().some((line) => line.includes(owner.name)));
  });

  it("two deaths leave a copy of each record, and repair counts from the death until there are three", () => {
    const simulation = settled(2);
    const owner = simulation.records.kept[0]?.owner;
    assert.ok(owner !== undefined);
    const others = holdersOf(simulation, owner).filter((node) => node !== owner);
    for (const node of others.slice(0, 2)) simulation.crash(node);
    simulation.check();
    assert.equal(simulation.records.lost, 0);
    assert.ok(simulation.records.repairing > 0);
    simulation.run(60_000);
    assert.equal(simulation.records.repairing, 0);
    const slowest = simulation.records.repairSeconds.max;
    assert.ok(slowest > 1 && slowest < 30, `${slowest} s`);
  });

  it("two nodes that are linked to nobody are missed by their siblings and leave a bucket empty", () => {
    const simulation = settled(3);
    const { living } = simulation.population;
    assert.deepEqual(structureOf(living), { siblings: [], buckets: [] });
    const stranger = settled(4).population.living[0];
    assert.ok(stranger !== undefined);
    const { siblings, buckets } = structureOf([...living, stranger]);
    assert.equal(siblings.filter((text) => text.startsWith(`${stranger.name} `)).length > 0, true);
    assert.ok(buckets.length > 0);
  });

  it("a request that goes away from its destination", () => {
    const [near, far] = settled(5).population.living;
    assert.ok(near !== undefined && far !== undefined);
    const failures = new Failures(5);
    const watch = new MessageWatch(failures);
    const passOn = (by: SimNode, to: NodeId): void => {
      const plaintext = encodeMessage({
        type: "find",
        hops: 14,
        transaction: 7,
        destination: { first: near.nodeId },
        via: Uint8Array.of(0, 1),
        count: 1,
      });
      const remote = { address: "10.0.0.1", port: 6084 };
      watch.handleOpened(
        by,
        { at: instant(0), direction: "out", frameBytes: 0, plaintext, remote, nodeId: to },
        1000,
      );
    };
    passOn(far, near.nodeId);
    assert.deepEqual(failures.lines(), []);
    passOn(near, far.nodeId);
    assert.match(failures.lines()[0] ?? "", /^seed 5, I1 progress: 1\.0 s: find 7 at .* goes away/);
    assert.equal(watch.forwarded, 2);
  });

  it("an end of a lookup that nobody began, and one that never comes", () => {
    const simulation = settled(6);
    const [asker, sought] = simulation.population.living;
    assert.ok(asker !== undefined && sought !== undefined);
    simulation.lookups.handleFinished(asker, 99, { status: "not-found" }, 0);
    assert.match(simulation.failures.lines()[0] ?? "", /one answer per request.*lookup 99/);
    simulation.lookups.begin(asker, sought, 0);
    simulation.lookups.checkEnds(60_000);
    assert.match(simulation.failures.lines()[1] ?? "", /never ended/);
  });

  it("shows a few failures of a kind and counts the others", () => {
    const failures = new Failures(9);
    for (let i = 0; i < 12; i++) failures.add(1000 * i, "I7 bounds", `case ${i}`);
    assert.equal(failures.count, 12);
    assert.equal(failures.lines().length, 6);
    assert.equal(failures.lines()[5], "seed 9, I7 bounds: and 7 more");
  });
});
