import assert from "node:assert/strict";
import { encodeMessage } from "../../firmware/wire/message.js";
import { eventsOf, idOf, linkedNames, linkedPair, linkTo, TestNetwork, wireOf } from "./network.js";

const sip = (text: string): Uint8Array =>
  encodeMessage({ type: "sip", text: new TextEncoder().encode(text) });

describe("link/links: messages in the flight of hello3", () => {
  it("carries data directly after hello3, before it is confirmed", () => {
    const network = new TestNetwork();
    const alice = network.add("alice");
    const bob = network.add("bob");
    alice.links.connect(network.now, { endpoint: bob.endpoint });
    while (eventsOf(alice, "linkUp").length === 0) network.run(1);
    assert.equal(bob.links.occupancy().links, 0, "the responder has not read hello3 yet");
    alice.links.send(network.now, linkTo(alice, bob), sip("INVITE"));
    network.run(50);
    assert.equal(eventsOf(bob, "messageArrived").length, 1);
  });

  it("holds at most two frames that overtake hello3, and delivers them once", () => {
    const network = new TestNetwork();
    const alice = network.add("alice");
    const bob = network.add("bob");
    let delayed: Parameters<TestNetwork["tap"]>[0] | undefined;
    network.tap = (datagram) => {
      if (datagram.bytes[0] !== 0xca || delayed !== undefined) return datagram.bytes;
      delayed = datagram;
      return undefined;
    };
    alice.links.connect(network.now, { endpoint: bob.endpoint });
    while (eventsOf(alice, "linkUp").length === 0) network.run(1);
    for (const text of ["one", "two", "three"]) alice.links.send(network.now, linkTo(alice, bob), sip(text));
    network.run(20);
    assert.equal(bob.links.drops().get("held-full"), 1);
    if (delayed !== undefined) network.inject(delayed);
    network.run(20);
    assert.equal(eventsOf(bob, "messageArrived").length, 2);
    network.run(5000);
    assert.ok(eventsOf(bob, "messageArrived").length <= 3);
  });

  it("sends what it has sent after a lost hello3 again, with it", () => {
    const network = new TestNetwork();
    const alice = network.add("alice");
    const bob = network.add("bob");
    let cut = true;
    network.tap = ({ bytes, from }) =>
      cut && from === alice.endpoint && bytes[0] !== 0xc0 ? undefined : bytes;
    alice.links.connect(network.now, { endpoint: bob.endpoint });
    while (eventsOf(alice, "linkUp").length === 0) network.run(1);
    alice.links.send(network.now, linkTo(alice, bob), sip("INVITE"));
    network.run(100);
    cut = false;
    network.run(1000);
    assert.equal(eventsOf(bob, "messageArrived").length, 1);
  });

  it("says hello3 in full when the other has forgotten our credential, and loses no message", () => {
    const { network, alice, bob } = linkedPair();
    alice.links.close(network.now, linkTo(alice, bob), "closed");
    network.run(100);
    network.remove(bob);
    const again = network.add("bob again", { as: "bob" });
    again.endpoint = bob.endpoint;
    network.sent.length = 0;
    alice.links.connect(network.now, { endpoint: again.endpoint, nodeId: idOf(bob) });
    while (eventsOf(alice, "linkUp").length === 1) network.run(1);
    alice.links.send(network.now, linkTo(alice, again), sip("INVITE"));
    network.run(300);
    const wire = wireOf(network).map((frame) => frame.split(":")[0]);
    assert.deepEqual(
      wire.filter((first) => first !== "d8"),
      ["c1", "c9", "cb", "ca"],
    );
    assert.deepEqual(linkedNames(again), ["alice"]);
    assert.equal(eventsOf(again, "messageArrived").length, 1);
    alice.links.ping(network.now, linkTo(alice, again));
    network.run(50);
    assert.equal(eventsOf(alice, "pongArrived").length, 1);
  });

  it("ends the link as silent when hello3 is never confirmed", () => {
    const network = new TestNetwork();
    const alice = network.add("alice");
    const bob = network.add("bob");
    network.tap = ({ bytes }) => (bytes[0] === 0xca ? undefined : bytes);
    alice.links.connect(network.now, { endpoint: bob.endpoint });
    network.run(5000);
    assert.equal(eventsOf(alice, "linkDown")[0]?.reason, "silent");
    assert.equal(alice.links.occupancy().indexes, 0);
    assert.equal(bob.links.occupancy().indexes, 0);
  });
});
