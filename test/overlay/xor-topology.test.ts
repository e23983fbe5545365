import assert from "node:assert/strict";
import fc from "fast-check";
import { siblingsMax } from "../../firmware/core/limits.js";
import { compareDistance, idKey, nodeId, sharedBits, type NodeId } from "../../firmware/core/node-id.js";
import type { Member } from "../../firmware/overlay/topology.js";
import { XorTopology } from "../../firmware/overlay/xor-topology.js";
import { TestRandom } from "../identity/fixtures.js";
import { seeded } from "../support/seed.js";

const id: fc.Arbitrary<NodeId> = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => nodeId(bytes));
const members: fc.Arbitrary<Member[]> = fc
  .uniqueArray(id, { maxLength: 40, selector: idKey })
  .map((ids) => ids.map((each) => ({ nodeId: each, stage: "peer" })));

describe("overlay: the XOR topology", () => {
  it("the nearest are the nearest, in order", () => {
    fc.assert(
      fc.property(id, id, members, fc.integer({ min: 0, max: 12 }), (self, target, all, count) => {
        const nearest = new XorTopology(self, 32).nearest(target, all, count);
        const sorted = [...all].sort((a, b) => compareDistance(target, a.nodeId, b.nodeId));
        assert.deepEqual(nearest, sorted.slice(0, count));
      }),
      seeded(300),
    );
  });

  it("a next hop is strictly nearer than this node and nobody is nearer than it", () => {
    fc.assert(
      fc.property(id, id, members, (self, target, all) => {
        const hop = new XorTopology(self, 32).nextHop(target, all);
        for (const { nodeId: other } of all) {
          if (hop !== undefined) assert.ok(compareDistance(target, hop.nodeId, other) <= 0);
          else assert.ok(compareDistance(target, self, other) <= 0);
        }
        if (hop !== undefined) assert.ok(compareDistance(target, hop.nodeId, self) < 0);
      }),
      seeded(300),
    );
  });

  it("what a full table gives up is no sibling and not the last of its bucket", () => {
    let given = 0;
    fc.assert(
      fc.property(id, id, members, (self, newcomer, all) => {
        const topology = new XorTopology(self, 32);
        const surplus = topology.surplus(newcomer, all);
        if (surplus === undefined) return;
        given++;
        const linked = [...all, { nodeId: newcomer, stage: "peer" as const }];
        assert.ok(!topology.siblings(linked).includes(surplus));
        const bucket = sharedBits(self, surplus.nodeId);
        assert.ok(linked.filter((member) => sharedBits(self, member.nodeId) === bucket).length >= 2);
      }),
      seeded(500),
    );
    assert.ok(given > 50, "some tables gave one up");
  });

  it("wants everyone while there is room, then only siblings and empty buckets", () => {
    const self = nodeId(new Uint8Array(16));
    const topology = new XorTopology(self, 32);
    const far = (n: number): NodeId => nodeId(Uint8Array.from([0x80 | n, ...new Uint8Array(15)]));
    const all = Array.from({ length: 32 }, (_, n): Member => ({ nodeId: far(n), stage: "peer" }));
    assert.ok(topology.wants(far(40), all.slice(0, 31), 32));
    assert.ok(!topology.wants(far(40), all, 32), "farther than the siblings, in a full bucket");
    assert.ok(topology.wants(nodeId(Uint8Array.from([0x40, ...new Uint8Array(15)])), all, 32));
    assert.equal(topology.siblings(all).length, siblingsMax);
  });

  it("a small table has fewer siblings than rows, and gives up the farthest for a nearer one", () => {
    const self = nodeId(new Uint8Array(16));
    const topology = new XorTopology(self, 6);
    const near = (n: number): Member => ({
      nodeId: nodeId(Uint8Array.from([n, ...new Uint8Array(15)])),
      stage: "peer",
    });
    const all = [0x80, 0x81, 0x40, 0x20, 0x21, 0x22].map(near);
    assert.equal(topology.siblings(all).length, 4);
    assert.equal(topology.surplus(near(0x01).nodeId, all), all[1], "of two in one bucket the farther");
    assert.equal(topology.surplus(near(0x82).nodeId, all), undefined);
  });

  it("surveys: for this node's own place, where links are missing, into each bucket in turn", () => {
    const self = nodeId(new Uint8Array(16));
    const topology = new XorTopology(self, 32);
    const random = new TestRandom("survey");
    const near = (...first: readonly number[]): Member => ({
      nodeId: nodeId(Uint8Array.from([...first, ...new Uint8Array(16 - first.length)])),
      stage: "peer",
    });
    const siblings = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => near(n));
    const members = [
      ...siblings,
      near(0x80),
      near(0x81),
      near(0x40),
      near(0x20),
      near(0x21),
      near(0x10),
      near(0x11),
    ];
    const looked: number[][] = [[], [], []];
    for (let round = 0; round < 15; round++) {
      const bucket = sharedBits(self, topology.surveyTarget(random, round, members));
      looked[round % 3]?.push(bucket);
    }
    assert.ok(
      looked[0]?.every((bucket) => bucket === 128),
      "itself",
    );
    assert.deepEqual(looked[1], [1, 1, 1, 1, 1], "one link in bucket 1, two in the others");
    assert.deepEqual(looked[2], [0, 1, 2, 3, 4]);
  });
});
