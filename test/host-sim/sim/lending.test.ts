import assert from "node:assert/strict";
import { idKey } from "../../../firmware/core/node-id.js";
import { areAllPeers, holdersOf, isReplicated } from "../../overlay/checks.js";
import { areServed, served, setRole } from "../../overlay/served.js";
import { at } from "../../overlay/situations.js";
import type { Swarm } from "../../overlay/swarm.js";
import type { SwarmNode } from "../../overlay/swarm-node.js";

/** Whether each owner's record is with three nodes, of which those that are no hosts are clients. */
function areLent(swarm: Swarm, owners: readonly SwarmNode[]): boolean {
  return owners.every((owner) => holdersOf(swarm.living, owner).length >= 3);
}

describe("overlay: lending clients", () => {
  it("of two hosts the nearest lends the third copy to a client, and never to its owner", () => {
    const { swarm, hosts, phones } = served(2, 6);
    assert.ok(
      swarm.runUntil(() => areLent(swarm, phones), 30_000),
      "three copies of each",
    );
    swarm.run(20_000);
    for (const owner of phones) {
      const holders = holdersOf(swarm.living, owner);
      assert.equal(holders.length, 3);
      assert.ok(!holders.includes(owner));
      assert.ok(hosts.every((host) => holders.includes(host)));
    }
    for (const phone of phones) assert.ok(phone.overlay.describe(swarm.now).records.bytes <= 4096);
  });

  it("a third peer is full: what it refuses is lent, and outlives both hosts", () => {
    const { swarm, hosts } = served(2, 0);
    const full = swarm.add("full", { storeBytes: 300 });
    setRole(swarm, full, "peer");
    swarm.start(full);
    assert.ok(swarm.runUntil(() => areAllPeers([...hosts, full]), 30_000));
    const phones = Array.from({ length: 6 }, (_, i) => swarm.add(`phone${i}`));
    for (const phone of phones) {
      setRole(swarm, phone, "client");
      swarm.start(phone);
      swarm.publish(phone);
    }
    assert.ok(
      swarm.runUntil(() => areLent(swarm, phones), 60_000),
      "three copies of each",
    );
    assert.ok(full.overlay.describe(swarm.now).held.length <= 2);
    for (const host of hosts) swarm.kill(host);
    swarm.run(5_000);
    for (const owner of phones) assert.ok(holdersOf(swarm.living, owner).length >= 1, owner.name);
  });

  it("a third host comes: it holds the third copies, and nothing new is lent", () => {
    const { swarm, hosts, phones } = served(2, 4);
    assert.ok(swarm.runUntil(() => areLent(swarm, phones), 30_000));
    const third = swarm.add("host9", { limits: at(hosts, 0).limits });
    swarm.start(third);
    const all = [...hosts, third];
    assert.ok(
      swarm.runUntil(() => isReplicated(all, phones), 60_000),
      "I4 among the hosts",
    );
  });

  it("both hosts die at once, and an owner is away: its record is there all the same", () => {
    const { swarm, hosts, phones } = served(2, 8);
    assert.ok(swarm.runUntil(() => areLent(swarm, phones), 30_000));
    const [owner, ...others] = phones;
    assert.ok(owner !== undefined);
    swarm.kill(owner);
    for (const host of hosts) swarm.kill(host);
    for (const phone of others) setRole(swarm, phone, "auto");
    const key = idKey(owner.keyRing.nodeId);
    const peers = (): SwarmNode[] =>
      others.filter((each) => each.overlay.describe(swarm.now).stage === "peer");
    const isSaved = (): boolean =>
      peers().length >= 3 &&
      peers().filter((each) => each.overlay.describe(swarm.now).held.some((held) => idKey(held.key) === key))
        .length >= 3;
    assert.ok(swarm.runUntil(isSaved, 60_000), "it is with three peers again");
    const { outcome } = swarm.fetch(at(others, 0), owner.userName);
    assert.equal(outcome.status, "found");
  });

  it("both hosts die: who was lent copies by them counts them as holders no more", () => {
    const { swarm, hosts, phones } = served(2, 6);
    assert.ok(swarm.runUntil(() => areLent(swarm, phones), 30_000));
    const copies = (): number[] =>
      phones.flatMap(({ overlay }) => overlay.describe(swarm.now).held.map((held) => held.copies));
    assert.ok(copies().length > 0 && copies().every((count) => count > 1));
    for (const host of hosts) swarm.kill(host);
    const isNoticed = (): boolean =>
      phones.every(({ overlay }) => overlay.describe(swarm.now).neighbours.length === 0);
    assert.ok(swarm.runUntil(isNoticed, 60_000));
    assert.ok(copies().every((count) => count === 1));
  });

  it("one of two hosts dies: what it had lent goes to the other, and clients are lent what is missing", () => {
    const { swarm, hosts, phones } = served(2, 6);
    assert.ok(swarm.runUntil(() => areLent(swarm, phones), 30_000));
    swarm.kill(at(hosts, 0));
    assert.ok(
      swarm.runUntil(() => areServed(phones, 1) && areLent(swarm, phones), 90_000),
      "a host and two clients hold each record",
    );
  });
});
