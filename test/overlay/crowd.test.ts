import assert from "node:assert/strict";
import { contactsInMessageMax, meshMax, phoneOverlay } from "../../firmware/core/limits.js";
import { compareDistance, sameId, sharedBits, type NodeId } from "../../firmware/core/node-id.js";
import { instant } from "../../firmware/core/time.js";
import type { KeyRing } from "../../firmware/identity/key-ring.js";
import { Neighbourhood } from "../../firmware/overlay/neighbourhood.js";
import { XorTopology } from "../../firmware/overlay/xor-topology.js";
import { endpointOf, PuppetStage } from "./puppet.js";
import { keyRingOf } from "./swarm-node.js";

const self = keyRingOf("subject", "subject");
const others: readonly KeyRing[] = new Array<undefined>(48).fill(undefined).map((_, n) => {
  return keyRingOf(`other${n}`, `other${n}`);
});

/** A neighbourhood of a table of 32, with links to the first of the others. */
function linkedTo(count: number): Neighbourhood {
  const topology = new XorTopology(self.nodeId, phoneOverlay.neighbours);
  const neighbourhood = new Neighbourhood(self.nodeId, topology, phoneOverlay.neighbours);
  for (const { credential } of others.slice(0, count)) {
    neighbourhood.table.seat(instant(0), {
      link: neighbourhood.table.all.length,
      credential,
      endpoint: endpointOf(1),
    });
    neighbourhood.handleChange();
  }
  return neighbourhood;
}

function nearestFirst(target: NodeId, rings: readonly KeyRing[]): NodeId[] {
  return rings.map(({ nodeId }) => nodeId).sort((a, b) => compareDistance(target, a, b));
}

/** A node in a crowd: its table is full, and it has heard of one more. */
function crowded(): PuppetStage {
  const stage = new PuppetStage();
  stage.begin();
  others.slice(0, meshMax).forEach((ring, n) => stage.link(n + 1, ring, "joining"));
  const contacts = others
    .slice(meshMax)
    .map(({ nodeId }, n) => ({ nodeId, endpoint: endpointOf(90 + n), flags: 1 }));
  stage.say(1, { type: "update", configSequence: 0, stage: "joining", contacts: contacts.slice(0, 8) });
  stage.run(20_000);
  return stage;
}

describe("overlay: more nodes than a table has rows", () => {
  it("is known when one is heard of while the table is full, and not before", () => {
    const almost = linkedTo(meshMax - 1);
    almost.handleHeard();
    assert.ok(!almost.isCrowded);
    assert.ok(
      others.slice(40).every(({ nodeId }) => almost.wants(nodeId, [])),
      "room for everybody",
    );
    const full = linkedTo(meshMax);
    assert.ok(!full.isCrowded, "33 nodes are all linked to all");
    full.handleHeard();
    assert.ok(full.isCrowded);
  });

  it("then links are wanted to siblings and into buckets with too few, pending ones counted", () => {
    const neighbourhood = linkedTo(meshMax);
    neighbourhood.handleHeard();
    const { table, topology } = neighbourhood;
    const far = table.all.filter(({ nodeId }) => sharedBits(self.nodeId, nodeId) === 0);
    for (const { link } of [...far.slice(1), ...table.all.filter((one) => !far.includes(one)).slice(-4)])
      table.remove(link);
    neighbourhood.handleChange();
    const unlinked = others.filter(({ nodeId }) => table.byNodeId(nodeId) === undefined);
    const farOnes = unlinked.filter(({ nodeId }) => sharedBits(self.nodeId, nodeId) === 0);
    const [second, third] = farOnes;
    assert.ok(second !== undefined && third !== undefined);
    assert.ok(neighbourhood.wants(second.nodeId, []), "the second of its bucket");
    const pending = [{ nodeId: third.nodeId, stage: "joining" as const }];
    assert.ok(!neighbourhood.wants(second.nodeId, pending), "another comes already");
    const siblings = topology.siblings([
      ...table.all,
      ...unlinked.map(({ nodeId }) => ({ nodeId, stage: "peer" as const })),
    ]);
    for (const { nodeId } of siblings)
      assert.ok(table.byNodeId(nodeId) !== undefined || neighbourhood.wants(nodeId, pending));
  });

  it("rows are kept free: what goes is no sibling, nor has this node for one where another can go", () => {
    const neighbourhood = linkedTo(meshMax);
    const hasTooMany = (): boolean => neighbourhood.hasTooMany;
    assert.ok(!hasTooMany(), "in a mesh none is too many");
    neighbourhood.handleHeard();
    assert.ok(hasTooMany());
    while (hasTooMany()) {
      const { table, topology } = neighbourhood;
      const surplus = neighbourhood.surplus(undefined);
      if (surplus === undefined) break;
      assert.ok(!topology.siblings(table.all).includes(surplus));
      const bucket = sharedBits(self.nodeId, surplus.nodeId);
      assert.ok(table.all.filter(({ nodeId }) => sharedBits(self.nodeId, nodeId) === bucket).length > 2);
      table.remove(surplus.link);
      neighbourhood.handleChange();
    }
    assert.ok(neighbourhood.table.all.length <= 28);
  });

  it("a neighbour is told of the eight nearest to it, not of everybody", () => {
    const stage = crowded();
    const linked = others.slice(0, meshMax).filter(({ nodeId }) => {
      return stage.overlay.describe(stage.now).neighbours.some((one) => sameId(one.nodeId, nodeId));
    });
    stage.said.length = 0;
    const newcomer = keyRingOf("newcomer", "newcomer");
    stage.link(50, newcomer, "joining");
    stage.run(10_000);
    const told = stage.said.flatMap(({ link, message }) =>
      link === 50 && message.type === "update" ? message.contacts : [],
    );
    const nearest = nearestFirst(newcomer.nodeId, linked).slice(0, contactsInMessageMax);
    assert.ok(told.length > 0 && told.length <= contactsInMessageMax + 2, `${told.length} named`);
    assert.ok(nearest.slice(0, 4).every((id) => told.some(({ nodeId }) => sameId(nodeId, id))));
  });

  it("a peer that comes may stand for others: it is asked who is near us, we ourselves left out", () => {
    const stage = crowded();
    stage.said.length = 0;
    stage.link(51, keyRingOf("stranger", "stranger"), "peer");
    stage.run(3_000);
    const asked = stage.said.find(({ link, message }) => link === 51 && message.type === "find")?.message;
    assert.ok(asked?.type === "find", "Find(self) through it");
    assert.deepEqual(asked.destination.first, stage.keyRing.nodeId);
    assert.deepEqual(asked.avoid, [stage.keyRing.nodeId.slice(0, 4)]);
  });
});
