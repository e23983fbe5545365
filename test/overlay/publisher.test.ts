import assert from "node:assert/strict";
import { compareDistance, type NodeId, type ResourceId } from "../../firmware/core/node-id.js";
import { generationMax, type Record } from "../../firmware/wire/kinds/record.js";
import type { StoreAnswer, StoreRequest } from "../../firmware/wire/kinds/store.js";
import { endpointOf, PuppetStage, registrationOf } from "./puppet.js";
import { keyRingOf, resourceOf } from "./swarm-node.js";

const resource = resourceOf("subject");

/** A node whose registration belongs to its one neighbour, which the test plays. */
function publishing(): PuppetStage {
  const stage = new PuppetStage();
  stage.begin();
  for (let n = 0; ; n++) {
    const keyRing = keyRingOf(`nearer${n}`, `nearer${n}`);
    if (compareDistance(resource, keyRing.nodeId, stage.keyRing.nodeId) >= 0) continue;
    stage.link(1, keyRing);
    break;
  }
  const key = stage.keyRing.nodeId;
  assert.ok(
    stage.overlay.publish(stage.now, { resource, kind: 1, key, value: Uint8Array.of(0x80), lifetimeS: 1800 }),
  );
  stage.run(200);
  return stage;
}

/** Our Stores so far, each once however often it was sent. */
function stores(stage: PuppetStage): StoreRequest[] {
  const byTransaction = new Map<number, StoreRequest>();
  for (const { message } of stage.said) {
    if (message.type === "store") byTransaction.set(message.transaction, message);
  }
  return [...byTransaction.values()];
}

function last(stage: PuppetStage): StoreRequest {
  const request = stores(stage).at(-1);
  assert.ok(request !== undefined, "a Store was sent");
  return request;
}

/** Answers each Store of the next seconds by this record as the newer one; how many there were. */
function showForever(stage: PuppetStage, newer: Record, durationMs: number): number {
  const answered = new Set<number>();
  const end = stage.now + durationMs;
  while (stage.now < end) {
    stage.run(10);
    const { transaction, via } = last(stage);
    if (answered.has(transaction)) continue;
    answered.add(transaction);
    stage.say(1, {
      type: "storeAnswer",
      transaction,
      via,
      status: "generation-too-low",
      newer: { ...newer, remainingS: 1800 },
    });
  }
  return answered.size;
}

function clonesNoticed(stage: PuppetStage): number {
  return stage.effects.filter(({ kind }) => kind === "clonedKeyNoticed").length;
}

/** Our first registration is stored, and a newer one is on its way; the first. */
function storedOnce(stage: PuppetStage): Record {
  const { transaction, via, record } = last(stage);
  stage.say(1, { type: "storeAnswer", transaction, via, status: "ok", generation: record.generation });
  assert.ok(stage.effects.some(({ kind }) => kind === "published"));
  stage.overlay.publish(stage.now, {
    resource,
    kind: 1,
    key: stage.keyRing.nodeId,
    value: Uint8Array.of(0x80),
    lifetimeS: 1800,
  });
  stage.run(200);
  assert.ok(last(stage).record.generation > record.generation);
  return record;
}

describe("overlay: records of our own that others show as newer", () => {
  it("continues above a newer one at once, and says after a Store that the key is cloned", () => {
    const stage = publishing();
    storedOnce(stage);
    const newer = registrationOf(stage.keyRing, { generation: 0x90000 });
    const { transaction, via } = last(stage);
    stage.say(1, {
      type: "storeAnswer",
      transaction,
      via,
      status: "generation-too-low",
      newer: { ...newer, remainingS: 1800 },
    });
    stage.run(200);
    assert.equal(last(stage).record.generation, 0x90001);
    assert.equal(clonesNoticed(stage), 1);
  });

  it("is neither kept busy nor alarmed by a node that shows an older one of this boot for ever", () => {
    const stage = publishing();
    const older = storedOnce(stage);
    const generation = last(stage).record.generation;
    const asked = showForever(stage, older, 20_000);
    assert.equal(clonesNoticed(stage), 0);
    assert.ok(asked >= 2 && asked <= 8, `${asked} Stores in 20 s`);
    assert.equal(last(stage).record.generation, generation);
    assert.ok(stage.effects.some(({ kind }) => kind === "publishFailed"));
  });

  it("nor by one under another key, nor by one that cannot be surpassed", () => {
    const elsewhere = { key: keyRingOf("alice", "alice").nodeId, generation: 0x90000 };
    for (const change of [elsewhere, { generation: generationMax }]) {
      const stage = publishing();
      storedOnce(stage);
      const asked = showForever(stage, registrationOf(stage.keyRing, change), 20_000);
      assert.ok(asked >= 2 && asked <= 8, `${asked} Stores in 20 s`);
      assert.equal(clonesNoticed(stage), 0);
    }
  });
});

describe("overlay: a record of our own that finds no room", () => {
  const rings = ["a", "b", "c", "d", "e", "f"].map((name) => keyRingOf(name, name));
  const self = keyRingOf("subject", "subject").nodeId;
  const isNearer = (place: ResourceId, id: NodeId): boolean => compareDistance(place, id, self) < 0;
  /** A place to which all of them are nearer than the node itself. */
  function farPlace(): ResourceId {
    for (let n = 0; ; n++) {
      const place = resourceOf(`place${n}`);
      if (rings.every(({ nodeId }) => isNearer(place, nodeId))) return place;
    }
  }
  const place = farPlace();
  const nearestFirst = [...rings].sort((a, b) => compareDistance(place, a.nodeId, b.nodeId));

  /** Six neighbours each of which refuses it, but for one; the links that were asked for a place, in order. */
  function refusedBut(taker: number, refusal: Pick<StoreAnswer, "status" | "candidates">): number[] {
    const stage = new PuppetStage();
    stage.begin();
    for (const [at, keyRing] of nearestFirst.entries()) stage.link(at + 1, keyRing);
    const key = stage.keyRing.nodeId;
    const value = Uint8Array.of(0x80);
    stage.overlay.publish(stage.now, { resource: place, kind: 1, key, value, lifetimeS: 1800 });
    const asked: number[] = [];
    const answered = new Set<number>();
    const isPublished = (): boolean => stage.effects.some(({ kind }) => kind === "published");
    for (let tenths = 0; tenths < 900 && !isPublished(); tenths++) {
      stage.run(100);
      for (const { link, message } of stage.said.splice(0)) {
        if (message.type !== "store" || answered.has(message.transaction)) continue;
        answered.add(message.transaction);
        asked.push(link);
        const { transaction, via } = message;
        const answer =
          link === taker ? ({ status: "ok", generation: message.record.generation } as const) : refusal;
        stage.say(link, { type: "storeAnswer", transaction, via, ...answer });
      }
    }
    assert.ok(isPublished());
    return asked;
  }

  for (const status of ["neighbour-quota", "quota", "full"] as const)
    it(`goes to the next nearest that may hold it, one after the other: ${status}`, () => {
      for (const taker of [2, 3, 4, 5]) {
        const asked = refusedBut(taker, { status });
        assert.deepEqual(asked, [1, 2, 3, 4, 5].slice(0, taker));
      }
    });

  it("goes to those that a full store names, by turns", () => {
    const named = nearestFirst.slice(2, 5);
    const candidates = named.map(({ nodeId }) => ({ nodeId, endpoint: endpointOf(99), flags: 1 }));
    assert.deepEqual(refusedBut(5, { status: "full", candidates }), [1, 3, 4, 5]);
  });
});
