import assert from "node:assert/strict";
import { encodeMessage } from "../../firmware/wire/message.js";
import { BranchShare, mutated } from "../support/mutation.js";
import { MutationSource, seed } from "../support/seed.js";
import { eventsOf, linkedNames, linkedPair, linkTo, TestNetwork } from "./network.js";

const sip = (text: string): Uint8Array =>
  encodeMessage({ type: "sip", text: new TextEncoder().encode(text) });

describe("link/links: mutated frames", () => {
  it("survives every mutation of every frame of a handshake and of a session, which goes on", () => {
    const share = new BranchShare("mutated frames");
    const random = new MutationSource();
    const recorded = linkedPair();
    recorded.alice.links.send(recorded.network.now, linkTo(recorded.alice, recorded.bob), sip("hello"));
    recorded.network.run(50);
    const frames = recorded.network.sent.length;
    for (let round = 0; round < 1500; round++) {
      const network = new TestNetwork(seed + round);
      const alice = network.add("alice");
      const bob = network.add("bob");
      const target = random.below(frames);
      let count = 0;
      network.tap = (datagram) => {
        if (count++ === target) network.inject({ ...datagram, bytes: mutated(datagram.bytes, random) });
        return datagram.bytes;
      };
      alice.links.connect(network.now, { endpoint: bob.endpoint });
      network.run(600);
      alice.links.send(network.now, linkTo(alice, bob), sip("hello"));
      network.run(3500);
      const dropped = [...alice.links.drops(), ...bob.links.drops()]
        .filter(([, n]) => n > 0)
        .map(([reason]) => reason);
      share.count(dropped[0] ?? "nothing dropped");
      const what = `seed ${seed}, round ${round}, frame ${target}`;
      assert.deepEqual(linkedNames(alice), ["bob"], what);
      assert.deepEqual(linkedNames(bob), ["alice"], what);
      assert.equal(eventsOf(bob, "messageArrived").length, 1, what);
      for (const node of [alice, bob]) assert.equal(node.links.occupancy().indexes, 1, what);
    }
    share.print();
    for (const reason of ["malformed", "unknown-index", "handshake-failed", "not-authentic"]) {
      assert.ok(share.of(reason) > 0, `no mutation came to ${reason}`);
    }
  });
});
