import assert from "node:assert/strict";
import { endpointText, sameEndpoint, type Endpoint } from "../../firmware/core/endpoint.js";
import { tunnelFrameBytesMax } from "../../firmware/core/limits.js";
import { isTunnel, tunnelBack, tunnelTo } from "../../firmware/core/tunnel-endpoint.js";
import { encodeMessage } from "../../firmware/wire/message.js";
import {
  endpointOf,
  eventsOf,
  idOf,
  linkTo,
  returned,
  TestNetwork,
  type Flying,
  type TestNode,
} from "./network.js";

const sipOf = (length: number): Uint8Array =>
  encodeMessage({ type: "sip", text: new Uint8Array(length).fill(0x41) });

/**
 * Alice and bob, who cannot send each other datagrams, and an overlay that carries their frames: what goes to one
 * comes there by the handles `way`, what goes back along them comes home.
 */
class Walled extends TestNetwork {
  readonly alice: TestNode = this.add("alice");
  readonly bob: TestNode = this.add("bob");
  /** Who opens the tunnel, and to whom. */
  readonly #from: TestNode;
  readonly #to: TestNode;
  isWalled = true;
  way: Uint8Array = Uint8Array.of(0, 1, 0, 7, 2, 3, 0, 9, 1, 5, 0, 2, 0, 1);
  tunnelDelayMs = 20;
  /** Frames that the overlay carried. */
  readonly carried: Uint8Array[] = [];

  constructor(from: "alice" | "bob" = "alice") {
    super();
    [this.#from, this.#to] = from === "alice" ? [this.alice, this.bob] : [this.bob, this.alice];
    this.tap = (datagram) => this.#cross(datagram);
  }

  /** One opens a link to the other through the overlay. */
  open(direct?: Endpoint): void {
    this.greetThroughTunnel(direct);
    this.run(500);
  }

  greetThroughTunnel(direct?: Endpoint): void {
    const nodeId = idOf(this.#to);
    this.#from.links.connect(this.now, { endpoint: tunnelTo(nodeId), nodeId, ...(direct && { direct }) });
  }

  /** Where the link of one to the other is. */
  pathOf(node: TestNode): Endpoint {
    const [link] = node.links.describe();
    assert.ok(link !== undefined, `${node.name} has no link`);
    return link.endpoint;
  }

  send(from: TestNode, to: TestNode, message: Uint8Array): number | undefined {
    const counter = from.links.send(this.now, linkTo(from, to), message);
    this.run(100);
    return counter;
  }

  #cross({ to, bytes, from }: Flying): Uint8Array | undefined {
    if (!isTunnel(to)) return this.isWalled && this.#isBetween(from, to) ? undefined : bytes;
    this.carried.push(bytes);
    const isHome = sameEndpoint(to, tunnelBack(this.way));
    if (isHome) this.inject({ from: returned, to: this.#from.endpoint, bytes }, this.tunnelDelayMs);
    else if (endpointText(to) === endpointText(tunnelTo(idOf(this.#to)))) {
      this.inject({ from: tunnelBack(this.way), to: this.#to.endpoint, bytes }, this.tunnelDelayMs);
    }
    return undefined;
  }

  #isBetween(from: Endpoint, to: Endpoint): boolean {
    return [this.alice, this.bob].every(({ endpoint }) =>
      [from, to].some((end) => sameEndpoint(end, endpoint)),
    );
  }
}

describe("link: a path that is a tunnel", () => {
  it("is opened like any other, and carries messages both ways", () => {
    const network = new Walled();
    const { alice, bob } = network;
    network.open();
    assert.deepEqual(network.pathOf(alice), tunnelTo(idOf(bob)));
    assert.deepEqual(network.pathOf(bob), tunnelBack(network.way));
    for (const node of [alice, bob]) {
      assert.equal(eventsOf(node, "linkUp")[0]?.ownEndpoint, undefined, "nobody has seen an address");
    }
    network.send(alice, bob, sipOf(100));
    network.send(bob, alice, sipOf(200));
    assert.deepEqual(eventsOf(bob, "messageArrived")[0]?.message, sipOf(100));
    assert.deepEqual(eventsOf(alice, "messageArrived")[0]?.message, sipOf(200));
  });

  it("ends where nobody answers", () => {
    const network = new Walled();
    network.remove(network.bob);
    network.open();
    network.run(4000);
    const [failed] = eventsOf(network.alice, "connectFailed");
    assert.deepEqual([failed?.reason, failed?.endpoint], ["no-answer", tunnelTo(idOf(network.bob))]);
  });

  it("stays alive by itself, and is noticed when it is cut", () => {
    const network = new Walled();
    const { alice, bob } = network;
    network.open();
    for (const node of [alice, bob]) node.links.rank(linkTo(node, node === alice ? bob : alice), "sibling");
    network.run(60_000);
    assert.equal(eventsOf(alice, "linkDown").length + eventsOf(bob, "linkDown").length, 0);
    network.tap = () => undefined;
    network.run(10_000);
    assert.deepEqual(
      [alice, bob].map((node) => eventsOf(node, "linkDown")[0]?.reason),
      ["silent", "silent"],
    );
  });

  it("has smaller datagrams: long messages are cut to them, and arrive whole", () => {
    const network = new Walled();
    const { alice, bob } = network;
    network.open();
    for (const length of [1070, 1090, 1178, 2000, 3200]) {
      network.carried.length = 0;
      const before = eventsOf(bob, "messageArrived").length;
      assert.notEqual(network.send(alice, bob, sipOf(length)), undefined, `${length} B`);
      assert.deepEqual(eventsOf(bob, "messageArrived")[before]?.message, sipOf(length));
      for (const frame of network.carried)
        assert.ok(frame.length <= tunnelFrameBytesMax, `${frame.length} B`);
    }
    assert.equal(alice.links.send(network.now, linkTo(alice, bob), sipOf(3300)), undefined, "not in three");
  });

  it("gives way to an address that answers, at both ends, and nobody above notices more than that", () => {
    const network = new Walled();
    const { alice, bob } = network;
    network.open(bob.endpoint);
    network.run(3000);
    assert.ok(isTunnel(network.pathOf(alice)) && isTunnel(network.pathOf(bob)), "the wall stands");
    network.isWalled = false;
    network.run(10_000);
    assert.deepEqual([network.pathOf(alice), network.pathOf(bob)], [bob.endpoint, alice.endpoint]);
    network.carried.length = 0;
    network.send(alice, bob, sipOf(100));
    network.send(bob, alice, sipOf(1170));
    assert.equal(network.carried.length, 0);
    for (const node of [alice, bob]) {
      const kinds = node.events.map(({ kind }) => kind);
      assert.deepEqual(kinds, ["linkUp", "pathMoved", "messageArrived"]);
    }
    network.sent.length = 0;
    network.run(600_000);
    const frames = network.sent.filter(({ to }) => sameEndpoint(to, bob.endpoint)).length;
    assert.ok(frames <= 20, `a keepalive each 30 s, and nothing is tried any more: ${frames}`);
  });

  it("both ends tell each other where they may be, and try it: neither has known an address before", () => {
    const network = new Walled();
    const { alice, bob } = network;
    const seen: Endpoint = { address: "198.51.100.9", port: 40_000 };
    for (const { links, endpoint } of [alice, bob]) links.setPlace({ local: endpoint, seen });
    bob.links.setPlace({ local: bob.endpoint });
    network.open();
    network.run(3000);
    for (const [from, to] of [
      [alice, bob.endpoint],
      [bob, seen],
    ] as const)
      assert.ok(
        network.sent.filter((one) => sameEndpoint(one.from, from.endpoint) && sameEndpoint(one.to, to))
          .length > 1,
      );
    network.isWalled = false;
    network.run(10_000);
    assert.deepEqual([network.pathOf(alice), network.pathOf(bob)], [bob.endpoint, alice.endpoint]);
  });

  it("tries the address ever more seldom, and not after the link has ended", () => {
    const network = new Walled();
    const { alice, bob } = network;
    network.open(bob.endpoint);
    for (const node of [alice, bob]) node.links.rank(linkTo(node, node === alice ? bob : alice), "sibling");
    const tries = (): number => {
      const count = network.sent.filter(({ to }) => sameEndpoint(to, bob.endpoint)).length;
      network.sent.length = 0;
      return count;
    };
    network.run(60_000);
    const early = tries();
    network.run(600_000);
    assert.ok(early >= 5 && early <= 8, `${early} in the first minute`);
    assert.ok(tries() <= 11, "one a minute");
    alice.links.close(network.now, linkTo(alice, bob), "closed");
    network.run(600_000);
    assert.equal(tries(), 0);
  });

  it("follows when the handles of its way change", () => {
    const network = new Walled();
    const { alice, bob } = network;
    network.open();
    network.way = Uint8Array.of(0, 3, 0, 9, 1, 1);
    network.send(alice, bob, sipOf(10));
    network.run(1000);
    assert.deepEqual(network.pathOf(bob), tunnelBack(network.way));
    network.send(bob, alice, sipOf(20));
    assert.deepEqual(eventsOf(alice, "messageArrived")[0]?.message, sipOf(20));
  });

  it("is never taken in place of an address: neighbours carry tunnels", () => {
    const network = new Walled();
    const { alice, bob } = network;
    network.isWalled = false;
    alice.links.connect(network.now, { endpoint: bob.endpoint });
    network.run(500);
    const pass = network.tap;
    network.tap = (datagram) => {
      if (!sameEndpoint(datagram.to, bob.endpoint)) return pass(datagram);
      network.inject({ ...datagram, from: tunnelBack(network.way) }, 5);
      return undefined;
    };
    for (let i = 0; i < 5; i++) network.send(alice, bob, sipOf(10));
    assert.equal(eventsOf(bob, "messageArrived").length, 5, "it is authentic");
    assert.deepEqual(network.pathOf(bob), alice.endpoint);
    assert.equal(network.carried.length, 0);
  });

  for (const [opener, from] of [
    ["alice", "bob"],
    ["bob", "alice"],
    ["alice", "alice"],
  ] as const) {
    it(`${opener} comes by address, ${from} through the tunnel at the same time: one link, by address`, () => {
      for (const tunnelDelayMs of [1, 4, 5, 6, 8, 12]) {
        const network = new Walled(from);
        const { alice, bob } = network;
        network.isWalled = false;
        network.tunnelDelayMs = tunnelDelayMs;
        const [caller, callee] = opener === "alice" ? [alice, bob] : [bob, alice];
        caller.links.connect(network.now, { endpoint: callee.endpoint, nodeId: idOf(callee) });
        network.greetThroughTunnel();
        network.run(60_000);
        const where = `tunnel of ${tunnelDelayMs} ms`;
        assert.deepEqual([network.pathOf(alice), network.pathOf(bob)], [bob.endpoint, alice.endpoint], where);
        network.send(alice, bob, sipOf(10));
        network.send(bob, alice, sipOf(20));
        assert.equal(eventsOf(bob, "messageArrived").length, 1, where);
        assert.equal(eventsOf(alice, "messageArrived").length, 1, where);
      }
    });
  }

  it("is opened while an address does not answer yet", () => {
    const network = new Walled();
    const { alice, bob } = network;
    alice.links.connect(network.now, { endpoint: bob.endpoint, nodeId: idOf(bob) });
    network.greetThroughTunnel();
    network.run(500);
    assert.deepEqual(network.pathOf(alice), tunnelTo(idOf(bob)));
    network.run(5000);
    assert.equal(eventsOf(alice, "connectFailed").length, 0, "it was found otherwise");
  });

  it("asks for a cookie under load, as of any address", () => {
    const network = new Walled();
    const { bob } = network;
    bob.links.setBusy(true);
    network.open();
    network.run(1000);
    assert.equal(network.carried.filter(([first]) => first === 0xd0).length, 1, "a cookie");
    assert.deepEqual(network.pathOf(bob), tunnelBack(network.way));
  });

  it("takes back only what it has sent out", () => {
    const network = new Walled();
    const { alice, bob } = network;
    network.isWalled = false;
    alice.links.connect(network.now, { endpoint: bob.endpoint });
    network.tap = ({ to, bytes }) => {
      if (!sameEndpoint(to, alice.endpoint)) return bytes;
      network.inject({ from: returned, to, bytes }, 5);
      return undefined;
    };
    network.run(500);
    assert.equal(eventsOf(alice, "linkUp").length, 0, "hello2 of an address comes from there");
    assert.ok((alice.links.drops().get("wrong-address") ?? 0) > 0);
    for (const length of [0, 1, 4, 22, 84, 1200])
      alice.links.handleFrame(network.now, undefined, new Uint8Array(length).fill(0xd8));
    network.inject({ from: endpointOf(9), to: alice.endpoint, bytes: new Uint8Array(22) });
  });
});
