import assert from "node:assert/strict";
import { MutationSource, rounds, seed } from "../support/seed.js";
import { areAllPeers, holdersOf, isFullMesh, isReplicated, nearestTo } from "./checks.js";
import { at, isSettled, settled, switchOn } from "./situations.js";
import { Swarm } from "./swarm.js";

describe(`overlay: joining (seed ${seed})`, () => {
  for (const count of [1, 2, 3, 8, 24]) {
    it(`${count} phones become one overlay: a full mesh, each record on its three nearest`, () => {
      const swarm = new Swarm();
      const nodes = switchOn(swarm, count);
      const startedAt = swarm.now;
      assert.ok(
        swarm.runUntil(() => isFullMesh(swarm.living), 10_000),
        "full mesh within 10 s",
      );
      const meshMs = swarm.now - startedAt;
      assert.ok(
        swarm.runUntil(() => areAllPeers(swarm.living), 20_000),
        "all are peers",
      );
      assert.ok(
        swarm.runUntil(() => isReplicated(swarm.living, nodes), 20_000),
        "I4",
      );
      const messages = [...swarm.links.sent].map(([type, n]) => `${type} ${n}`).join(", ");
      console.log(`      mesh ${meshMs} ms, placed ${swarm.now - startedAt} ms; ${messages}`);
      for (const node of nodes) {
        const { outcome } = swarm.fetch(at(nodes, 0), node.userName);
        assert.ok(outcome.status === "found");
        assert.equal(outcome.records[0]?.credential.userName, node.userName);
      }
    });
  }

  it("the mesh needs no beacons where one address is known", () => {
    const swarm = new Swarm();
    swarm.links.hasLan = false;
    const nodes = Array.from({ length: 12 }, (_, i) => swarm.add(`phone${i}`));
    const configured = [at(nodes, 0).endpoint];
    for (const node of nodes) swarm.start(node, { configured });
    assert.ok(swarm.runUntil(() => isFullMesh(swarm.living) && areAllPeers(swarm.living), 60_000));
    const [first, ...others] = nodes.map((node) => node.overlay.describe(swarm.now).bootstraps);
    assert.equal(first?.[0]?.outcome, "own-node");
    for (const reports of others) assert.equal(reports[0]?.outcome, "linked");
    assert.equal(others[0]?.[1]?.outcome, "silence");
  });

  it("a phone that nobody answers is an overlay of one and says why", () => {
    const swarm = new Swarm();
    const node = swarm.add("alone");
    swarm.start(node, { configured: [{ address: "10.9.9.9", port: 6084 }] });
    assert.ok(swarm.runUntil(() => areAllPeers(swarm.living), 10_000));
    swarm.run(1_000);
    const { bootstraps } = node.overlay.describe(swarm.now);
    assert.deepEqual(
      bootstraps.map(({ method, outcome, text }) => [method, outcome, text]),
      [
        ["configured", "no-answer", "nobody answers there"],
        [
          "beacon",
          "silence",
          "none was heard; nobody else is on this LAN, or it carries neither multicast nor broadcast",
        ],
      ],
    );
  });

  it("a phone that comes later gets its place, its records and finds everyone", () => {
    const { swarm, nodes } = settled(8);
    const late = swarm.add("late");
    swarm.start(late);
    swarm.publish(late);
    const all = [...nodes, late];
    assert.ok(swarm.runUntil(() => isSettled(swarm, all), 15_000));
    for (const node of nodes) assert.equal(swarm.fetch(late, node.userName).outcome.status, "found");
    for (const node of nodes) assert.equal(swarm.fetch(node, "late").outcome.status, "found");
  });

  it("copies that are not needed any more go, 60 s after they were handed on", () => {
    const { swarm, nodes } = settled(8);
    for (let i = 0; i < 8; i++) swarm.start(swarm.add(`later${i}`));
    assert.ok(swarm.runUntil(() => isFullMesh(swarm.living) && areAllPeers(swarm.living), 30_000));
    swarm.run(150_000);
    for (const owner of nodes) {
      const holders = holdersOf(swarm.living, owner)
        .map(({ name }) => name)
        .sort();
      const nearest = nearestTo(swarm.living, owner.resource)
        .map(({ name }) => name)
        .sort();
      assert.deepEqual(holders, nearest, `copies of ${owner.name}`);
    }
  });

  it("with 5 % of all frames lost it takes a little longer", () => {
    const swarm = new Swarm();
    swarm.links.weather = { delayMs: 3, jitterMs: 10, lossPercent: 5 };
    const nodes = switchOn(swarm, 24);
    const startedAt = swarm.now;
    assert.ok(
      swarm.runUntil(() => isFullMesh(swarm.living) && areAllPeers(swarm.living), 60_000),
      "joined",
    );
    assert.ok(
      swarm.runUntil(() => isReplicated(swarm.living, nodes), 60_000),
      "I4",
    );
    console.log(`      24 phones at 5 % loss: ${swarm.now - startedAt} ms`);
    let found = 0;
    for (const node of nodes)
      if (swarm.fetch(at(nodes, 5), node.userName).outcome.status === "found") found++;
    assert.equal(found, nodes.length);
  });
});

describe(`overlay: going (seed ${seed})`, () => {
  it("any one phone dies: no record is lost, two copies at every instant, repaired within 15 s", () => {
    const source = new MutationSource();
    let slowest = 0;
    for (let round = 0; round < rounds(6); round++) {
      const { swarm, nodes } = settled(round === 0 ? 8 : 16, seed + round);
      const victim = at(nodes, source.below(nodes.length));
      swarm.kill(victim);
      const killedAt = swarm.now;
      const others = nodes.filter((node) => node !== victim);
      const isRepaired = (): boolean => {
        for (const owner of others) assert.ok(holdersOf(swarm.living, owner).length >= 2, "two copies");
        return isReplicated(swarm.living, others);
      };
      assert.ok(swarm.runUntil(isRepaired, 15_000), "repaired");
      slowest = Math.max(slowest, swarm.now - killedAt);
      for (const owner of others)
        assert.equal(swarm.fetch(at(others, 0), owner.userName).outcome.status, "found");
    }
    console.log(`      slowest repair ${slowest} ms`);
  });

  it("lookups succeed while a death is not noticed yet", () => {
    const { swarm, nodes } = settled(16);
    const victim = at(nodes, 3);
    swarm.kill(victim);
    const others = nodes.filter((node) => node !== victim);
    let slowest = 0;
    for (const owner of others) {
      for (const asker of [at(others, 0), at(others, 7)]) {
        const { outcome, tookMs } = swarm.fetch(asker, owner.userName);
        assert.equal(outcome.status, "found", `${asker.name} looks up ${owner.name}`);
        slowest = Math.max(slowest, tookMs);
      }
    }
    console.log(`      slowest lookup beside a dead phone ${slowest} ms`);
  });

  it("a phone that leaves hands its records over first", () => {
    const { swarm, nodes } = settled(8);
    for (const victim of nodes.slice(0, 4)) {
      const others = swarm.living.filter((node) => node !== victim);
      swarm.touch(victim, () => {
        victim.overlay.leave(swarm.now);
      });
      const hasLeft = (): boolean => victim.effects.some(({ kind }) => kind === "left");
      assert.ok(swarm.runUntil(hasLeft, 12_000), "left");
      victim.isAlive = false;
      swarm.run(100);
      for (const node of others) {
        assert.equal(node.overlay.describe(swarm.now).neighbours.length, others.length - 1);
      }
      assert.ok(isReplicated(swarm.living, others), "handed over before the links were closed");
    }
  });

  it("the last two phones leave", () => {
    const { swarm, nodes } = settled(2);
    for (const node of nodes) {
      swarm.touch(node, () => {
        node.overlay.leave(swarm.now);
      });
      assert.ok(swarm.runUntil(() => node.effects.some(({ kind }) => kind === "left"), 12_000));
      node.isAlive = false;
    }
  });
});
