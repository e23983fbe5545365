import assert from "node:assert/strict";
import { VirtualLab } from "../../host-sim/virtual/lab.js";
import { FullStack, phones } from "../support/full-stack.js";
import { seed } from "../support/seed.js";

describe("handset: ping", () => {
  it("tells the round trip to a linked phone, and that another name is not linked", () => {
    const lab = new VirtualLab({
      seed,
      path: {
        delayMeanMs: 25,
        delayMinMs: 25,
        jitterMs: 0,
        lossRatio: 0,
        duplicateRatio: 0,
        reorderRatio: 0,
      },
    });
    for (const name of ["alice", "bob"]) lab.switchOn(name);
    for (const name of ["alice", "bob"]) lab.expect(name, "registered");
    lab.type("alice", "ping bob");
    const pong = lab.expect("alice", "pong");
    assert.equal(pong["name"], "bob");
    assert.equal(pong["roundTripMs"], 50);
    lab.type("alice", "ping carol");
    assert.equal(lab.expect("alice", "noPong")["sentence"], "Nobody is registered as carol.");
    lab.type("alice", "ping alice");
    assert.equal(lab.lastEvent("alice", "noPong")?.["name"], "carol");
    lab.run(1000);
    assert.equal(lab.lastEvent("alice", "noPong")?.["sentence"], "Only this phone itself is alice.");
  });

  it("opens a link to a phone it has none to, and says where one does not answer", () => {
    const stack = new FullStack("far ping");
    const names = phones(9);
    stack.on(names, { arenaBytes: 96 * 1024 });
    for (const name of names) stack.next(name, "registered");
    stack.run(10_000);
    let far: [string, string] | undefined;
    for (const name of names) {
      const { peers } = stack.ask(name, "peers", "peers");
      const linked = new Set((peers as { readonly name: string }[]).map((peer) => peer.name));
      const other = names.find((one) => one !== name && !linked.has(one));
      if (other === undefined) continue;
      far = [name, other];
      stack.type(name, `ping ${other}`);
      assert.equal(stack.next(name, "pong")["name"], other);
    }
    assert.ok(far !== undefined, "not all are linked with all");
    const [name, other] = far;
    stack.run(30_000);
    stack.lab.switchOff(other);
    stack.run(30_000);
    stack.type(name, `ping ${other}`);
    const lost = stack.next(name, "noPong");
    assert.equal(lost["name"], other);
    assert.match(String(lost["sentence"]), /does not answer/);
  });
});
