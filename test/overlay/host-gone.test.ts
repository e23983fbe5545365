import assert from "node:assert/strict";
import { hostOverlay } from "../../firmware/core/limits.js";
import { areAllPeers, holdersOf } from "./checks.js";
import { stageOf } from "./served.js";
import { at } from "./situations.js";
import { Swarm } from "./swarm.js";
import type { SwarmNode } from "./swarm-node.js";

/** Phones that know the address of one host, and nothing else: no beacon is heard. All are its clients, and settled. */
function clientsOfOne(count: number, seed?: number): { swarm: Swarm; host: SwarmNode; phones: SwarmNode[] } {
  const swarm = new Swarm(seed);
  swarm.links.hasLan = false;
  const host = swarm.add("host", { limits: { ...hostOverlay, hearsay: 64, credentials: 128 } });
  swarm.start(host);
  assert.ok(swarm.runUntil(() => areAllPeers([host]), 10_000));
  const phones = Array.from({ length: count }, (_, i) => swarm.add(`phone${i}`));
  for (const phone of phones) {
    swarm.start(phone, { configured: [host.endpoint] });
    swarm.publish(phone);
    swarm.run(1_000);
  }
  const areClients = (): boolean => phones.every((phone) => stageOf(swarm, phone) === "client");
  assert.ok(swarm.runUntil(areClients, 10_000), "all are its clients");
  swarm.run(10_000);
  assert.ok(areClients());
  return { swarm, host, phones };
}

/** Whether there is a way over links from the first of them to each other one. */
function areOne(swarm: Swarm, phones: readonly SwarmNode[]): boolean {
  const reached = new Set(phones.slice(0, 1));
  for (const node of reached)
    for (const { ends } of swarm.links.of(node))
      ends.filter((end) => end.isAlive).forEach((end) => reached.add(end));
  return phones.every((phone) => reached.has(phone));
}

/** Whether each name is held by three of them, or by all. */
function areHeld(phones: readonly SwarmNode[]): boolean {
  return phones.every((owner) => holdersOf(phones, owner).length >= Math.min(3, phones.length));
}

describe("overlay: the only host of phones that hear no beacons", () => {
  for (const count of [2, 4])
    it(`leaves: its ${count} clients are linked to each other within 5 s, and every name is found`, () => {
      const { swarm, host, phones } = clientsOfOne(count);
      swarm.touch(host, () => {
        host.overlay.leave(swarm.now);
      });
      const isGone = (): boolean => host.effects.some(({ kind }) => kind === "left");
      assert.ok(swarm.runUntil(isGone, 11_000), "it leaves");
      swarm.kill(host);
      assert.ok(
        swarm.runUntil(() => areOne(swarm, phones), 5_000),
        "its clients have found each other",
      );
      assert.ok(
        swarm.runUntil(() => areAllPeers(phones) && areHeld(phones), 10_000),
        "and hold each other's records",
      );
      for (const owner of phones) {
        const { outcome } = swarm.fetch(at(phones, phones.indexOf(owner) - 1), owner.userName);
        assert.equal(outcome.status, "found");
      }
    });

  it("leaves while two of its clients have a link for a call: that becomes one of neighbours", () => {
    const { swarm, host, phones } = clientsOfOne(2);
    const [alice, bob] = [at(phones, 0), at(phones, 1)];
    swarm.links.establish(alice, bob);
    swarm.run(1_000);
    assert.ok(stageOf(swarm, alice) === "client" && stageOf(swarm, bob) === "client");
    swarm.touch(host, () => {
      host.overlay.leave(swarm.now);
    });
    assert.ok(swarm.runUntil(() => host.effects.some(({ kind }) => kind === "left"), 11_000));
    swarm.kill(host);
    swarm.run(5_000);
    for (const phone of phones) assert.equal(phone.overlay.describe(swarm.now).neighbours.length, 1);
    assert.ok(areAllPeers(phones) && areHeld(phones));
  });

  for (const count of [2, 6])
    it(`dies: 5 s after that is noticed its ${count} clients find each other`, () => {
      const { swarm, host, phones } = clientsOfOne(count);
      swarm.kill(host);
      swarm.run(deathNoticedMs + 5_000);
      assert.ok(areOne(swarm, phones));
      for (const owner of phones) {
        const { outcome, tookMs } = swarm.fetch(at(phones, phones.indexOf(owner) - 1), owner.userName);
        assert.equal(outcome.status, "found");
        assert.ok(tookMs < 2_000, `${owner.userName} is found after ${tookMs} ms`);
      }
    });
});

/** A link that is watched closely is known to be dead after so long at most. */
const deathNoticedMs = 9_500;
