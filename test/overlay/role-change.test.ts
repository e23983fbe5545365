import assert from "node:assert/strict";
import { hostOverlay } from "../../firmware/core/limits.js";
import { areAllPeers, holdersOf } from "./checks.js";
import { setRole, stageOf } from "./served.js";
import { at } from "./situations.js";
import { Swarm } from "./swarm.js";
import type { SwarmNode } from "./swarm-node.js";

/** Two phones that are peers and hold each other's registrations, and two hosts with so much room for records. */
function phonesAndHosts(storeBytes: number): {
  readonly swarm: Swarm;
  readonly phones: readonly SwarmNode[];
  readonly all: readonly SwarmNode[];
} {
  const swarm = new Swarm();
  const limits = { ...hostOverlay, hearsay: 64, credentials: 128, storeBytes };
  const hosts = [0, 1].map((i) => swarm.add(`host${i}`, { limits }));
  const phones = [0, 1].map((i) => swarm.add(`phone${i}`));
  for (const phone of phones) setRole(swarm, phone, "peer");
  const all = [...hosts, ...phones];
  for (const node of all) swarm.start(node);
  for (const phone of phones) swarm.publish(phone);
  assert.ok(swarm.runUntil(() => areAllPeers(all), 30_000));
  swarm.run(20_000);
  for (const owner of phones)
    assert.ok(
      phones.every((phone) => holdersOf(phones, owner).includes(phone)),
      "both hold both",
    );
  return { swarm, phones, all };
}

describe("overlay: a peer that is to be a client", () => {
  it("is one when others hold its records", () => {
    const { swarm, phones } = phonesAndHosts(32_768);
    for (const phone of phones) setRole(swarm, phone, "client");
    const areClients = (): boolean => phones.every((phone) => stageOf(swarm, phone) === "client");
    assert.ok(swarm.runUntil(areClients, 60_000));
  });

  it("stays a peer while all others are full, and nothing is lost; it asks again after minutes", () => {
    const { swarm, phones, all } = phonesAndHosts(16);
    const [first, last] = [at(phones, 0), at(phones, 1)];
    setRole(swarm, first, "client");
    assert.ok(
      swarm.runUntil(() => stageOf(swarm, first) === "client", 60_000),
      "the other phone has what it holds",
    );
    setRole(swarm, last, "client");
    const attempts: number[] = [];
    for (let seconds = 0; seconds < 500; seconds++) {
      swarm.run(1_000);
      if (last.effects.some((effect) => effect.kind === "stageChanged" && effect.stage === "leaving"))
        attempts.push(seconds);
      last.effects.length = 0;
      assert.notEqual(stageOf(swarm, last), "client");
    }
    const [earlier = 0, later = 0] = attempts;
    assert.ok(attempts.length === 2 && later - earlier >= 300, `it tried after ${attempts.join(", ")} s`);
    assert.ok(areAllPeers(all.filter((node) => node !== first)), "it is one as before");
    for (const owner of phones)
      for (const asker of all.filter((node) => node !== owner))
        assert.equal(swarm.fetch(asker, owner.userName).outcome.status, "found");
  });
});
