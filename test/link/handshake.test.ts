import assert from "node:assert/strict";
import { equalBytes } from "../../firmware/core/bytes.js";
import { phoneLimits } from "../../firmware/core/limits.js";
import { eventsOf, idOf, linkedNames, linkedPair, linkTo, TestNetwork, wireOf } from "./network.js";

describe("link/links: opening a link", () => {
  it("comes up cold on both sides, each knowing who the other is and how it sees us", () => {
    const { alice, bob } = linkedPair();
    const [up] = eventsOf(alice, "linkUp");
    assert.equal(up?.credential.userName, "bob");
    assert.equal(up.initiated, true);
    assert.deepEqual(up.ownEndpoint, alice.endpoint);
    assert.equal(up.roundTripMs, 10, "twice the 5 ms of the network");
    const [answered] = eventsOf(bob, "linkUp");
    assert.equal(answered?.credential.userName, "alice");
    assert.equal(answered.initiated, false);
    assert.deepEqual(answered.ownEndpoint, bob.endpoint);
    assert.equal(answered.roundTripMs, 10);
    assert.deepEqual(answered.endpoint, alice.endpoint);
    assert.equal(alice.links.occupancy().attempts, 0);
    assert.equal(bob.links.occupancy().halfOpen, 0);
  });

  it("costs on the wire what protocol §2 says, cold, known to one, known to both", () => {
    const network = new TestNetwork();
    const alice = network.add("alice");
    const bob = network.add("bob");
    const sizes = (): [string[], number] => {
      const wire = wireOf(network);
      const total = network.sent.reduce((sum, { bytes }) => sum + bytes.length, 0);
      network.sent.length = 0;
      return [wire, total];
    };
    alice.links.connect(network.now, { endpoint: bob.endpoint });
    network.run(150);
    const [cold, coldTotal] = sizes();
    const lengths = {
      alice: alice.side.keyRing.credential.bytes.length,
      bob: bob.side.keyRing.credential.bytes.length,
    };
    assert.deepEqual(cold, [
      "c0:84",
      `c8:${39 + lengths.bob + 16 + 27}`,
      `ca:${4 + lengths.alice + 16 + 27}`,
      "d8:22",
    ]);
    alice.links.close(network.now, linkTo(alice, bob), "closed");
    network.run(2000);
    sizes();
    alice.links.connect(network.now, { endpoint: bob.endpoint, nodeId: idOf(bob) });
    network.run(150);
    const [known, knownTotal] = sizes();
    assert.deepEqual(known, ["c1:44", "c9:90", "cb:55", "d8:22"]);
    console.log(`      cold ${coldTotal} B, both known ${knownTotal} B`);
    assert.ok(coldTotal <= 503);
    assert.equal(knownTotal, 211);
  });

  it("is short to the callee and full to the caller when the credential came with a lookup", () => {
    const network = new TestNetwork();
    const alice = network.add("alice");
    const bob = network.add("bob");
    const { credential } = bob.side.keyRing;
    alice.links.connect(network.now, { endpoint: bob.endpoint, nodeId: credential.nodeId, credential });
    network.run(150);
    const own = alice.side.keyRing.credential.bytes.length;
    assert.deepEqual(wireOf(network), ["c1:44", "c9:90", `ca:${4 + own + 16 + 27}`, "d8:22"]);
  });

  it("survives the loss of each message of the handshake, once and three times", () => {
    for (const first of [[0xc0], [0xc8], [0xca], [0xd8], [0xc0, 0xc8], [0xc8, 0xca]]) {
      for (const losses of first.length === 1 ? [1, 3] : [1]) {
        const network = new TestNetwork();
        const alice = network.add("alice");
        const bob = network.add("bob");
        const left = new Map(first.map((byte) => [byte, losses]));
        network.tap = ({ bytes }) => {
          const remaining = left.get(bytes[0] ?? 0) ?? 0;
          if (remaining <= 0) return bytes;
          left.set(bytes[0] ?? 0, remaining - 1);
          return undefined;
        };
        alice.links.connect(network.now, { endpoint: bob.endpoint });
        network.run(4000);
        const what = `${first.map((byte) => byte.toString(16)).join("+")} lost ${losses} times`;
        assert.deepEqual(linkedNames(alice), ["bob"], what);
        assert.deepEqual(linkedNames(bob), ["alice"], what);
        assert.equal(eventsOf(alice, "linkDown").length, 0, what);
      }
    }
  });

  it("sends hello1 again after 200, 400 and 800 ms, the same bytes, and gives up after 3 s", () => {
    const network = new TestNetwork();
    const alice = network.add("alice");
    const times: number[] = [];
    network.tap = () => {
      times.push(network.now - 1000);
      return undefined;
    };
    alice.links.connect(network.now, { endpoint: { address: "192.0.2.99", port: 6084 } });
    network.run(2999);
    assert.deepEqual(times, [0, 200, 600, 1400]);
    assert.ok(
      network.sent.every(({ bytes }) => equalBytes(bytes, network.sent[0]?.bytes ?? new Uint8Array(0))),
    );
    assert.equal(eventsOf(alice, "connectFailed").length, 0);
    network.run(2);
    assert.equal(eventsOf(alice, "connectFailed")[0]?.reason, "no-answer");
    assert.deepEqual(alice.links.occupancy(), { links: 0, attempts: 0, halfOpen: 0, retired: 0, indexes: 0 });
  });

  it("waits twice the round trip before hello3 goes again, where that is more than 200 ms", () => {
    const network = new TestNetwork();
    network.weather = { delayMs: 90, jitterMs: 0, lossPercent: 0, duplicatePercent: 0 };
    const alice = network.add("alice");
    const bob = network.add("bob");
    const hello3: number[] = [];
    network.tap = ({ bytes }) => {
      if (bytes[0] !== 0xca) return bytes;
      hello3.push(network.now);
      return undefined;
    };
    alice.links.connect(network.now, { endpoint: bob.endpoint });
    network.run(3000);
    assert.ok((hello3[1] ?? 0) - (hello3[0] ?? 0) >= 360, hello3.join());
  });

  it("tells wrong node, own node and nothing acceptable apart", () => {
    const network = new TestNetwork();
    const alice = network.add("alice");
    const bob = network.add("bob");
    const carol = network.add("carol");
    alice.links.connect(network.now, { endpoint: bob.endpoint, nodeId: idOf(carol) });
    network.run(4000);
    alice.links.connect(network.now, { endpoint: alice.endpoint });
    network.run(4000);
    alice.links.connect(network.now, { endpoint: bob.endpoint, nodeId: idOf(alice) });
    network.run(10);
    assert.deepEqual(
      eventsOf(alice, "connectFailed").map(({ reason }) => reason),
      ["wrong-node", "no-answer", "own-node"],
    );
    assert.ok((alice.links.drops().get("reflected") ?? 0) > 0, "a hello1 that came back to its sender");
    assert.deepEqual(linkedNames(alice), []);
  });

  it("does not form between overlays of different names", () => {
    const network = new TestNetwork();
    const alice = network.add("alice");
    const bob = network.add("bob", { overlayId: new Uint8Array(8) });
    alice.links.connect(network.now, { endpoint: bob.endpoint });
    network.run(4000);
    assert.deepEqual(linkedNames(alice), []);
    assert.deepEqual(linkedNames(bob), []);
    assert.equal(eventsOf(alice, "connectFailed")[0]?.reason, "not-authentic");
  });

  it("comes up over IPv6 with the wide parameters, still within three times what came", () => {
    const network = new TestNetwork();
    const alice = network.add("alice");
    const bob = network.add("bob");
    alice.endpoint = { address: "2001:db8::1", port: 6084 };
    bob.endpoint = { address: "2001:db8::2", port: 6084 };
    alice.links.connect(network.now, { endpoint: bob.endpoint });
    network.run(200);
    assert.deepEqual(eventsOf(alice, "linkUp")[0]?.ownEndpoint, alice.endpoint);
    assert.deepEqual(
      wireOf(network).map((frame) => frame.slice(0, 2)),
      ["c0", "cc", "ce", "d8"],
    );
    const [hello1, hello2] = network.sent;
    assert.ok((hello2?.bytes.length ?? 0) <= 3 * (hello1?.bytes.length ?? 0));
  });

  it("asks a caller with a shorter name than its own for a cookie, for its answer is longer", () => {
    const network = new TestNetwork();
    const alice = network.add("al");
    const bob = network.add("bob-whose-name-is-long-as-can-be");
    bob.endpoint = { address: "2001:db8::2", port: 6084 };
    alice.endpoint = { address: "2001:db8::1", port: 6084 };
    alice.links.connect(network.now, { endpoint: bob.endpoint });
    network.run(200);
    assert.deepEqual(
      wireOf(network).map((frame) => frame.slice(0, 2)),
      ["c0", "d0", "c2", "cc", "ce", "d8"],
    );
    assert.deepEqual(linkedNames(alice), [bob.name]);
  });

  it("does one public-key operation a turn", () => {
    const { alice, bob } = linkedPair();
    // Initiator: key, eI·eR, verify, convert, eI·sR, sI·eR; responder: key, eR·eI, sR·eI, verify, convert, eR·sI.
    assert.ok(alice.turns >= 6, `${alice.turns} turns`);
    assert.ok(bob.turns >= 6, `${bob.turns} turns`);
  });

  it("refuses by a leave when its table is full of live links, and the initiator hears so", () => {
    const network = new TestNetwork();
    const limits = { ...phoneLimits, rows: 1 };
    const alice = network.add("alice", { limits });
    const bob = network.add("bob");
    const carol = network.add("carol");
    bob.links.connect(network.now, { endpoint: alice.endpoint });
    network.run(200);
    carol.links.connect(network.now, { endpoint: alice.endpoint });
    network.run(500);
    assert.deepEqual(linkedNames(alice), ["bob"]);
    assert.deepEqual(linkedNames(carol), []);
    assert.equal(eventsOf(carol, "connectFailed")[0]?.reason, "refused");
    assert.equal(eventsOf(carol, "linkDown")[0]?.reason, "refused");
    alice.links.connect(network.now, { endpoint: carol.endpoint });
    network.run(500);
    assert.equal(eventsOf(alice, "connectFailed")[0]?.reason, "table-full");
    network.run(70_000);
    carol.links.connect(network.now, { endpoint: alice.endpoint });
    network.run(500);
    assert.deepEqual(linkedNames(alice), ["carol"], "an idle link has made room");
    assert.equal(eventsOf(alice, "linkDown").at(-1)?.reason, "evicted");
    assert.equal(eventsOf(bob, "linkDown").at(-1)?.reason, "left");
  });

  it("keeps a guest that has just come from a stranger, but not from a call of its own", () => {
    const network = new TestNetwork();
    const alice = network.add("alice", { limits: { ...phoneLimits, rows: 1 } });
    const bob = network.add("bob");
    const carol = network.add("carol");
    bob.links.connect(network.now, { endpoint: alice.endpoint });
    network.run(200);
    alice.links.rank(linkTo(alice, bob), "guest");
    alice.links.connect(network.now, { endpoint: carol.endpoint });
    network.run(200);
    assert.equal(eventsOf(alice, "connectFailed")[0]?.reason, "table-full");
    const { nodeId } = carol.side.keyRing;
    alice.links.hold([nodeId]);
    alice.links.connect(network.now, { endpoint: carol.endpoint, nodeId });
    network.run(500);
    assert.deepEqual(linkedNames(alice), ["carol"]);
    assert.equal(eventsOf(bob, "linkDown").at(-1)?.reason, "left");
  });
});
