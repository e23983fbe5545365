import assert from "node:assert/strict";
import { equalBytes } from "../../firmware/core/bytes.js";
import type { NodeId } from "../../firmware/core/node-id.js";
import type { FetchOutcome } from "../../firmware/overlay/overlay.js";
import { encodeMessage } from "../../firmware/wire/message.js";
import { seed } from "../support/seed.js";
import { holdersOf, nearestTo } from "./checks.js";
import { at, isSettled, settled } from "./situations.js";
import { Swarm } from "./swarm.js";

function claimsOf(outcome: FetchOutcome): NodeId[] {
  assert.ok(outcome.status === "found");
  return outcome.records.map(({ credential }) => credential.nodeId);
}

describe(`overlay: names and records (seed ${seed})`, () => {
  it("a thief who registers the name later is shown beside the owner, who has been there longer", () => {
    const { swarm, nodes } = settled(8);
    const owner = at(nodes, 2);
    swarm.run(120_000);
    const thief = swarm.add("thief", { userName: owner.userName });
    swarm.start(thief);
    swarm.publish(thief);
    assert.ok(swarm.runUntil(() => isSettled(swarm, [...nodes, thief]), 30_000));
    for (const asker of [at(nodes, 0), at(nodes, 7)]) {
      const { outcome } = swarm.fetch(asker, owner.userName);
      const claims = claimsOf(outcome);
      assert.equal(claims.length, 2, "both claims are shown");
      assert.ok(equalBytes(claims[0] ?? owner.keyRing.nodeId, owner.keyRing.nodeId), "the older first");
      assert.ok(outcome.status === "found" && (outcome.records[0]?.heldS ?? 0) >= 100);
    }
  });

  it("a thief who registers first does not keep the owner out", () => {
    const { swarm, nodes } = settled(6);
    const thief = swarm.add("thief", { userName: "alice" });
    swarm.start(thief);
    swarm.publish(thief);
    swarm.run(60_000);
    const owner = swarm.add("alice");
    swarm.start(owner);
    swarm.publish(owner);
    assert.ok(swarm.runUntil(() => isSettled(swarm, [...nodes, thief, owner]), 30_000));
    const claims = claimsOf(swarm.fetch(at(nodes, 3), "alice").outcome);
    assert.ok(claims.some((claim) => equalBytes(claim, owner.keyRing.nodeId)));
    assert.equal(claims.length, 2);
  });

  it("a name nobody has registered is not found, after each of the nearest was asked", () => {
    const { swarm, nodes } = settled(8);
    const before = swarm.links.sent.get("fetch") ?? 0;
    assert.equal(swarm.fetch(at(nodes, 0), "nobody").outcome.status, "not-found");
    assert.ok((swarm.links.sent.get("fetch") ?? 0) - before >= 4, "asked directly");
  });

  it("a responsible phone that lies 'not found' is outvoted by the other holders", () => {
    const { swarm, nodes } = settled(12);
    const owner = at(nodes, 4);
    const [liar] = nearestTo(swarm.living, owner.resource);
    assert.ok(liar !== undefined);
    let lies = 0;
    swarm.links.tap = ({ from, message, bytes }) => {
      if (from !== liar || message.type !== "fetchAnswer" || message.status !== "ok") return bytes;
      lies++;
      const { type, transaction, via } = message;
      return encodeMessage({ type, transaction, via, status: "not-found", records: [], credentials: [] });
    };
    for (const asker of nodes.filter((node) => node !== liar)) {
      const { outcome } = swarm.fetch(asker, owner.userName);
      assert.equal(outcome.status, "found");
    }
    assert.ok(lies > 0, "it did lie");
  });

  it("records changed on the way are dropped and counted, and the right ones found elsewhere", () => {
    const { swarm, nodes } = settled(12);
    const owner = at(nodes, 4);
    const [liar] = nearestTo(swarm.living, owner.resource);
    swarm.links.tap = ({ from, message, bytes }) => {
      if (from !== liar || message.type !== "fetchAnswer") return bytes;
      const records = message.records.map((record) => ({ ...record, value: Uint8Array.of(0x81, 0x01) }));
      return encodeMessage({ ...message, records });
    };
    const asker = nodes.find((node) => !nearestTo(swarm.living, owner.resource).includes(node));
    assert.ok(asker !== undefined);
    const { outcome } = swarm.fetch(asker, owner.userName);
    assert.ok(outcome.status === "found");
    assert.deepEqual(outcome.records[0]?.value, Uint8Array.of(0x80));
    assert.ok((asker.overlay.describe(swarm.now).counts["recordsRefused"] ?? 0) >= 1);
  });

  it("a removed registration is not found any more, by anyone", () => {
    const { swarm, nodes } = settled(8);
    const owner = at(nodes, 1);
    swarm.unpublish(owner);
    assert.ok(swarm.runUntil(() => owner.effects.some(({ kind }) => kind === "unpublished"), 5_000));
    swarm.run(1_000);
    const nearest = nearestTo(swarm.living, owner.resource);
    assert.ok(!holdersOf(swarm.living, owner).some((holder) => nearest.includes(holder)));
    assert.equal(swarm.fetch(at(nodes, 5), owner.userName).outcome.status, "not-found");
  });

  it("a new value replaces the old one on every holder", () => {
    const { swarm, nodes } = settled(8);
    const owner = at(nodes, 1);
    swarm.publish(owner, Uint8Array.of(0x81, 0x05));
    swarm.run(1_000);
    for (const asker of nodes) {
      const { outcome } = swarm.fetch(asker, owner.userName);
      assert.ok(outcome.status === "found");
      assert.deepEqual(outcome.records[0]?.value, Uint8Array.of(0x81, 0x05));
    }
  });

  it("registrations stay for an hour, each refreshed with a new generation", () => {
    const { swarm, nodes } = settled(4);
    const before = at(nodes, 0).overlay.describe(swarm.now).held;
    const bytesBefore = nodes.map(({ bytesOut }) => bytesOut);
    swarm.run(3_600_000);
    for (const owner of nodes)
      assert.equal(swarm.fetch(at(nodes, 0), owner.userName).outcome.status, "found");
    const after = at(nodes, 0).overlay.describe(swarm.now).held;
    for (const held of after) {
      const former = before.find(({ key }) => equalBytes(key, held.key));
      assert.ok(former !== undefined && held.generation >= former.generation + 5);
    }
    const perMinute = nodes.map(({ bytesOut }, i) => Math.round((bytesOut - (bytesBefore[i] ?? 0)) / 60));
    console.log(`      overlay bytes a minute, idle, 4 phones: ${perMinute.join(", ")}`);
    assert.ok(Math.max(...perMinute) < 1_500);
  });

  it("a phone that lost its state continues above its former generation", () => {
    const { swarm, nodes } = settled(6);
    const victim = at(nodes, 3);
    swarm.kill(victim);
    swarm.run(20_000);
    const reborn = swarm.add(victim.name, { bootCount: 0 });
    swarm.start(reborn);
    swarm.publish(reborn, Uint8Array.of(0x81, 0x07));
    assert.ok(swarm.runUntil(() => reborn.effects.some(({ kind }) => kind === "published"), 20_000));
    swarm.run(5_000);
    assert.ok(!reborn.effects.some(({ kind }) => kind === "clonedKeyNoticed"));
    const { outcome } = swarm.fetch(at(nodes, 0), victim.userName);
    assert.ok(outcome.status === "found");
    assert.deepEqual(outcome.records[0]?.value, Uint8Array.of(0x81, 0x07));
  });

  it("two phones with one key: who stored before is told when it finds the other's record", () => {
    const swarm = new Swarm();
    const nodes = ["a", "b", "c", "d"].map((name) => swarm.add(name));
    for (const node of nodes) swarm.start(node);
    const original = swarm.add("twin");
    swarm.start(original);
    swarm.publish(original);
    assert.ok(swarm.runUntil(() => original.effects.some(({ kind }) => kind === "published"), 20_000));
    swarm.links.reaches = (a, b) => a.name !== b.name;
    const clone = swarm.add("twin", { bootCount: 9 });
    for (const node of nodes.slice(0, 2)) {
      swarm.links.cut(original, node);
      swarm.links.establish(clone, node);
    }
    swarm.publish(clone, Uint8Array.of(0x81, 0x09));
    swarm.run(5_000);
    swarm.publish(original, Uint8Array.of(0x81, 0x0a));
    swarm.run(5_000);
    assert.ok(original.effects.some(({ kind }) => kind === "clonedKeyNoticed"));
  });
});
