import assert from "node:assert/strict";
import { sameId } from "../../firmware/core/node-id.js";
import { doubtsOf } from "../../firmware/doubts.js";
import { encodeMessage } from "../../firmware/wire/message.js";
import { seed } from "../support/seed.js";
import { nearestTo } from "./checks.js";
import { at, settled } from "./situations.js";
import type { Swarm } from "./swarm.js";
import type { SwarmNode } from "./swarm-node.js";

/** Of 400 devices those whose Node-IDs are nearest to where phone4 is registered: an attacker's search. */
const found = ["near227", "near99", "near8", "near242", "near321", "near54"];
const victimName = "phone4";

/** An overlay of ten phones into which an attacker puts so many nodes, right beside the place of one registration. */
function beset(attackers: number): { swarm: Swarm; victim: SwarmNode; honest: SwarmNode[] } {
  const { swarm, nodes } = settled(10);
  const victim = at(nodes, 4);
  assert.equal(victim.userName, victimName);
  const inserted = found.slice(0, attackers).map((device) => swarm.add(device));
  denyOf(swarm, inserted, victim);
  for (const node of inserted) swarm.start(node);
  swarm.run(1_000);
  assert.deepEqual(nearestTo(swarm.living, victim.resource), inserted.slice(0, 3), "they are the nearest");
  return { swarm, victim, honest: nodes.filter((node) => node !== victim) };
}

/** They are good peers, who take the record so that nobody replaces them, but tell all who ask that it is not there. */
function denyOf(swarm: Swarm, liars: readonly SwarmNode[], { keyRing }: SwarmNode): void {
  swarm.links.tap = ({ from, message, bytes }) => {
    if (!liars.includes(from) || message.type !== "fetchAnswer") return bytes;
    if (!message.records.some(({ key }) => sameId(key, keyRing.nodeId))) return bytes;
    const { type, transaction, via } = message;
    return encodeMessage({ type, transaction, via, status: "not-found", records: [], credentials: [] });
  };
}

function finders(swarm: Swarm, askers: readonly SwarmNode[]): number {
  return askers.filter((asker) => swarm.fetch(asker, victimName).outcome.status === "found").length;
}

function says(swarm: Swarm, node: SwarmNode): string {
  return doubtsOf(node.overlay.describe(swarm.now)).join();
}

describe(`overlay: Node-IDs put right beside a registration (checklist S12; seed ${seed})`, function () {
  this.timeout(120_000);

  it("four of them: everybody finds it after ten minutes as before, and the owner's status says that some lie", () => {
    const { swarm, victim, honest } = beset(4);
    assert.equal(says(swarm, victim), "");
    swarm.run(60_000);
    assert.match(says(swarm, victim), /seem to lie|seems to lie/);
    swarm.run(540_000);
    assert.equal(finders(swarm, honest), honest.length);
    assert.match(says(swarm, victim), /lie/);
  });

  it("six: more than are asked, so it is hidden, and within a minute its owner's status says so", () => {
    const { swarm, victim, honest } = beset(6);
    swarm.run(60_000);
    assert.match(says(swarm, victim), /lie/);
    swarm.run(120_000);
    assert.equal(finders(swarm, honest), 0);
    assert.match(says(swarm, victim), /lie/);
  });

  it("a phone that comes to be the nearest and is honest is looked at, and not suspected", () => {
    const { swarm, nodes } = settled(10);
    const victim = at(nodes, 4);
    const newcomer = swarm.add(found[0] ?? "");
    swarm.start(newcomer);
    swarm.run(2_000);
    const fetchesBefore = swarm.links.sent.get("fetch") ?? 0;
    swarm.run(60_000);
    assert.ok((swarm.links.sent.get("fetch") ?? 0) > fetchesBefore, "it is looked at");
    assert.equal(says(swarm, victim), "");
    assert.equal(victim.overlay.describe(swarm.now).counts["ownCopiesMissing"], 0);
  });
});
