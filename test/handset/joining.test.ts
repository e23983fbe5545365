import assert from "node:assert/strict";
import { quietLan } from "../../host-sim/virtual/path.js";
import { FullStack, phones } from "../support/full-stack.js";
import { seed } from "../support/seed.js";

/** Everybody can call everybody: one hop apart, registered with as many copies as there should be. */
function assertWhole(stack: FullStack, names: readonly string[]): void {
  for (const name of names) {
    const { stage, peers, replicas } = stack.status(name);
    assert.deepEqual({ name, stage, peers }, { name, stage: "peer", peers: names.length - 1 });
    assert.equal(replicas, Math.min(3, names.length), `copies of ${name}'s registration`);
  }
}

/** No beacon gets through from now on. */
function withoutGroup(stack: FullStack): void {
  stack.lab.network.setGroups(false);
}

describe(`joining, whole handsets (seed ${seed})`, () => {
  for (const count of [1, 2, 4, 24]) {
    it(`${count} switched on together: all linked with all, registered, called by name`, () => {
      const stack = new FullStack(`together ${count}`);
      const names = phones(count);
      stack.joined(names);
      stack.run(10_000);
      assertWhole(stack, names);
      const [first = "", last = ""] = [names[0], names.at(-1)];
      if (count === 1) return;
      stack.assertFree(first, last);
    });
  }

  for (const count of [4, 24]) {
    it(`${count} switched on one after the other`, () => {
      const stack = new FullStack(`staggered ${count}`);
      const names = phones(count);
      for (const name of names) {
        stack.on([name]);
        stack.run(700);
      }
      for (const name of names) stack.next(name, "registered");
      stack.run(30_000);
      assertWhole(stack, names);
    });
  }

  for (const count of [4, 24]) {
    it(`${count} together where 5 % of all datagrams are lost`, () => {
      const stack = new FullStack(`lossy ${count}`, { path: { ...quietLan, lossRatio: 0.05 } });
      const names = phones(count);
      stack.joined(names);
      stack.run(60_000);
      assertWhole(stack, names);
    });
  }

  it("says when it joined and registered, and that speech is not encrypted", () => {
    const stack = new FullStack("says");
    stack.on(["alice", "bob"]);
    const joined = stack.next("alice", "joined");
    const registered = stack.next("alice", "registered");
    assert.ok(Number(joined["sinceStartMs"]) <= Number(registered["sinceStartMs"]));
    assert.match(stack.status("alice").problems.join(" "), /Speech is not encrypted/);
  });
});

describe(`ways into the overlay (seed ${seed})`, () => {
  it("by a configured address only, where beacons are lost", () => {
    const stack = new FullStack("configured");
    withoutGroup(stack);
    const names = phones(4);
    const settings = { bootstrap: stack.lab.addressOf("phone1") };
    stack.on(["phone1"]);
    stack.on(names.slice(1), { settings });
    for (const name of names) stack.next(name, "registered");
    stack.run(30_000);
    assertWhole(stack, names);
  });

  it("by a configured address only, where nobody sends beacons", () => {
    const groups: string[] = [];
    const stack = new FullStack("discovery off", {
      onTrace: ({ toGroup, from }) => {
        if (toGroup) groups.push(from);
      },
    });
    const names = phones(3);
    const settings = { bootstrap: stack.lab.addressOf("phone1"), discovery: "off" };
    stack.on(names, { settings });
    for (const name of names) stack.next(name, "registered");
    stack.run(30_000);
    assertWhole(stack, names);
    assert.deepEqual(groups, []);
  });

  it("by remembered peers only, after a restart", () => {
    const stack = new FullStack("remembered");
    stack.joined(["alice", "bob", "carol"]);
    stack.run(60_000);
    stack.lab.switchOff("carol");
    withoutGroup(stack);
    stack.run(20_000);
    stack.on(["carol"]);
    stack.next("carol", "registered");
    stack.run(20_000);
    assertWhole(stack, ["alice", "bob", "carol"]);
    stack.assertFree("carol", "alice");
  });

  it("never links a node of another overlay on the same LAN", () => {
    const stack = new FullStack("two overlays");
    stack.on(["alice", "bob"]);
    stack.on(["eve", "mallory"], { settings: { overlay: "elsewhere" } });
    for (const name of ["alice", "bob", "eve", "mallory"]) stack.next(name, "registered");
    stack.run(120_000);
    const names = (name: string): unknown =>
      (stack.ask(name, "peers", "peers")["peers"] as { name: string }[]).map((peer) => peer.name);
    assert.deepEqual(names("alice"), ["bob"]);
    assert.deepEqual(names("eve"), ["mallory"]);
    stack.type("eve", "call alice");
    assert.equal(stack.next("eve", "ended")["outcome"], "not found");
  });

  it("nor when its address is configured", () => {
    const stack = new FullStack("foreign bootstrap");
    stack.on(["alice"]);
    stack.on(["eve"], { settings: { overlay: "elsewhere", bootstrap: stack.lab.addressOf("alice") } });
    stack.next("eve", "registered");
    stack.run(60_000);
    assert.equal(stack.status("eve").peers, 0);
    assert.equal(stack.status("alice").peers, 0);
    const [way] = stack.status("eve").ways;
    assert.deepEqual([way?.method, way?.outcome], ["configured", "not-authentic"]);
    assert.match(stack.status("eve").problems.join("\n"), new RegExp(stack.lab.addressOf("alice")));
  });
});
