import assert from "node:assert/strict";
import { FullStack } from "../support/full-stack.js";
import { seed } from "../support/seed.js";

const names = ["alice", "bob", "carol", "dave"];
/** In a call a phone may be without a network for 20 s: after 10 s it is asked, after 20 more it is lost. */
const lostWithinMs = 32_000;
/** From the last sign of life to being noticed as gone (protocol §2, siblings): 7.5 s of silence, 2 s of patience. */
const noticedWithinMs = 15_000;

function office(title: string): FullStack {
  const stack = new FullStack(title);
  stack.joined(names);
  return stack;
}

function ending(stack: FullStack, name: string, withinMs?: number): [unknown, unknown] {
  const ended = stack.next(name, "ended", withinMs);
  return [ended["outcome"], ended["sentence"]];
}

const unreachable = ["unreachable", "bob's phone can't be reached."];

describe(`callees that vanish, whole handsets (seed ${seed})`, () => {
  it("switched off long ago, its registration still kept", () => {
    const stack = office("off before");
    stack.lab.switchOff("bob");
    stack.run(30_000);
    stack.type("alice", "call bob");
    assert.deepEqual(ending(stack, "alice"), unreachable);
    stack.assertFree("alice", "carol");
  });

  it("switched off a moment ago, its link not yet known to be dead", () => {
    const stack = office("off just now");
    stack.lab.switchOff("bob");
    stack.run(10);
    stack.type("alice", "call bob");
    assert.deepEqual(ending(stack, "alice", 45_000), unreachable);
    stack.assertFree("alice", "carol");
  });

  it("switched off while it is being dialled", () => {
    const stack = office("off while dialling");
    stack.type("alice", "call bob");
    stack.run(1);
    stack.lab.switchOff("bob");
    assert.deepEqual(ending(stack, "alice", 45_000), unreachable);
    stack.assertFree("alice", "carol");
  });

  it("dies while it rings", () => {
    const stack = office("dies ringing");
    stack.type("alice", "call bob");
    stack.next("bob", "incoming");
    stack.next("alice", "ringing");
    stack.lab.switchOff("bob");
    const [outcome, sentence] = ending(stack, "alice", noticedWithinMs);
    assert.deepEqual([outcome, sentence], unreachable);
    stack.assertFree("alice", "carol");
  });

  it("the caller dies while it rings", () => {
    const stack = office("caller dies ringing");
    stack.type("alice", "call bob");
    stack.next("bob", "incoming");
    stack.lab.switchOff("alice");
    assert.deepEqual(ending(stack, "bob", noticedWithinMs), ["missed", "You missed a call from alice."]);
    stack.assertFree("bob", "carol");
  });

  for (const [dies, stays] of [
    ["bob", "alice"],
    ["alice", "bob"],
  ] as const) {
    it(`${dies} dies while they talk`, () => {
      const stack = office(`${dies} dies talking`);
      stack.talk("alice", "bob");
      stack.run(5000);
      stack.lab.switchOff(dies);
      assert.match(String(stack.next(stays, "silent", 4000)["sentence"]), /^Nothing is heard from /);
      assert.equal(stack.status(stays).call?.state, "talking");
      assert.deepEqual(ending(stack, stays, lostWithinMs), ["talked", `The connection to ${dies} was lost.`]);
      stack.assertFree(stays, "carol");
    });
  }

  it("comes back after a restart, and can be called again", () => {
    const stack = office("back again");
    stack.talk("alice", "bob");
    stack.lab.switchOff("bob");
    stack.run(2000);
    stack.on(["bob"]);
    stack.next("bob", "registered");
    stack.next("alice", "ended", noticedWithinMs);
    stack.run(5000);
    stack.assertFree("alice", "bob");
    stack.assertFree("bob", "alice");
  });

  it("leaves with `quit` in the middle of a call", () => {
    const stack = office("quits talking");
    stack.talk("alice", "bob");
    stack.type("bob", "quit");
    assert.deepEqual(ending(stack, "alice", 1000), ["talked", "bob hung up."]);
    stack.run(10_000);
    assert.equal(stack.lab.handsets.get("bob")?.exitStatus, 0);
    stack.assertFree("alice", "carol");
  });
});
