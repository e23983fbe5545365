import assert from "node:assert/strict";
import { seed } from "../../support/seed.js";
import {
  assertAllFound,
  emptyRing,
  hopsBound,
  linkUp,
  settle,
  settledRing,
  someOf,
} from "../../overlay/chord/ring.js";
import { endangered, misplaced } from "../../overlay/invariants.js";
import { at, switchOn } from "../../overlay/situations.js";

describe(`a ring of more nodes than a table has rows (seed ${seed})`, function () {
  this.timeout(180_000);

  it("60 nodes join, register and find each other within the hops of a ring; deaths are repaired", () => {
    const { swarm, nodes, routes, refusals } = settledRing(60);
    const joinedMs = swarm.now;
    linkUp(swarm);
    const linkedMs = swarm.now;
    routes.longest = 0;
    assertAllFound(swarm, someOf(nodes, 3), nodes);
    const { longest } = routes;
    assert.ok(longest >= 2 && longest <= hopsBound(60), `${longest} hops`);
    assert.ok(refusals.refusals > 0, "tables were full");
    for (const victim of someOf(nodes, 10)) swarm.kill(victim);
    const { living } = swarm;
    const killedAt = swarm.now;
    assertAllFound(swarm, [at(living, 7)], someOf(living, 10));
    settle(swarm, living);
    const repairedMs = swarm.now - killedAt;
    assert.deepEqual(endangered(living, living), []);
    linkUp(swarm);
    const relinkedMs = swarm.now - killedAt;
    assert.deepEqual(misplaced(living, living), [], "I4");
    assertAllFound(swarm, [at(living, 3)], living);
    console.log(
      `      joined ${joinedMs} ms, linked ${linkedMs} ms, ${longest} hops at most, ${refusals.refusals} refusals; ` +
        `ten deaths: records whole in ${repairedMs} ms, links in ${relinkedMs} ms`,
    );
  });

  it("two rings of 18 that meet become one of 36: no record lost, every name found", () => {
    const { swarm, routes } = emptyRing();
    let isBridged = false;
    const sideOf = (name: string): number => Number(name.slice("phone".length)) % 2;
    swarm.links.reaches = (a, b) => isBridged || sideOf(a.name) === sideOf(b.name);
    const nodes = switchOn(swarm, 36);
    swarm.run(25_000);
    isBridged = true;
    const metAt = swarm.now;
    settle(swarm, nodes);
    const placedMs = swarm.now - metAt;
    linkUp(swarm);
    routes.longest = 0;
    assertAllFound(swarm, [at(nodes, 0), at(nodes, 35)], nodes);
    assert.ok(routes.longest <= hopsBound(36));
    console.log(`      records in place after ${placedMs} ms, ${routes.longest} hops at most`);
  });
});
