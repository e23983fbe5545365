import assert from "node:assert/strict";
import { encodeMessage } from "../../firmware/wire/message.js";
import { endpointOf, eventsOf, idOf, linkedNames, linkedPair, linkTo, TestNetwork } from "./network.js";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const sip = (text: string): Uint8Array => encodeMessage({ type: "sip", text: bytesOf(text) });

describe("link/links: roaming", () => {
  it("moves the path when the pong comes from the new address, and not before", () => {
    const { network, alice, bob } = linkedPair();
    const moved = endpointOf(77);
    alice.endpoint = moved;
    network.tap = ({ bytes, to }) => (to.address === moved.address ? undefined : bytes);
    alice.links.send(network.now, linkTo(alice, bob), sip("from elsewhere"));
    network.run(100);
    assert.equal(eventsOf(bob, "messageArrived").length, 1);
    assert.notDeepEqual(bob.links.describe()[0]?.endpoint, moved, "no pong came from there");
    network.tap = ({ bytes }) => bytes;
    network.run(1000);
    alice.links.send(network.now, linkTo(alice, bob), sip("again"));
    network.run(100);
    assert.deepEqual(bob.links.describe()[0]?.endpoint, moved);
    bob.links.send(network.now, linkTo(bob, alice), sip("found you"));
    network.run(100);
    assert.equal(eventsOf(alice, "messageArrived").length, 1);
  });

  it("is not steered by who replays fastest from elsewhere, and sends there three times what came at most", () => {
    const { network, alice, bob } = linkedPair();
    const thief = endpointOf(99);
    const { endpoint } = alice;
    let came = 0;
    network.tap = (datagram) => {
      if (datagram.from === alice.endpoint && datagram.from.address !== thief.address) {
        came += datagram.bytes.length;
        network.inject({ ...datagram, from: thief });
      }
      return datagram.bytes;
    };
    for (let i = 0; i < 50; i++) {
      alice.links.send(network.now, linkTo(alice, bob), sip(`${i}`));
      network.run(300);
    }
    const went = network.sent.filter(({ to }) => to.address === thief.address);
    assert.ok(went.length > 0, "bob has asked there");
    assert.ok(went.reduce((sum, { bytes }) => sum + bytes.length, 0) <= 3 * came);
    assert.deepEqual(bob.links.describe()[0]?.endpoint, endpoint);
    assert.equal(eventsOf(bob, "messageArrived").length, 50);
  });
});

describe("link/links: two sessions with one node", () => {
  it("makes one link of a simultaneous opening, from both sides the same", () => {
    for (let round = 0; round < 12; round++) {
      const network = new TestNetwork(round + 1);
      const alice = network.add(`alice${round}`);
      const bob = network.add(`bob${round}`);
      network.weather = { delayMs: 10, jitterMs: 40, lossPercent: 0, duplicatePercent: 0 };
      alice.links.connect(network.now, { endpoint: bob.endpoint, nodeId: idOf(bob) });
      network.run((round % 6) * 12);
      bob.links.connect(network.now, { endpoint: alice.endpoint, nodeId: idOf(alice) });
      network.run(2000);
      for (const [node, other] of [[alice, bob] as const, [bob, alice] as const]) {
        assert.deepEqual(linkedNames(node), [other.name]);
        assert.equal(eventsOf(node, "linkUp").length, 1, `round ${round}: one linkUp at ${node.name}`);
        assert.equal(eventsOf(node, "connectFailed").length, 0);
        node.links.send(network.now, linkTo(node, other), sip("hello"));
      }
      network.run(10_000);
      for (const node of [alice, bob]) {
        assert.equal(eventsOf(node, "messageArrived").length, 1);
        assert.equal(eventsOf(node, "linkDown").length, 0);
        assert.deepEqual(node.links.occupancy(), {
          links: 1,
          attempts: 0,
          halfOpen: 0,
          retired: 0,
          indexes: 1,
        });
      }
    }
  });

  it("takes a restarted node at once, as a new link", () => {
    const { network, alice, bob } = linkedPair();
    network.run(20_000);
    const before = linkTo(bob, alice);
    network.remove(alice);
    const again = network.add("alice again", { as: "alice" });
    again.endpoint = alice.endpoint;
    again.links.connect(network.now, { endpoint: bob.endpoint });
    network.run(200);
    assert.deepEqual(linkedNames(bob), ["alice"]);
    assert.equal(eventsOf(bob, "linkDown")[0]?.reason, "replaced");
    assert.notEqual(linkTo(bob, again), before);
    network.run(60_000);
    assert.equal(eventsOf(bob, "clonedKeyNoticed").length, 0, "a restart is no clone");
    assert.deepEqual(linkedNames(bob), ["alice"]);
  });

  it("takes a node that restarts within seconds of opening for a new one, whichever Node-ID is the lesser", () => {
    for (const [first, second] of [["alice", "bob"] as const, ["bob", "alice"] as const]) {
      const network = new TestNetwork();
      const stays = network.add(first);
      const restarts = network.add(second);
      stays.links.connect(network.now, { endpoint: restarts.endpoint });
      network.run(2000);
      network.remove(restarts);
      const again = network.add(`${second} again`, { as: second });
      again.endpoint = restarts.endpoint;
      again.links.connect(network.now, { endpoint: stays.endpoint });
      network.run(200);
      assert.equal(eventsOf(stays, "linkDown")[0]?.reason, "replaced");
      assert.equal(eventsOf(stays, "linkUp").length, 2);
      stays.links.send(network.now, linkTo(stays, again), sip("welcome back"));
      network.run(20_000);
      assert.equal(eventsOf(again, "messageArrived").length, 1);
      assert.deepEqual(linkedNames(again), [first]);
      assert.equal(stays.links.occupancy().indexes, 1);
    }
  });

  it("notices a cloned key when the old device still answers, and keeps the newer", () => {
    const { network, alice, bob } = linkedPair();
    network.run(20_000);
    const clone = network.add("clone", { as: "alice" });
    clone.links.connect(network.now, { endpoint: bob.endpoint });
    network.run(500);
    assert.deepEqual(
      eventsOf(bob, "clonedKeyNoticed").map(({ nodeId }) => nodeId),
      [idOf(alice)],
    );
    assert.deepEqual(bob.links.describe()[0]?.endpoint, clone.endpoint);
  });

  it("gives up a call to a node that is linked and alive under another address", () => {
    const { network, alice, bob } = linkedPair();
    const second = endpointOf(55);
    network.tap = (datagram) => {
      if (datagram.to.address === second.address) network.inject({ ...datagram, to: bob.endpoint }, 5);
      if (datagram.from === bob.endpoint && datagram.bytes[0] !== 0xd8) {
        network.inject({ ...datagram, from: second }, 5);
        return undefined;
      }
      return datagram.bytes;
    };
    network.run(20_000);
    alice.links.connect(network.now, { endpoint: second });
    network.run(4000);
    assert.equal(eventsOf(alice, "connectFailed")[0]?.reason, "already-linked");
    assert.equal(eventsOf(alice, "linkDown").length, 0);
    assert.equal(bob.links.occupancy().halfOpen, 0);
  });

  it("renews its keys after 8 h without a word to the layers above, and no frame is lost", () => {
    const { network, alice, bob } = linkedPair();
    const link = linkTo(alice, bob);
    network.run(8 * 3_600_000 - 2000);
    let sent = 0;
    for (let i = 0; i < 200; i++) {
      for (const [node, other] of [[alice, bob] as const, [bob, alice] as const]) {
        node.links.send(network.now, linkTo(node, other), sip(`${sent++}`));
      }
      network.run(20);
    }
    const hellos = network.sent.filter(({ bytes }) => bytes[0] === 0xc1).length;
    assert.equal(hellos, 1, "one short handshake");
    assert.equal(linkTo(alice, bob), link);
    assert.equal(eventsOf(alice, "messageArrived").length + eventsOf(bob, "messageArrived").length, sent);
    assert.equal(eventsOf(alice, "linkUp").length + eventsOf(bob, "linkUp").length, 2);
    network.run(20_000);
    for (const node of [alice, bob]) assert.equal(node.links.occupancy().indexes, 1, "the old keys are gone");
  });
});
