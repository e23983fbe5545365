import assert from "node:assert/strict";
import { adoptMsMax } from "../../firmware/core/limits.js";
import { FullStack } from "../support/full-stack.js";
import { seed } from "../support/seed.js";

/** Makes `device` one of the user's whose first phone `first` is; it is not switched on again yet. */
function adopt(stack: FullStack, first: string, device: string, user = first): void {
  const code = String(stack.ask(first, "adopt", "adoptionCode")["code"]);
  stack.type(device, `join-user ${user} ${code.toUpperCase()}`);
  assert.equal(stack.next(device, "userJoined")["name"], user);
  const adopted = stack.next(first, "adopted");
  assert.equal(adopted["nodeId"], stack.ask(device, "show", "identity")["nodeId"]);
}

/** Switches a phone off and on again, with nothing but what it remembers. */
function again(stack: FullStack, name: string): void {
  stack.type(name, "quit");
  stack.run(5000);
  stack.on([name], { isUntold: true });
  stack.next(name, "registered");
  stack.run(30_000);
}

/** alice with a second phone, and bob. */
function twoPhones(title: string): FullStack {
  const stack = new FullStack(title);
  stack.joined(["alice", "mobile", "bob"]);
  adopt(stack, "alice", "mobile");
  again(stack, "mobile");
  return stack;
}

function hangUp(stack: FullStack, from: string, to: string): void {
  stack.type(from, "hangup");
  stack.next(from, "ended");
  stack.next(to, "ended");
}

describe(`several phones of one user, whole handsets (seed ${seed})`, () => {
  it("both ring, the first to answer has the call, and neither is a stranger afterwards", () => {
    const stack = twoPhones("both ring");
    assert.equal(stack.ask("mobile", "show", "identity")["name"], "alice");
    stack.type("bob", "call alice");
    stack.next("alice", "incoming");
    stack.next("mobile", "incoming");
    stack.type("mobile", "answer");
    stack.next("bob", "talking");
    assert.equal(stack.next("alice", "ended")["outcome"], "answered elsewhere");
    assert.deepEqual(stack.since("bob", "contested"), [], "one owner, however many phones");
    hangUp(stack, "bob", "mobile");
    // Pinned by the mobile's answer: the other phone of the same person is no stranger, calling or called.
    stack.talk("bob", "alice");
    hangUp(stack, "bob", "alice");
    stack.talk("alice", "bob");
    hangUp(stack, "alice", "bob");
    assert.deepEqual(stack.since("bob", "keyChanged"), []);
  });

  it("texts reach both, and each can call the other by their common name", () => {
    const stack = twoPhones("texts");
    stack.type("bob", "message alice hello you two");
    stack.next("alice", "messageReceived");
    stack.next("mobile", "messageReceived");
    stack.talk("mobile", "alice");
    hangUp(stack, "mobile", "alice");
  });

  it("what one of them says of where calls go is so for both", () => {
    const stack = twoPhones("forwarded by one");
    stack.on(["carol"]);
    stack.next("carol", "registered");
    stack.ask("mobile", "forward carol", "done");
    stack.run(10_000);
    stack.talk("bob", "carol", "alice");
    for (const name of ["alice", "mobile"]) assert.deepEqual(stack.since(name, "incoming"), []);
  });

  it("the first phone gone, the second is called without a question, and cannot adopt", () => {
    const stack = twoPhones("second alone");
    stack.talk("bob", "alice");
    hangUp(stack, "bob", "alice");
    stack.next("mobile", "ended");
    stack.type("alice", "quit");
    stack.run(61_000);
    stack.type("bob", "call alice");
    stack.next("mobile", "incoming");
    stack.type("mobile", "answer");
    stack.next("bob", "talking");
    assert.deepEqual(stack.since("bob", "contested"), []);
    assert.deepEqual(stack.since("bob", "keyChanged"), []);
    hangUp(stack, "bob", "mobile");
    assert.match(String(stack.ask("mobile", "adopt", "refused")["sentence"]), /adopted itself/);
  });

  it("three phones ring, not one that went off; another that takes the name by itself is another alice", () => {
    const stack = new FullStack("three");
    const devices = ["mobile", "kitchen", "garden"];
    stack.joined(["alice", "bob", ...devices]);
    for (const name of devices) {
      adopt(stack, "alice", name);
      again(stack, name);
    }
    stack.lab.switchOff("garden");
    stack.run(20_000);
    stack.type("bob", "call alice");
    for (const name of ["alice", "mobile", "kitchen"]) stack.next(name, "incoming");
    stack.type("kitchen", "answer");
    stack.next("bob", "talking");
    hangUp(stack, "bob", "kitchen");
    stack.on(["thief"], { settings: { name: "alice" } });
    stack.next("thief", "registered");
    stack.run(61_000);
    stack.type("bob", "call alice");
    for (const name of ["alice", "mobile", "kitchen"]) stack.next(name, "incoming");
    stack.run(2000);
    assert.deepEqual(stack.since("thief", "incoming"), []);
  });

  it("without the code nothing: it was not made, is another, was used, or is too old", () => {
    const stack = new FullStack("no code");
    stack.joined(["alice", "mobile", "bob"]);
    const join = (code: string): unknown => {
      stack.run(5000);
      stack.type("mobile", `join-user alice ${code}`);
      return stack.next("mobile", "notJoined")["reason"];
    };
    assert.equal(join("00000-00000"), "closed");
    const code = String(stack.ask("alice", "adopt", "adoptionCode")["code"]);
    assert.equal(join("00000-00000"), "wrong-code");
    assert.match(String(stack.next("alice", "warning")["sentence"]), /wrong code/);
    stack.type("bob", `join-user alice ${code}`);
    stack.next("bob", "userJoined");
    assert.equal(join(code), "closed", "a code is good once");
    const late = String(stack.ask("alice", "adopt", "adoptionCode")["code"]);
    stack.next("alice", "adoptionEnded", adoptMsMax + 1000);
    assert.equal(join(late), "closed");
    stack.type("mobile", `join-user alice ${late}`);
    assert.equal(stack.next("mobile", "notJoined")["reason"], "no-answer", "refusals are rare");
    assert.equal(stack.ask("mobile", "show", "identity")["name"], "mobile");
    stack.ask("mobile", "join-user alice 12345", "refused");
    stack.type("mobile", `join-user nobody ${late}`);
    assert.equal(stack.next("mobile", "notJoined")["reason"], "not-found");
  });

  it("of two of one name the code says which is meant", () => {
    const stack = new FullStack("two of one name");
    stack.on(["alice-1", "alice-2"], { settings: { name: "alice" } });
    stack.on(["mobile"]);
    for (const name of ["alice-1", "alice-2", "mobile"]) stack.next(name, "registered");
    stack.run(20_000);
    adopt(stack, "alice-2", "mobile", "alice");
    again(stack, "mobile");
    const held = stack.lab.eventsOf("alice-1").filter(({ event }) => event === "adopted");
    assert.deepEqual(held, []);
    stack.talk("alice-2", "mobile", "alice");
  });
});
