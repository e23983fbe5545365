import assert from "node:assert/strict";
import fc from "fast-check";
import { idKey, sameId, type NodeId } from "../../firmware/core/node-id.js";
import type { Member, Topology } from "../../firmware/overlay/topology.js";
import { TestRandom } from "../identity/fixtures.js";
import { nodeIds } from "../support/arbitraries.js";
import { rounds, seeded } from "../support/seed.js";
import type { TopologyOf } from "./swarm.js";

/** IDs as they come, and crowded ones: neighbours that differ in their last bits, beside the target and around 0. */
const ids: fc.Arbitrary<NodeId> = fc.oneof(
  nodeIds,
  fc.tuple(fc.constantFrom(0x00, 0x7f, 0x80, 0xff), fc.nat(0xff)).map(([fill, last]) => {
    const id = new Uint8Array(16).fill(fill);
    id[15] = last;
    return id as NodeId;
  }),
);

const populations: fc.Arbitrary<Member[]> = fc
  .uniqueArray(ids, { minLength: 1, maxLength: 40, selector: idKey })
  .map((each) => each.map((nodeId): Member => ({ nodeId, stage: "peer" })));

/** A node, others to be linked to, and which table it has. */
interface Situation {
  readonly topology: Topology;
  readonly self: NodeId;
  readonly members: readonly Member[];
  readonly newcomer: Member;
}

/** What `Topology` promises, stated once and shown of one implementation of it: to be called within a `describe`. */
export function promisesOfTopology(topologyOf: TopologyOf): void {
  promisesOfOrders(topologyOf);
  promisesOfRouting(topologyOf);
  promisesOfSiblings(topologyOf);
  promisesOfNews(topologyOf);
  promisesOfUse(topologyOf);
  promisesOfSurveys(topologyOf);
}

function promisesOfOrders(topologyOf: TopologyOf): void {
  it("order: strict and total for every target, the same for all nodes, the target's own node first", () => {
    fc.assert(
      fc.property(ids, fc.tuple(ids, ids, ids), ids, (target, [a, b, c], other) => {
        const order = orderOf(topologyOf(a, 32));
        assert.equal(order(target, a, b) === 0, sameId(a, b));
        assert.equal(Math.sign(order(target, a, b)), 0 - Math.sign(order(target, b, a)));
        if (order(target, a, b) < 0 && order(target, b, c) < 0) assert.ok(order(target, a, c) < 0);
        assert.equal(Math.sign(orderOf(topologyOf(other, 6))(target, a, b)), Math.sign(order(target, a, b)));
        assert.ok(sameId(a, b) || order(a, a, b) < 0);
      }),
      seeded(rounds(300)),
    );
  });

  it("orderTargets: strict and total, the place of this node itself first", () => {
    fc.assert(
      fc.property(ids, fc.tuple(ids, ids, ids), (self, [a, b, c]) => {
        const topology = topologyOf(self, 32);
        const orderTargets = (x: NodeId, y: NodeId): number => topology.orderTargets(x, y);
        assert.equal(orderTargets(a, b) === 0, sameId(a, b));
        assert.equal(Math.sign(orderTargets(a, b)), 0 - Math.sign(orderTargets(b, a)));
        if (orderTargets(a, b) < 0 && orderTargets(b, c) < 0) assert.ok(orderTargets(a, c) < 0);
        assert.ok(sameId(self, b) || orderTargets(self, b) < 0);
      }),
      seeded(rounds(300)),
    );
  });
}

function promisesOfRouting(topologyOf: TopologyOf): void {
  const holds = holdingFor(topologyOf);

  it("nearest: the first by order, whatever the order of the members", () => {
    holds(200, ({ topology, members }, target) => {
      const sorted = [...members].sort((a, b) => topology.order(target, a.nodeId, b.nodeId));
      for (const count of [0, 1, 3, members.length + 1]) {
        assert.deepEqual(topology.nearest(target, members, count), sorted.slice(0, count));
        assert.deepEqual(topology.nearest(target, [...members].reverse(), count), sorted.slice(0, count));
      }
    });
  });

  it("nextHop: strictly more responsible than this node and than all others, or none where nobody is", () => {
    holds(300, ({ topology, self, members }, target) => {
      const hop = topology.nextHop(target, members);
      assert.ok(hop === undefined || members.includes(hop));
      const best = hop?.nodeId ?? self;
      for (const { nodeId } of members) assert.ok(topology.order(target, best, nodeId) <= 0);
      if (hop !== undefined) assert.ok(topology.order(target, hop.nodeId, self) < 0);
    });
  });
}

function promisesOfSiblings(topologyOf: TopologyOf): void {
  const holds = holdingFor(topologyOf);

  it("siblings: members, bounded, the same whatever their order, and as `around` has it", () => {
    holds(200, ({ topology, self, members }) => {
      const siblings = topology.siblings(members);
      assert.ok(siblings.length >= 1 || members.length === 0);
      assert.equal(new Set(siblings).size, siblings.length);
      assert.ok(siblings.every((sibling) => members.includes(sibling)));
      assert.deepEqual(topology.siblings([...members].reverse()), siblings);
      assert.deepEqual(topology.around(self, members, siblings.length), siblings);
    });
  });

  it("siblings: who is none comes and goes without a change; who is one takes the place of at most one", () => {
    holds(200, ({ topology, members, newcomer }) => {
      const before = topology.siblings(members);
      const after = topology.siblings([...members, newcomer]);
      if (!after.includes(newcomer)) assert.deepEqual(after, before);
      const lost = before.filter((sibling) => !after.includes(sibling));
      assert.ok(lost.length <= (after.includes(newcomer) ? 1 : 0));
    });
  });

  it("around: distinct members, a shorter list is the beginning of a longer one, none is left out", () => {
    holds(200, ({ topology, members, newcomer }) => {
      const all = topology.around(newcomer.nodeId, members, members.length + 1);
      assert.equal(new Set(all).size, members.length);
      for (const count of [0, 1, 8]) {
        assert.deepEqual(topology.around(newcomer.nodeId, members, count), all.slice(0, count));
      }
      assert.deepEqual(topology.around(newcomer.nodeId, [...members].reverse(), members.length), all);
    });
  });
}

function promisesOfNews(topologyOf: TopologyOf): void {
  const holds = holdingFor(topologyOf);

  it("isAround: as `around` has it, for every member", () => {
    holds(100, ({ topology, members, newcomer }) => {
      for (const count of [1, 3, 9]) {
        const around = topology.around(newcomer.nodeId, members, count);
        for (const member of members)
          assert.equal(topology.isAround(newcomer.nodeId, member, members, count), around.includes(member));
      }
    });
  });
}

function promisesOfUse(topologyOf: TopologyOf): void {
  const holds = holdingFor(topologyOf);

  it("wants: everybody while there is room, and siblings in any case", () => {
    holds(300, ({ topology, members, newcomer }) => {
      assert.ok(topology.wants(newcomer.nodeId, members, members.length + 1));
      const isSibling = topology.siblings([...members, newcomer]).includes(newcomer);
      if (isSibling) assert.ok(topology.wants(newcomer.nodeId, members, members.length));
    });
  });

  it("seeks: whatever a full table wants", () => {
    holds(300, ({ topology, members, newcomer }) => {
      if (topology.wants(newcomer.nodeId, members, 0)) assert.ok(topology.seeks(newcomer.nodeId, members));
    });
  });

  it("surplus: never a sibling and nobody who would be wanted back", () => {
    let given = 0;
    holds(500, ({ topology, members, newcomer }) => {
      const surplus = topology.surplus(newcomer.nodeId, members);
      if (surplus === undefined) return;
      given++;
      const others = [...members.filter((member) => member !== surplus), newcomer];
      assert.ok(members.includes(surplus));
      assert.ok(!topology.siblings([...others, surplus]).includes(surplus), "no sibling");
      assert.ok(!topology.wants(surplus.nodeId, others, others.length), "not the last of its part");
    });
    assert.ok(given > rounds(500) / 20, "some tables gave one up");
  });

  it("surplus without a newcomer: never a sibling and nobody who would be sought", () => {
    holds(300, ({ topology, members }) => {
      const surplus = topology.surplus(undefined, members);
      if (surplus === undefined) return;
      const others = members.filter((member) => member !== surplus);
      assert.ok(others.length < members.length);
      assert.ok(!topology.siblings(members).includes(surplus), "no sibling");
      assert.ok(!topology.seeks(surplus.nodeId, others), "nobody who would be sought");
    });
  });

  it("surplus: who is wanted is refused only where every link is a sibling or the last of its part", () => {
    holds(300, ({ topology, members, newcomer }) => {
      const linked = [...members, newcomer];
      if (!topology.wants(newcomer.nodeId, members, members.length)) return;
      if (topology.surplus(newcomer.nodeId, members) !== undefined) return;
      for (const member of members) {
        const others = linked.filter((other) => other !== member);
        assert.ok(topology.wants(member.nodeId, others, others.length));
      }
    });
  });
}

function promisesOfSurveys(topologyOf: TopologyOf): void {
  const holds = holdingFor(topologyOf);

  it("surveyTarget: honest answers fill every part of the overlay, from siblings alone", () => {
    const population = populationOf(60);
    const random = new TestRandom("surveys");
    for (const me of population.slice(0, rounds(12))) {
      const others = population.filter((member) => member !== me);
      const topology = topologyOf(me.nodeId, 32);
      const linked = topology.siblings(others);
      for (let round = 0; round < 40; round++) {
        const target = topology.surveyTarget(random, round, linked);
        takeUp(topology, linked, topology.nearest(target, others, 8));
      }
      assert.ok(linked.length <= 32, "what must be linked fits a phone's table");
      const missing = others.filter((m) => !linked.includes(m) && topology.wants(m.nodeId, linked, 0));
      assert.deepEqual(missing, []);
    }
  });

  it("estimate: right within a half on the average, and within a factor of six for each", () => {
    for (const count of [50, 500]) {
      const nodes = populationOf(count);
      const estimates = nodes.slice(0, rounds(40)).map(({ nodeId }) => {
        const topology = topologyOf(nodeId, 32);
        return topology.estimate(topology.siblings(nodes.filter((node) => node.nodeId !== nodeId)));
      });
      for (const estimate of estimates) {
        assert.ok(estimate > count / 6 && estimate < count * 6, `of ${count}: ${estimate}`);
      }
      const mean = estimates.reduce((sum, estimate) => sum + estimate, 0) / estimates.length;
      assert.ok(mean > count / 1.5 && mean < count * 1.5, `of ${count}: ${mean} on the average`);
    }
  });

  it("estimate: at least one, however few", () => {
    holds(100, ({ topology, members }) => {
      assert.ok(topology.estimate(members) >= 1);
      assert.equal(topology.estimate([]), 1);
    });
  });
}

/** Shows that a promise holds in many situations. */
function holdingFor(
  topologyOf: TopologyOf,
): (runs: number, promise: (situation: Situation, target: NodeId) => void) => void {
  const situations: fc.Arbitrary<Situation> = fc
    .tuple(populations, fc.integer({ min: 1, max: 32 }))
    .filter(([population]) => population.length >= 3)
    .map(([[me, newcomer, ...members], rows]) => {
      assert.ok(me !== undefined && newcomer !== undefined);
      return { topology: topologyOf(me.nodeId, rows), self: me.nodeId, members, newcomer };
    });
  return (runs, promise) => {
    fc.assert(fc.property(situations, ids, promise), seeded(rounds(runs)));
  };
}

/** Links to those of the nodes named that are of use. */
function takeUp(topology: Topology, linked: Member[], named: readonly Member[]): void {
  for (const member of named) {
    if (!linked.includes(member) && topology.wants(member.nodeId, linked, 0)) linked.push(member);
  }
}

/** Nodes spread by chance, always the same. */
function populationOf(count: number): Member[] {
  const random = new TestRandom(`population of ${count}`);
  const members: Member[] = [];
  while (members.length < count) {
    members.push({ nodeId: random.fill(new Uint8Array(16)) as NodeId, stage: "peer" });
  }
  return members;
}

function orderOf(topology: Topology): Topology["order"] {
  return (target, a, b) => topology.order(target, a, b);
}
