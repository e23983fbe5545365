import assert from "node:assert/strict";
import { FullStack } from "../support/full-stack.js";
import { seed } from "../support/seed.js";

const three = ["alice", "bob", "carol"];

/** A mesh of three, everybody registered. */
function office(title: string): FullStack {
  const stack = new FullStack(title);
  stack.joined(three);
  return stack;
}

/** How the last call ended at `name`: outcome, sentence. */
function ending(stack: FullStack, name: string, withinMs?: number): [unknown, unknown] {
  const ended = stack.next(name, "ended", withinMs);
  return [ended["outcome"], ended["sentence"]];
}

describe(`every outcome of a call, whole handsets (seed ${seed})`, () => {
  it("answered; the caller hangs up", () => {
    const stack = office("caller hangs up");
    stack.talk("alice", "bob");
    const { call } = stack.status("alice");
    assert.deepEqual([call?.state, call?.name], ["talking", "bob"]);
    stack.run(3000);
    stack.type("alice", "hangup");
    assert.deepEqual(ending(stack, "alice"), ["talked", "You hung up on the call with bob."]);
    assert.deepEqual(ending(stack, "bob"), ["talked", "alice hung up."]);
    stack.assertFree("alice", "bob");
    stack.assertFree("bob", "alice");
  });

  it("answered; the callee hangs up", () => {
    const stack = office("callee hangs up");
    stack.talk("alice", "bob");
    stack.run(3000);
    stack.type("bob", "hangup");
    assert.deepEqual(ending(stack, "alice"), ["talked", "bob hung up."]);
    assert.deepEqual(ending(stack, "bob"), ["talked", "You hung up on the call with alice."]);
    stack.assertFree("bob", "alice");
  });

  it("answered by itself, where auto-answer is on", () => {
    const stack = office("auto-answer");
    stack.ask("bob", "set auto-answer on", "done");
    stack.type("alice", "call bob");
    stack.next("alice", "talking");
    stack.type("alice", "hangup");
    assert.deepEqual(ending(stack, "bob"), ["talked", "alice hung up."]);
  });

  it("busy", () => {
    const stack = office("busy");
    stack.talk("alice", "bob");
    stack.type("carol", "call bob");
    assert.deepEqual(ending(stack, "carol"), ["busy", "bob is busy."]);
    assert.equal(stack.next("bob", "missed", 1000)["sentence"], "carol called while you were busy.");
    assert.equal(stack.status("bob").call?.name, "alice", "the call goes on");
    stack.type("alice", "hangup");
    stack.next("bob", "ended");
    stack.next("alice", "ended");
    stack.assertFree("carol", "bob");
  });

  it("busy while it rings there", () => {
    const stack = office("busy ringing");
    stack.type("alice", "call bob");
    stack.next("bob", "incoming");
    stack.type("carol", "call bob");
    assert.deepEqual(ending(stack, "carol"), ["busy", "bob is busy."]);
    stack.type("bob", "answer");
    stack.next("alice", "talking");
  });

  it("two who call each other at the same time: nobody is left hanging", () => {
    for (let round = 0; round < 5; round++) {
      const stack = office(`glare ${round}`);
      stack.type("alice", "call bob");
      stack.type("bob", "call alice");
      stack.run(2000);
      const states = ["alice", "bob"].map((name) => stack.status(name).call?.state);
      const busy = ["alice", "bob"].filter((name) => stack.since(name, "ended").length > 0);
      for (const name of busy) assert.equal(ending(stack, name)[0], "busy");
      // Who was refused first may be free again when the other's call comes: then that one rings.
      assert.ok(busy.length > 0);
      if (busy.length === 1) assert.deepEqual(new Set(states), new Set(["ringing", "incoming"]));
      for (const [i, name] of ["alice", "bob"].entries()) {
        if (states[i] === "ringing") stack.type(name, "hangup");
      }
      for (const [i, name] of ["alice", "bob"].entries())
        if (states[i] !== undefined) stack.next(name, "ended");
      stack.assertFree("alice", "bob");
      stack.assertFree("bob", "alice");
    }
  });

  it("declined", () => {
    const stack = office("declined");
    stack.type("alice", "call bob");
    stack.next("bob", "incoming");
    stack.type("bob", "decline");
    assert.deepEqual(ending(stack, "alice"), ["declined", "bob declined the call."]);
    assert.deepEqual(ending(stack, "bob"), ["declined here", "You declined the call from alice."]);
    stack.assertFree("alice", "bob");
  });

  it("not answered", () => {
    const stack = office("no answer");
    stack.type("alice", "call bob");
    stack.next("bob", "incoming");
    assert.deepEqual(ending(stack, "alice", 95_000), ["no answer", "bob does not answer."]);
    assert.deepEqual(ending(stack, "bob", 5000), ["missed", "You missed a call from alice."]);
    stack.assertFree("alice", "bob");
    stack.assertFree("bob", "alice");
  });

  it("given up while it rings", () => {
    const stack = office("cancelled");
    stack.type("alice", "call bob");
    stack.next("alice", "ringing");
    stack.type("alice", "hangup");
    assert.deepEqual(ending(stack, "alice", 100), ["given up", "You stopped calling bob."]);
    assert.deepEqual(ending(stack, "bob", 1000), ["missed", "You missed a call from alice."]);
    stack.assertFree("alice", "bob");
  });

  it("given up before it rings: the callee never talks to nobody", () => {
    const stack = office("cancelled early");
    stack.type("alice", "call bob");
    stack.type("alice", "hangup");
    assert.deepEqual(ending(stack, "alice"), ["given up", "You stopped calling bob."]);
    stack.run(1000);
    assert.equal(stack.status("bob").call, undefined);
    stack.assertFree("alice", "bob");
  });

  it("unknown user", () => {
    const stack = office("unknown");
    stack.type("alice", "call nobody");
    assert.deepEqual(ending(stack, "alice"), ["not found", "There is no phone of the name nobody."]);
    stack.assertFree("alice", "bob");
  });

  it("oneself", () => {
    const stack = office("oneself");
    stack.type("alice", "call alice");
    assert.deepEqual(ending(stack, "alice"), ["not found", "There is no phone of the name alice."]);
    stack.assertFree("alice", "bob");
  });

  it("a second call while talking is refused, and the first goes on", () => {
    const stack = office("second call");
    stack.talk("alice", "bob");
    const refused = stack.ask("alice", "call carol", "refused");
    assert.equal(refused["sentence"], "There is a call with bob already. Hang up first.");
    assert.equal(stack.status("alice").call?.name, "bob");
    assert.deepEqual(stack.since("carol", "incoming"), []);
  });

  it("what makes no sense now is refused in words", () => {
    const stack = office("no sense");
    const sentences = ["answer", "decline", "hangup", "dial 5", "choose 1"].map(
      (line) => stack.ask("alice", line, "refused")["sentence"],
    );
    assert.deepEqual(sentences, [
      "No call rings here.",
      "No call rings here.",
      "There is no call.",
      "Keys can be sent during a call only.",
      "There is nothing to choose.",
    ]);
  });

  it("keys pressed are heard at the other end, each once and in order", () => {
    const stack = office("digits");
    stack.talk("alice", "bob");
    stack.type("alice", "dial 5");
    assert.equal(stack.next("bob", "digit")["sentence"], "alice pressed 5.");
    stack.type("bob", "dial 0123456789*#ABCD");
    stack.run(10_000);
    const heard = stack.since("alice", "digit").map(({ digit }) => digit);
    assert.equal(heard.join(""), "0123456789*#ABCD");
  });

  it("the log of both ends tells all of it", () => {
    const stack = office("log");
    stack.talk("alice", "bob");
    stack.run(2000);
    stack.type("alice", "hangup");
    stack.next("bob", "ended");
    stack.type("alice", "call nobody");
    stack.next("alice", "ended");
    stack.next("alice", "ended");
    const rows = (name: string): unknown =>
      (stack.ask(name, "log", "calls")["calls"] as { [field: string]: unknown }[]).map((row) => [
        row["direction"],
        row["name"],
        row["outcome"],
      ]);
    assert.deepEqual(rows("alice"), [
      ["outgoing", "nobody", "not found"],
      ["outgoing", "bob", "talked"],
    ]);
    assert.deepEqual(rows("bob"), [["incoming", "alice", "talked"]]);
  });
});
