import assert from "node:assert/strict";
import { seed } from "../support/seed.js";
import { areAllPeers, holdersOf } from "./checks.js";
import { at } from "./situations.js";
import { Swarm } from "./swarm.js";
import type { SwarmNode } from "./swarm-node.js";

interface Overlay {
  readonly swarm: Swarm;
  readonly nodes: readonly SwarmNode[];
  readonly forgetful: readonly SwarmNode[];
  readonly others: readonly SwarmNode[];
}

/** Twelve peers, the first `count` of which have no room for a record; with few rows some questions go over several. */
function overlayWith(count: number, rows: number): Overlay {
  const swarm = new Swarm();
  const nodes: SwarmNode[] = [];
  for (let i = 0; i < 12; i++)
    nodes.push(swarm.add(`phone${i}`, { storeBytes: i < count ? 0 : 6144, limits: { neighbours: rows } }));
  for (const node of nodes) swarm.start(node);
  for (const node of nodes) swarm.publish(node);
  const isPublished = ({ effects }: SwarmNode): boolean => effects.some(({ kind }) => kind === "published");
  assert.ok(
    swarm.runUntil(() => areAllPeers(nodes) && nodes.every(isPublished), 60_000),
    "all join, and are registered",
  );
  swarm.run(60_000);
  return { swarm, nodes, forgetful: nodes.slice(0, count), others: nodes.slice(count) };
}

function assertAllFound({ swarm, nodes }: Overlay, askers = nodes): void {
  for (const asker of askers.filter(({ isAlive }) => isAlive))
    for (const owner of nodes) {
      const { status } = swarm.fetch(asker, owner.userName).outcome;
      assert.equal(status, "found", `${owner.name} by ${asker.name}`);
    }
}

describe(`overlay: peers with bad memory, that is, without any (RFC 7890 §5.5; seed ${seed})`, function () {
  this.timeout(120_000);

  it("join and are peers, hold no record, and each is on others near it that have room, and found by all", () => {
    const overlay = overlayWith(4, 32);
    const { swarm, nodes, forgetful, others } = overlay;
    for (const node of forgetful) assert.equal(node.overlay.describe(swarm.now).records.count, 0);
    for (const owner of nodes) {
      const holders = holdersOf(others, owner).length;
      assert.ok(holders >= 2, `${owner.name} is on ${holders}`);
    }
    assertAllFound(overlay);
  });

  it("pass on what others ask, to those who hold it", () => {
    const overlay = overlayWith(4, 6);
    const { swarm, forgetful, others } = overlay;
    let passed = 0;
    swarm.links.tap = ({ from, message, bytes }) => {
      const isPassedOn = message.type === "fetchAnswer" && message.status === "ok";
      if (isPassedOn && forgetful.includes(from)) passed++;
      return bytes;
    };
    assertAllFound(overlay, others);
    assert.ok(passed > 0, "answers came by way of them");
  });

  it("one who holds records dies: nothing is lost, for none was counted on who keeps none", () => {
    const overlay = overlayWith(4, 32);
    const { swarm, nodes, others } = overlay;
    for (let turn = 0; turn < 2; turn++) {
      swarm.kill(at(others, turn));
      swarm.run(30_000);
      for (const owner of nodes)
        assert.ok(
          holdersOf(
            others.filter(({ isAlive }) => isAlive),
            owner,
          ).length > 0,
        );
    }
    assertAllFound(overlay);
  });
});
