import assert from "node:assert/strict";
import { encodeMessage } from "../../firmware/wire/message.js";
import { seed } from "../support/seed.js";
import { eventsOf, idOf, linkTo, TestNetwork, type TestNode } from "./network.js";

/** All nodes call all others at once, those of greater name included; returns when all have all, ms. */
function meshMs(network: TestNetwork, nodes: readonly TestNode[], limitMs: number): number {
  const start = network.now;
  for (const node of nodes) {
    for (const other of nodes) {
      if (other !== node) node.links.connect(network.now, { endpoint: other.endpoint, nodeId: idOf(other) });
    }
  }
  while (nodes.some(({ links }) => links.occupancy().links < nodes.length - 1)) {
    if (network.now - start > limitMs) break;
    network.run(50);
    reconnect(network, nodes);
  }
  return network.now - start;
}

/** Calls again whom a call was lost to, as the overlay does. */
function reconnect(network: TestNetwork, nodes: readonly TestNode[]): void {
  for (const node of nodes) {
    if (node.links.occupancy().attempts > 0) continue;
    for (const other of nodes) {
      if (other !== node) node.links.connect(network.now, { endpoint: other.endpoint, nodeId: idOf(other) });
    }
  }
}

describe("link/links: many phones at once", () => {
  for (const [count, lossPercent] of [
    [24, 0],
    [12, 10],
  ] as const) {
    it(`${count} phones switched on together are a full mesh soon, with ${lossPercent} % loss`, () => {
      const network = new TestNetwork();
      network.weather = { delayMs: 3, jitterMs: 10, lossPercent, duplicatePercent: 2 };
      const nodes = Array.from({ length: count }, (_, i) => network.add(`phone${i}`));
      const ms = meshMs(network, nodes, 30_000);
      console.log(
        `      ${count} phones, ${lossPercent} % loss (seed ${seed}): full mesh after ${ms} ms,`,
        `${network.sent.length} frames`,
      );
      assert.ok(ms <= 20_000, `seed ${seed}: ${ms} ms`);
      // With loss an attempt may be given up after its link was counted: 0.2^4 of them.
      for (let i = 0; i < 150; i++) {
        network.run(100);
        reconnect(network, nodes);
      }
      for (const node of nodes) {
        assert.equal(node.links.describe().length, count - 1, `seed ${seed}`);
        assert.equal(node.links.occupancy().indexes, count - 1, "one session a link is left");
        assert.equal(eventsOf(node, "clonedKeyNoticed").length, 0);
      }
      const [first, last] = [nodes[0], nodes.at(-1)];
      if (first === undefined || last === undefined) throw new Error("no nodes");
      network.weather = { ...network.weather, lossPercent: 0 };
      const text = new TextEncoder().encode("hello");
      first.links.send(network.now, linkTo(first, last), encodeMessage({ type: "sip", text }));
      network.run(100);
      assert.equal(eventsOf(last, "messageArrived").length, 1);
    });
  }

  it("delivers under loss, reordering and duplication each message at most once, and keeps every link", () => {
    const network = new TestNetwork();
    const alice = network.add("alice");
    const bob = network.add("bob");
    network.weather = { delayMs: 2, jitterMs: 60, lossPercent: 15, duplicatePercent: 15 };
    alice.links.connect(network.now, { endpoint: bob.endpoint });
    network.run(5000);
    const seen = new Set<string>();
    for (let i = 0; i < 500; i++) {
      const text = new TextEncoder().encode(`message ${i}`);
      alice.links.send(network.now, linkTo(alice, bob), encodeMessage({ type: "sip", text }));
      network.run(50);
    }
    for (const { message } of eventsOf(bob, "messageArrived")) {
      const text = new TextDecoder().decode(message);
      assert.ok(!seen.has(text), `${text} came twice`);
      seen.add(text);
    }
    assert.ok(seen.size > 380 && seen.size < 470, `${seen.size} of 500 with 15 % loss`);
    assert.equal(eventsOf(alice, "linkDown").length + eventsOf(bob, "linkDown").length, 0);
  });
});
