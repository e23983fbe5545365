import assert from "node:assert/strict";
import { phoneLimits } from "../../firmware/core/limits.js";
import { encodeMessage } from "../../firmware/wire/message.js";
import { eventsOf, idOf, linkedNames, linkedPair, linkTo, TestNetwork, type Flying } from "./network.js";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const sip = (text: string): Uint8Array => encodeMessage({ type: "sip", text: bytesOf(text) });
const long = (length: number): Uint8Array =>
  encodeMessage({ type: "sip", text: new Uint8Array(length).fill(0x41) });

describe("link/links: a session", () => {
  it("delivers each message once, with the counter its sender was told", () => {
    const { network, alice, bob } = linkedPair();
    const link = linkTo(alice, bob);
    const counters = [0, 1, 2].map((i) => alice.links.send(network.now, link, sip(`message ${i}`)));
    network.run(50);
    const arrived = eventsOf(bob, "messageArrived");
    assert.deepEqual(
      arrived.map(({ counter }) => counter),
      counters,
    );
    assert.deepEqual(arrived[0]?.message, sip("message 0"));
    assert.equal(alice.links.send(network.now, link + 1024, sip("x")), undefined);
    assert.equal(alice.links.drops().get("stale-link"), 1);
  });

  it("goes on past 2^16 frames with a counter of 16 bits on the wire", () => {
    const { network, alice, bob } = linkedPair({ limits: { ...phoneLimits, transmits: 4, events: 4 } });
    const link = linkTo(alice, bob);
    const message = sip("x");
    for (let i = 0; i < 66_000; i++) {
      alice.links.send(network.now, link, message);
      const out = alice.links.pollTransmit();
      if (out !== undefined && i % 1000 === 0) bob.links.handleFrame(network.now, alice.endpoint, out.bytes);
      while (bob.links.pollEvent() !== undefined) bob.turns++;
    }
    alice.links.send(network.now, link, sip("the last one"));
    network.run(50);
    assert.deepEqual(eventsOf(bob, "messageArrived").at(-1)?.message, sip("the last one"));
  });

  it("drops what was replayed, reflected or changed, and goes on", () => {
    const { network, alice, bob } = linkedPair();
    network.sent.length = 0;
    alice.links.send(network.now, linkTo(alice, bob), sip("once"));
    network.run(50);
    const frame = network.sent.find(({ bytes }) => bytes.length > 22) as Flying;
    for (let i = 0; i < 5; i++) network.inject(frame);
    network.inject({ from: frame.to, to: frame.from, bytes: frame.bytes });
    const changed = frame.bytes.slice();
    changed[20] = (changed[20] ?? 0) ^ 1;
    network.inject({ ...frame, bytes: changed });
    network.run(50);
    assert.equal(eventsOf(bob, "messageArrived").length, 1);
    assert.equal(bob.links.drops().get("replayed"), 6, "the changed one shares the counter of one that came");
    assert.equal(alice.links.drops().get("unknown-index"), 1);
    alice.links.send(network.now, linkTo(alice, bob), sip("twice"));
    network.run(50);
    assert.equal(eventsOf(bob, "messageArrived").length, 2);
  });

  it("takes reordered frames within 64 and refuses older ones", () => {
    const { network, alice, bob } = linkedPair();
    const link = linkTo(alice, bob);
    const held: Flying[] = [];
    network.tap = (datagram) => (held.push(datagram), undefined);
    for (let i = 0; i < 80; i++) {
      alice.links.send(network.now, link, sip(`${i}`));
      network.run(0);
    }
    network.tap = ({ bytes }) => bytes;
    for (const datagram of held.reverse()) network.inject(datagram);
    network.run(50);
    assert.equal(eventsOf(bob, "messageArrived").length, 64);
    assert.equal(bob.links.drops().get("replayed"), 16);
  });

  it("puts messages of two and three fragments together, in any order, and refuses longer ones", () => {
    const { network, alice, bob } = linkedPair();
    const link = linkTo(alice, bob);
    network.weather = { delayMs: 1, jitterMs: 30, lossPercent: 0, duplicatePercent: 30 };
    for (const length of [1100, 1300, 2300, 2400, 3390]) {
      alice.links.send(network.now, link, long(length));
      network.run(100);
    }
    assert.deepEqual(
      eventsOf(bob, "messageArrived").map(({ message }) => message.length),
      [1100, 1300, 2300, 2400, 3390].map((length) => long(length).length),
    );
    assert.ok(network.sent.every(({ bytes }) => bytes.length <= 1200));
    assert.equal(alice.links.send(network.now, link, new Uint8Array(3500)), undefined);
  });

  it("forgets a message that does not become whole in 3 s, and takes the next", () => {
    const { network, alice, bob } = linkedPair();
    let fragments = 0;
    network.tap = ({ bytes }) => (bytes.length > 1000 && ++fragments === 1 ? undefined : bytes);
    alice.links.send(network.now, linkTo(alice, bob), long(3000));
    network.run(3100);
    assert.equal(bob.links.drops().get("reassembly-failed"), 1);
    alice.links.send(network.now, linkTo(alice, bob), long(3000));
    network.run(100);
    assert.equal(eventsOf(bob, "messageArrived").length, 1);
  });

  it("keeps at most two messages in reassembly on a phone", () => {
    const network = new TestNetwork();
    const bob = network.add("bob");
    const others = ["carol", "dave", "erin"].map((name) => network.add(name));
    for (const other of others) {
      other.links.connect(network.now, { endpoint: bob.endpoint });
      network.run(400);
    }
    let first = true;
    network.tap = ({ bytes }) => {
      if (bytes.length < 500) return bytes;
      first = !first;
      return first ? undefined : bytes;
    };
    for (const other of others) other.links.send(network.now, linkTo(other, bob), long(2000));
    network.run(100);
    assert.ok((bob.links.drops().get("reassembly-full") ?? 0) >= 1);
  });

  it("answers pings with digest and configuration, and measures the round trip", () => {
    const { network, alice, bob } = linkedPair();
    bob.links.setDigest(linkTo(bob, alice), Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    bob.links.setConfigSequence(77);
    network.sent.length = 0;
    alice.links.ping(network.now, linkTo(alice, bob));
    network.run(50);
    const [pong] = eventsOf(alice, "pongArrived");
    assert.deepEqual(pong?.digest, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    assert.equal(pong.configSequence, 77);
    assert.equal(pong.roundTripMs, 10);
    assert.equal(alice.links.describe()[0]?.srttMs, 10);
    assert.ok(
      network.sent.every(({ bytes }) => bytes.length <= 40),
      "the budget of liveness, 40 B",
    );
  });

  it("keeps a link alive with 22 B each 6 s, or each 30 s", () => {
    for (const [interval, spacing] of [["sibling", 6000] as const, ["other", 30_000] as const]) {
      const { network, alice, bob } = linkedPair();
      alice.links.rank(linkTo(alice, bob), interval);
      bob.links.rank(linkTo(bob, alice), interval);
      network.sent.length = 0;
      network.run(10 * spacing);
      assert.equal(network.sent.length, 20, interval);
      assert.ok(network.sent.every(({ bytes }) => bytes.length === 22));
      assert.deepEqual(linkedNames(alice), ["bob"]);
    }
  });

  it("where one end listens and the other tells, that one alone speaks each 6 s; either notices a death", () => {
    for (const dead of ["bob", "alice"] as const) {
      const { network, alice, bob } = linkedPair();
      alice.links.rank(linkTo(alice, bob), "listening");
      bob.links.rank(linkTo(bob, alice), "telling");
      network.sent.length = 0;
      network.run(60_000);
      assert.equal(network.sent.length, 12);
      const [gone, left] = dead === "bob" ? [bob, alice] : [alice, bob];
      network.remove(gone);
      const died = network.now;
      while (eventsOf(left, "linkDown").length === 0) network.run(10);
      const tookMs = network.now - died;
      const most = dead === "bob" ? 9500 : 39_500;
      assert.ok(tookMs <= most && tookMs > most - 30_000, `${dead}: ${tookMs} ms`);
    }
  });

  it("notices a silent death within 9.5 s between siblings, with three pings", () => {
    const { network, alice, bob } = linkedPair();
    alice.links.rank(linkTo(alice, bob), "sibling");
    network.run(20_000);
    network.remove(bob);
    const died = network.now;
    network.sent.length = 0;
    while (eventsOf(alice, "linkDown").length === 0) network.run(10);
    assert.ok(network.now - died <= 9500, `${network.now - died} ms`);
    assert.equal(eventsOf(alice, "linkDown")[0]?.reason, "silent");
    const pings = network.sent.filter(({ bytes }) => bytes.length > 22 && bytes.length <= 28);
    assert.equal(pings.length, 3);
    assert.deepEqual(alice.links.occupancy(), { links: 0, attempts: 0, halfOpen: 0, retired: 0, indexes: 0 });
  });

  it("does not take one lost keepalive, or a dead spot of 8 s, for a death", () => {
    const { network, alice, bob } = linkedPair();
    for (const [node, other] of [[alice, bob] as const, [bob, alice] as const])
      node.links.rank(linkTo(node, other), "sibling");
    for (let i = 0; i < 10; i++) {
      network.tap = () => undefined;
      network.run(4000);
      network.tap = ({ bytes }) => bytes;
      network.run(8000);
    }
    assert.equal(eventsOf(alice, "linkDown").length + eventsOf(bob, "linkDown").length, 0);
  });

  it("tells the other when it closes", () => {
    const { network, alice, bob } = linkedPair();
    alice.links.close(network.now, linkTo(alice, bob), "closed");
    network.run(50);
    assert.equal(eventsOf(alice, "linkDown")[0]?.reason, "closed");
    assert.equal(eventsOf(bob, "linkDown")[0]?.reason, "left");
    assert.equal(bob.links.occupancy().indexes, 0);
  });

  it("shows captured messages of both directions, and none without the option", () => {
    const { network, alice, bob } = linkedPair({ capture: true });
    alice.links.send(network.now, linkTo(alice, bob), sip("hello"));
    network.run(50);
    const taken = [];
    for (let opened = alice.links.pollOpened(); opened !== undefined; opened = alice.links.pollOpened())
      taken.push(opened);
    const out = taken.find(({ direction, plaintext }) => direction === "out" && plaintext.length > 0);
    assert.deepEqual(out?.plaintext, sip("hello"));
    assert.equal(out.frameBytes, 22 + sip("hello").length);
    assert.deepEqual(out.nodeId, idOf(bob));
    assert.deepEqual(out.remote, bob.endpoint);
    assert.ok(
      taken.some(({ direction }) => direction === "in"),
      "bob's confirmation",
    );
    const silent = linkedPair();
    assert.equal(silent.alice.links.pollOpened(), undefined);
  });
});
