import assert from "node:assert/strict";
import { idKey, sameId } from "../../firmware/core/node-id.js";
import { areAllPeers, isReplicated } from "./checks.js";
import { associatesOf, served, setRole, stageOf, type Served } from "./served.js";
import { at } from "./situations.js";
import type { Swarm } from "./swarm.js";
import type { SwarmNode } from "./swarm-node.js";

/** The node that a client uses first. */
function firstOf({ hosts }: Served, phone: SwarmNode): SwarmNode {
  const [first] = associatesOf(phone);
  const host = hosts.find(({ keyRing }) => idKey(keyRing.nodeId) === first);
  assert.ok(host !== undefined);
  return host;
}

/** Asks a peer where its client is, or the overlay where a node is; how it ended. */
function isLocated(swarm: Swarm, asker: SwarmNode, sought: SwarmNode, peer?: SwarmNode): boolean {
  const { nodeId } = sought.keyRing;
  let request = 0;
  swarm.touch(asker, () => {
    request = asker.overlay.locate(swarm.now, nodeId, peer?.keyRing.nodeId);
  });
  const ended = (): SwarmNode["effects"][number] | undefined =>
    asker.effects.findLast((each) => each.kind === "findFinished" && each.request === request);
  assert.ok(
    swarm.runUntil(() => ended() !== undefined, 15_000),
    "a lookup ends",
  );
  const outcome = ended();
  return (
    outcome?.kind === "findFinished" && outcome.contacts.some((contact) => sameId(contact.nodeId, nodeId))
  );
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function isFound(swarm: Swarm, asker: SwarmNode, owner: SwarmNode): boolean {
  return swarm.fetch(asker, owner.userName).outcome.status === "found";
}

describe("overlay: clients", () => {
  it("phones are attached to three host peers, which hold their records and count them nowhere", () => {
    const { swarm, hosts, phones } = served(4, 6);
    for (const phone of phones) {
      const { held, neighbours, stage } = phone.overlay.describe(swarm.now);
      assert.deepEqual([stage, held.length, neighbours.length], ["client", 0, 3]);
    }
    for (const host of hosts) assert.equal(host.overlay.describe(swarm.now).neighbours.length, 3);
    assert.ok(isFound(swarm, at(phones, 0), at(phones, 5)), "a client finds a client's name");
    assert.ok(isFound(swarm, at(hosts, 0), at(phones, 5)), "so does a peer");
  });

  it("a client is found by asking the peer it is attached to, and by no other", () => {
    const all = served(5, 3);
    const { swarm, hosts, phones } = all;
    const [alice, bob] = [at(phones, 0), at(phones, 1)];
    const stranger = hosts.find(({ keyRing }) => !associatesOf(bob).includes(idKey(keyRing.nodeId)));
    assert.ok(isLocated(swarm, alice, bob, firstOf(all, bob)), "a client asks");
    assert.ok(isLocated(swarm, at(hosts, 0), bob, firstOf(all, bob)), "a peer asks");
    assert.ok(isLocated(swarm, firstOf(all, bob), bob, firstOf(all, bob)), "the peer itself knows");
    assert.ok(!isLocated(swarm, alice, bob, stranger), "another peer says that it does not serve it");
  });

  it("its first peer dies: it goes on with the next, and attaches to another", () => {
    const all = served(5, 3);
    const { swarm, hosts, phones } = all;
    const [alice, bob] = [at(phones, 0), at(phones, 1)];
    const dead = firstOf(all, bob);
    const former = associatesOf(bob);
    swarm.kill(dead);
    const isReplaced = (): boolean => {
      const now = associatesOf(bob);
      return now.length === 3 && !now.includes(idKey(dead.keyRing.nodeId));
    };
    assert.ok(
      swarm.runUntil(() => associatesOf(bob).join() !== former.join(), 9_500),
      "noticed as fast as a sibling",
    );
    assert.ok(former.slice(1).includes(associatesOf(bob)[0] ?? ""), "another is the first now");
    assert.ok(isFound(swarm, bob, alice), "and of use at once");
    assert.ok(swarm.runUntil(isReplaced, 20_000), "three again");
    const living = hosts.filter((host) => host !== dead);
    assert.ok(
      swarm.runUntil(() => isReplicated(living, phones), 30_000),
      "records are where they belong",
    );
    assert.ok(isLocated(swarm, alice, bob, firstOf(all, bob)));
  });

  it("peers with few places take one client each in turn: who is refused is told of others", () => {
    const { swarm, hosts } = served(3, 6, 3);
    const taken = (): number[] => hosts.map((host) => host.overlay.describe(swarm.now).clients.length).sort();
    assert.ok(
      swarm.runUntil(() => sumOf(taken()) === 6, 60_000),
      "every client has one place",
    );
    swarm.run(60_000);
    assert.equal(sumOf(taken()), 6);
    assert.ok(taken().every((count) => count <= 3));
  });

  it("a client becomes a peer, and a peer a client, without a record lost", () => {
    const { swarm, hosts, phones } = served(3, 4);
    const [alice, bob] = [at(phones, 0), at(phones, 1)];
    setRole(swarm, alice, "peer");
    const peers = [...hosts, alice];
    assert.ok(
      swarm.runUntil(() => areAllPeers(peers) && isReplicated(peers, phones), 60_000),
      "it holds its share",
    );
    assert.ok(isFound(swarm, bob, alice) && isLocated(swarm, bob, alice), "and is found as a peer");
    setRole(swarm, alice, "client");
    assert.ok(
      swarm.runUntil(() => stageOf(swarm, alice) === "client" && associatesOf(alice).length === 3, 300_000),
      "it is a client again, once a host lets it go",
    );
    assert.equal(alice.overlay.describe(swarm.now).held.length, 0);
    assert.ok(isReplicated(hosts, phones), "and had handed over all before");
    assert.ok(phones.every((phone) => isFound(swarm, alice, phone)));
  });
});
