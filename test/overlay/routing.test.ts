import assert from "node:assert/strict";
import { compareDistance } from "../../firmware/core/node-id.js";
import { seed } from "../support/seed.js";
import { Swarm } from "./swarm.js";
import { resourceOf, type SwarmNode } from "./swarm-node.js";

/**
 * A chain towards the resource of `userName`: the farthest node first, each linked to the next nearer one only,
 * and, with `spare`, to the one after that.
 */
function chained(
  length: number,
  how: { userName: string; spare: boolean },
): { swarm: Swarm; chain: SwarmNode[] } {
  const swarm = new Swarm();
  swarm.links.hasLan = false;
  swarm.links.reaches = () => false;
  const target = resourceOf(how.userName);
  const nodes = Array.from({ length }, (_, i) => swarm.add(`link${i}`));
  const chain = [...nodes].sort((a, b) => compareDistance(target, b.keyRing.nodeId, a.keyRing.nodeId));
  for (const node of chain) swarm.start(node);
  chain.forEach((node, place) => {
    const next = chain[place + 1];
    const afterNext = chain[place + 2];
    if (next !== undefined) swarm.links.establish(node, next);
    if (how.spare && afterNext !== undefined) swarm.links.establish(node, afterNext);
  });
  swarm.run(40_000);
  return { swarm, chain };
}

function ends(chain: readonly SwarmNode[]): { far: SwarmNode; near: SwarmNode } {
  const [far] = chain;
  const near = chain.at(-1);
  assert.ok(far !== undefined && near !== undefined);
  return { far, near };
}

/** Publishes a registration of `userName` from the far end; the node must be that user's. */
function namedChain(length: number, spare: boolean): { swarm: Swarm; chain: SwarmNode[]; owner: string } {
  const { swarm, chain } = chained(length, { userName: "link0", spare });
  return { swarm, chain, owner: "link0" };
}

describe(`overlay: routing over several hops (seed ${seed})`, () => {
  for (const length of [3, 6, 10]) {
    it(`a Store and a Fetch cross a chain of ${length} nodes, the answers come back by the handles`, () => {
      const { swarm, chain, owner } = namedChain(length, false);
      const { far } = ends(chain);
      const publisher = chain.find((node) => node.userName === owner);
      assert.ok(publisher !== undefined);
      let longest = 0;
      swarm.links.tap = ({ message, bytes }) => {
        if ("via" in message) longest = Math.max(longest, message.via.length / 2);
        return bytes;
      };
      swarm.publish(publisher);
      assert.ok(swarm.runUntil(() => publisher.effects.some(({ kind }) => kind === "published"), 5_000));
      const { outcome } = swarm.fetch(far, owner);
      assert.equal(outcome.status, "found");
      assert.equal(longest, length - 2, "a handle for each node that passed it on");
    });
  }

  it("a chain of 18 is too long: hops-exceeded, and the lookup says not found or failed, no loop", () => {
    const { swarm, chain } = chained(18, { userName: "nobody", spare: false });
    const { far } = ends(chain);
    let exceeded = 0;
    swarm.links.tap = ({ message, bytes }) => {
      if (message.type === "errorAnswer" && message.status === "hops-exceeded") exceeded++;
      return bytes;
    };
    const before = swarm.links.sent.get("fetch") ?? 0;
    const { outcome } = swarm.fetch(far, "nobody");
    assert.notEqual(outcome.status, "found");
    assert.ok(exceeded > 0);
    assert.ok((swarm.links.sent.get("fetch") ?? 0) - before < 120);
  });

  it("a dead hop that nobody has noticed is gone around", () => {
    const { swarm, chain, owner } = namedChain(7, true);
    const publisher = chain.find((node) => node.userName === owner);
    assert.ok(publisher !== undefined);
    swarm.publish(publisher);
    assert.ok(swarm.runUntil(() => publisher.effects.some(({ kind }) => kind === "published"), 5_000));
    const victim = chain[2] === publisher ? chain[3] : chain[2];
    assert.ok(victim !== undefined);
    swarm.kill(victim);
    const { far } = ends(chain);
    const { outcome, tookMs } = swarm.fetch(far, owner);
    assert.equal(outcome.status, "found");
    console.log(`      found around a dead hop in ${tookMs} ms`);
    assert.ok(tookMs < 2_000, "repaired by the hop, not by the origin's timer");
  });

  it("at 10 % loss on each of five hops lookups succeed", () => {
    const { swarm, chain, owner } = namedChain(6, false);
    const publisher = chain.find((node) => node.userName === owner);
    assert.ok(publisher !== undefined);
    swarm.publish(publisher);
    assert.ok(swarm.runUntil(() => publisher.effects.some(({ kind }) => kind === "published"), 5_000));
    swarm.links.weather = { delayMs: 5, jitterMs: 5, lossPercent: 10 };
    const { far } = ends(chain);
    let found = 0;
    let slowest = 0;
    for (let n = 0; n < 100; n++) {
      const { outcome, tookMs } = swarm.fetch(far, owner);
      if (outcome.status === "found") found++;
      slowest = Math.max(slowest, tookMs);
      swarm.run(300);
    }
    console.log(`      five hops, 10 % loss a frame: ${found} of 100 found, slowest ${slowest} ms`);
    assert.ok(found >= 98);
  });

  it("what is sent again because the path is long is not passed on again, and soon nothing is sent again", () => {
    const { swarm, chain, owner } = namedChain(6, false);
    const publisher = chain.find((node) => node.userName === owner);
    assert.ok(publisher !== undefined);
    swarm.publish(publisher);
    assert.ok(swarm.runUntil(() => publisher.effects.some(({ kind }) => kind === "published"), 5_000));
    swarm.links.weather = { delayMs: 60, jitterMs: 0, lossPercent: 0 };
    const { far } = ends(chain);
    const fetches: number[] = [];
    for (let n = 0; n < 20; n++) {
      const before = swarm.links.sent.get("fetch") ?? 0;
      assert.equal(swarm.fetch(far, owner).outcome.status, "found");
      swarm.run(1_500);
      fetches.push((swarm.links.sent.get("fetch") ?? 0) - before);
    }
    console.log(`      Fetches sent for each lookup over five hops of 120 ms: ${fetches.join(" ")}`);
    assert.ok(Math.max(...fetches) <= 3 * 5, "each hop repeats what is its own");
    assert.equal(fetches.at(-1), 5, "the round trip is known");
  });
});
