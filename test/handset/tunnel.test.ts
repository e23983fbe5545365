import assert from "node:assert/strict";
import { FullStack } from "../support/full-stack.js";
import { seed } from "../support/seed.js";

const names = ["alice", "bob", "carol", "dave"];
const longest = 800;
/** Asking where the other is, a second without an answer there, then the way through carol or dave. */
const ringsWithinMs = 2000;

/** Nothing gets through between alice and bob; everybody else reaches both. */
function walled(title: string): FullStack {
  const stack = new FullStack(title);
  setWall(stack, true);
  stack.on(names);
  for (const name of names) stack.next(name, "registered");
  stack.run(30_000);
  return stack;
}

function setWall(stack: FullStack, stands: boolean, one = "alice", other = "bob"): void {
  const { network } = stack.lab;
  const path = stands ? { lossRatio: 1 } : undefined;
  network.setPathBetween(stack.lab.addressOf(one), stack.lab.addressOf(other), path);
}

/** Where a phone has another, as its `peers` prints it. */
function pathOf(stack: FullStack, name: string, other: string): string | undefined {
  const { peers } = stack.ask(name, "peers", "peers") as unknown as {
    peers: readonly { readonly name: string; readonly address: string }[];
  };
  return peers.find((peer) => peer.name === other)?.address;
}

describe(`two phones with a wall between them, whole handsets (seed ${seed})`, () => {
  it("a message arrives, the longest too, and an answer", () => {
    const stack = walled("walled message");
    assert.equal(pathOf(stack, "alice", "bob"), undefined);
    stack.type("alice", "message bob good morning");
    assert.equal(stack.next("bob", "messageReceived", ringsWithinMs)["text"], "good morning");
    stack.next("alice", "messageDelivered");
    assert.match(pathOf(stack, "alice", "bob") ?? "", /^tunnel by [0-9a-f]{4}$/);
    assert.equal(pathOf(stack, "bob", "alice"), "tunnel");
    stack.type("bob", `message alice ${"x".repeat(longest)}`);
    assert.equal(stack.next("alice", "messageReceived")["text"], "x".repeat(longest));
  });

  it("a call rings, is answered and ended", () => {
    const stack = walled("walled call");
    stack.type("alice", "call bob");
    stack.next("bob", "incoming", ringsWithinMs);
    stack.next("alice", "ringing");
    stack.type("bob", "answer");
    stack.next("alice", "talking");
    stack.next("bob", "talking");
    stack.type("alice", "hangup");
    stack.next("bob", "ended");
    assert.equal(stack.next("alice", "ended")["outcome"], "talked");
  });

  it("the wall falls while they ring: the link moves to the address, and they hear each other", () => {
    const stack = walled("wall falls");
    stack.type("alice", "call bob");
    stack.next("bob", "incoming", ringsWithinMs);
    assert.equal(pathOf(stack, "bob", "alice"), "tunnel");
    setWall(stack, false);
    stack.run(10_000);
    assert.equal(pathOf(stack, "alice", "bob"), `${stack.lab.addressOf("bob")}:6084`);
    assert.equal(pathOf(stack, "bob", "alice"), `${stack.lab.addressOf("alice")}:6084`);
    stack.type("bob", "answer");
    stack.next("alice", "talking");
    stack.run(8000);
    assert.equal(stack.status("alice").call?.silent ?? false, false, "speech comes");
    stack.type("bob", "hangup");
    assert.equal(stack.next("alice", "ended")["outcome"], "talked");
  });

  it("clients are reached through the peers that serve them, by clients and by peers", () => {
    const stack = new FullStack("walled clients");
    for (const other of ["erin", "alice", "bob"]) setWall(stack, true, "frank", other);
    stack.joined(["alice", "bob", "carol", "dave"]);
    stack.on(["erin", "frank"], { settings: { role: "client" } });
    for (const name of ["erin", "frank"]) stack.next(name, "registered");
    stack.run(10_000);
    for (const [from, to] of [
      ["erin", "frank"],
      ["frank", "erin"],
      ["alice", "frank"],
      ["frank", "bob"],
    ] as const) {
      stack.type(from, `message ${to} to ${to}`);
      assert.equal(stack.next(to, "messageReceived", 2 * ringsWithinMs)["text"], `to ${to}`);
    }
  });

  it("who is switched off is not reached through a tunnel either, and the caller is told", () => {
    const stack = walled("walled off");
    stack.lab.switchOff("bob");
    stack.run(30_000);
    stack.type("alice", "call bob");
    assert.equal(stack.next("alice", "ended", 20_000)["outcome"], "unreachable");
    stack.assertFree("alice", "carol");
  });
});
