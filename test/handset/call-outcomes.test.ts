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

/** What the table of `call-outcomes-table.test.ts` has no row for. */
describe(`more of calls, whole handsets (seed ${seed})`, () => {
  it("answered by itself, where auto-answer is on", () => {
    const stack = office("auto-answer");
    stack.ask("bob", "set auto-answer on", "done");
    stack.type("alice", "call bob");
    stack.next("alice", "talking");
    stack.type("alice", "hangup");
    assert.deepEqual(ending(stack, "bob"), ["talked", "alice hung up."]);
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
