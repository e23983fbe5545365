import assert from "node:assert/strict";
import { idKey } from "../../../firmware/core/node-id.js";
import type { OverlayEffect } from "../../../firmware/overlay/overlay.js";
import { encodeMessage } from "../../../firmware/wire/message.js";
import { holdersOf, nearestTo } from "../../overlay/checks.js";
import { at } from "../../overlay/situations.js";
import { Swarm, type NodeMaking } from "../../overlay/swarm.js";
import type { SwarmNode } from "../../overlay/swarm-node.js";
import { MutationSource, rounds, seed } from "../../support/seed.js";

/** A phone whose memory has room for so few neighbours. */
function small(rows: number): NodeMaking {
  return { limits: { neighbours: rows, hearsay: rows, credentials: rows } };
}

/** `count` phones switched on together, each publishing its registration, a minute later. */
function crowd(swarm: Swarm, names: readonly string[], making: NodeMaking = {}): SwarmNode[] {
  const nodes = names.map((name) => swarm.add(name, making));
  for (const node of nodes) {
    swarm.start(node);
    swarm.publish(node);
  }
  return nodes;
}

function namesOf(word: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${word}${n}`);
}

/** The end of a lookup begun by `begin`, once there is one; what was told before it is not looked at again. */
function ended(swarm: Swarm, asker: SwarmNode, begin: () => number): () => OverlayEffect | undefined {
  let request = 0;
  let seen = asker.effects.length;
  let end: OverlayEffect | undefined;
  swarm.touch(asker, () => {
    request = begin();
  });
  return () => {
    for (; end === undefined && seen < asker.effects.length; seen++) {
      const effect = asker.effects[seen];
      if (effect !== undefined && "request" in effect && effect.request === request) end = effect;
    }
    return end;
  };
}

/** Lookups by several nodes at the same time: how many found the owner's own record. */
function lookUp(swarm: Swarm, asks: readonly { asker: SwarmNode; owner: SwarmNode }[]): number {
  const open = asks.map(({ asker, owner }) => {
    const sought = { resource: owner.resource, kind: 1 };
    return { owner, end: ended(swarm, asker, () => asker.overlay.fetch(swarm.now, sought)) };
  });
  assert.ok(
    swarm.runUntil(() => open.every(({ end }) => end() !== undefined), 12_000),
    "all lookups end",
  );
  return open.filter(({ owner, end }) => {
    const effect = end();
    if (effect?.kind !== "fetchFinished" || effect.outcome.status !== "found") return false;
    return effect.outcome.records.some(({ key }) => idKey(key) === idKey(owner.keyRing.nodeId));
  }).length;
}

/** Random lookups in waves of one from each node; the share that succeeded, of how many. */
function share(swarm: Swarm, source: MutationSource, waves: number): { found: number; of: number } {
  const { living } = swarm;
  let found = 0;
  for (let wave = 0; wave < waves; wave++) {
    const asks = living.map((asker) => ({ asker, owner: at(living, source.below(living.length)) }));
    found += lookUp(swarm, asks);
    swarm.run(300);
  }
  return { found, of: waves * living.length };
}

describe(`records in overlays larger than the tables (seed ${seed})`, () => {
  for (const rows of [6, 8]) {
    it(`16 phones with ${rows} rows find every name, and every node by its Node-ID`, () => {
      const swarm = new Swarm(seed + rows);
      const nodes = crowd(swarm, namesOf("phone", 16), small(rows));
      swarm.run(60_000);
      const { found, of } = share(swarm, new MutationSource(seed), 20);
      let located = 0;
      for (const asker of nodes) {
        for (const sought of nodes) {
          if (asker === sought || swarm.links.between(asker, sought) !== undefined) continue;
          if (locates(swarm, asker, sought)) located++;
          else assert.fail(`${asker.name} does not find ${sought.name}`);
        }
      }
      console.log(
        `      ${rows} rows: ${found} of ${of} lookups, ${located} nodes located that are not linked`,
      );
      assert.equal(found, of);
      assert.ok(located > 50);
    });
  }

  it("idle phones of few rows do not hand records to and fro, though each sees the nearest differently", () => {
    const swarm = new Swarm(seed);
    const nodes = crowd(swarm, namesOf("phone", 16), small(6));
    swarm.run(200_000);
    const { sent } = swarm.links;
    const before = { stores: sent.get("store") ?? 0, digests: sent.get("digest") ?? 0 };
    swarm.run(120_000);
    const stores = (sent.get("store") ?? 0) - before.stores;
    const digests = (sent.get("digest") ?? 0) - before.digests;
    const copies = nodes.map((owner) => holdersOf(nodes, owner).length);
    console.log(
      `      16 idle phones in 2 min: ${stores} Stores, ${digests} digests; copies ${copies.join(" ")}`,
    );
    assert.ok(stores <= 80 && digests <= 240);
    for (const owner of nodes) {
      const holders = holdersOf(nodes, owner);
      assert.ok(
        nearestTo(nodes, owner.resource).every((node) => holders.includes(node)),
        "on all that should",
      );
    }
  });

  it("a Store that a hop spoils and calls stored is noticed by its owner and put right", () => {
    const swarm = new Swarm(seed);
    const nodes = crowd(swarm, namesOf("phone", 12), small(6));
    swarm.run(60_000);
    const late = swarm.add("late", small(6));
    swarm.start(late);
    swarm.run(20_000);
    let lies = 0;
    swarm.links.tap = ({ from, to, message, bytes }) => {
      if (from === late && message.type === "store" && message.hops > 0) {
        const record = { ...message.record, signature: new Uint8Array(64) };
        return encodeMessage({ ...message, record });
      }
      if (to !== late || message.type !== "storeAnswer" || message.status !== "forbidden") return bytes;
      lies++;
      return encodeMessage({ ...message, status: "ok", generation: 0x10001 });
    };
    swarm.publish(late);
    swarm.run(25_000);
    assert.ok(lies > 0, "somebody lied");
    const nearest = nearestTo(swarm.living, late.resource).filter((node) => node !== late);
    const holders = holdersOf(swarm.living, late);
    assert.ok(
      nearest.every((node) => holders.includes(node)),
      "on all that should hold it",
    );
    assert.equal(
      lookUp(
        swarm,
        nodes.slice(0, 6).map((asker) => ({ asker, owner: late })),
      ),
      6,
    );
  });

  it("any one that stores may die at any moment: nothing is lost", () => {
    const swarm = new Swarm(seed);
    const source = new MutationSource(seed);
    crowd(swarm, namesOf("phone", 12), small(6));
    swarm.run(40_000);
    const deaths = rounds(15);
    for (let death = 0; death < deaths; death++) {
      if (swarm.living.length < 13) crowd(swarm, [`new${death}`], small(6));
      swarm.run(source.below(10_000));
      const refreshed = at(swarm.living, source.below(swarm.living.length));
      swarm.publish(refreshed);
      swarm.run(source.below(40));
      const victim = at(swarm.living, source.below(swarm.living.length));
      const owners = swarm.living.filter((node) => node !== victim && isPublished(node));
      swarm.kill(victim);
      swarm.run(13_000);
      const lost = owners.filter((owner) => holdersOf(swarm.living, owner).length === 0);
      assert.deepEqual(
        lost.map(({ name }) => name),
        [],
        `after death ${death}`,
      );
    }
    const { found, of } = share(swarm, source, 4);
    assert.equal(found, of);
  });

  it("two overlays that meet at one bridge: every name from every node within a minute, owners gone or not", () => {
    const swarm = new Swarm(seed);
    const isOfLeft = (node: SwarmNode): boolean => node.name.startsWith("left");
    let isBridged = false;
    swarm.links.reaches = (a, b) => isBridged || isOfLeft(a) === isOfLeft(b);
    const left = crowd(swarm, namesOf("left", 14), small(8));
    const right = crowd(swarm, namesOf("right", 14), small(8));
    swarm.run(40_000);
    const gone = [...left.slice(-3), ...right.slice(-3)];
    for (const node of gone) leave(swarm, node);
    swarm.run(5_000);
    swarm.links.hasLan = false;
    isBridged = true;
    swarm.links.establish(at(left, 2), at(right, 5));
    swarm.run(50_000);
    const owners = [...left, ...right];
    for (const [n, owner] of owners.entries()) {
      const asks = swarm.living
        .filter((_, place) => (place + n) % 3 === 0)
        .map((asker) => ({ asker, owner }));
      assert.equal(lookUp(swarm, asks), asks.length, `${owner.name} is found`);
    }
  });

  it("full stores refuse, others hold, and everything is found", () => {
    const swarm = new Swarm(seed);
    const crowded: NodeMaking = { storeBytes: 1_100 };
    const nodes = crowd(swarm, namesOf("phone", 20), crowded);
    swarm.run(40_000);
    for (const node of nodes.slice(9)) leave(swarm, node);
    swarm.run(40_000);
    const counts = swarm.living.map((node) => node.overlay.describe(swarm.now));
    const pointers = counts.reduce((sum, { counts: of }) => sum + (of["pointers"] ?? 0), 0);
    const bytes = counts.map(({ records }) => records.bytes);
    console.log(`      record bytes ${bytes.join(" ")} of 1100, ${pointers} pointers`);
    assert.ok(bytes.filter((one) => one > 960).length >= 3, "some are full");
    for (const owner of nodes)
      assert.equal(
        lookUp(
          swarm,
          swarm.living.map((asker) => ({ asker, owner })),
        ),
        swarm.living.length,
        owner.name,
      );
  });
});

function isPublished(node: SwarmNode): boolean {
  return node.effects.some(({ kind }) => kind === "published");
}

/** Leaves in good order. */
function leave(swarm: Swarm, node: SwarmNode): void {
  swarm.touch(node, () => {
    node.overlay.leave(swarm.now);
  });
  assert.ok(swarm.runUntil(() => node.effects.some(({ kind }) => kind === "left"), 15_000));
  node.isAlive = false;
  node.wakesAt = undefined;
}

/** Whether a node learns where another is. */
function locates(swarm: Swarm, asker: SwarmNode, sought: SwarmNode): boolean {
  const end = ended(swarm, asker, () => asker.overlay.locate(swarm.now, sought.keyRing.nodeId));
  assert.ok(swarm.runUntil(() => end() !== undefined, 12_000));
  const effect = end();
  const key = idKey(sought.keyRing.nodeId);
  return effect?.kind === "findFinished" && effect.contacts.some(({ nodeId }) => idKey(nodeId) === key);
}
