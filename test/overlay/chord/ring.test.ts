import assert from "node:assert/strict";
import { rounds, seed } from "../../support/seed.js";
import { endangered, lackedParts, lackedSiblings, linksOf, misplaced } from "../invariants.js";
import { at, switchOn } from "../situations.js";
import { assertAllFound, emptyRing, settle, settledRing, someOf } from "./ring.js";

describe(`overlay: a ring in the place of XOR (seed ${seed})`, () => {
  for (const count of [1, 2, 16]) {
    it(`${count} nodes become one ring: all linked, each record on its three successors, all found`, () => {
      const { swarm, nodes, routes } = settledRing(count);
      assert.deepEqual(lackedSiblings(nodes), []);
      assert.deepEqual(lackedParts(nodes), []);
      assertAllFound(swarm, someOf(nodes, rounds(3)), nodes);
      assert.ok(routes.longest <= 2, "one hop, two while the nodes came");
      assert.deepEqual(misplaced(nodes, nodes), []);
    });
  }

  it("deaths are repaired: two copies at every moment, three again on those that follow", () => {
    const { swarm, nodes } = settledRing(10);
    for (const victim of someOf(nodes, rounds(2))) {
      swarm.kill(victim);
      const owners = swarm.living;
      assertAllFound(swarm, [at(owners, 0)], owners.slice(0, 4));
      for (let waitedMs = 0; waitedMs < 15_000 || misplaced(owners, owners).length > 0; waitedMs += 500) {
        assert.ok(waitedMs < 25_000, "repaired");
        assert.deepEqual(endangered(owners, owners), []);
        swarm.run(500);
      }
      assertAllFound(swarm, [at(owners, 1)], owners);
    }
  });

  it("a node that leaves hands its records over first", () => {
    const { swarm, nodes } = settledRing(8);
    const victim = at(nodes, 3);
    swarm.touch(victim, () => {
      victim.overlay.leave(swarm.now);
    });
    assert.ok(swarm.runUntil(() => victim.effects.some(({ kind }) => kind === "left"), 12_000));
    victim.isAlive = false;
    swarm.run(100);
    assert.deepEqual(misplaced(swarm.living, swarm.living), []);
  });

  it("two rings that meet become one, and every name is found from both sides", () => {
    const { swarm } = emptyRing();
    let isBridged = false;
    swarm.links.reaches = (a, b) => isBridged || a.name.length === b.name.length;
    const nodes = switchOn(swarm, 14);
    swarm.run(20_000);
    const sizes = nodes.map((node) => linksOf(node).length);
    assert.deepEqual(sizes, [...Array<number>(10).fill(9), ...Array<number>(4).fill(3)]);
    isBridged = true;
    settle(swarm, nodes);
    assert.deepEqual(lackedSiblings(nodes), []);
    assertAllFound(swarm, [at(nodes, 0), at(nodes, 13)], nodes);
  });
});
