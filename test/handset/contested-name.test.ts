import assert from "node:assert/strict";
import type { Claim } from "../../firmware/console/view.js";
import { registrationLifetimeS } from "../../firmware/usage/registration.js";
import { FullStack } from "../support/full-stack.js";
import { seed } from "../support/seed.js";

const registrationLifetimeMs = 1000 * registrationLifetimeS;

/** alice, and two phones whose owners are both called bob. */
function office(title: string): FullStack {
  const stack = new FullStack(title);
  stack.on(["alice", "carol"]);
  for (const phone of ["bob-1", "bob-2"]) {
    stack.on([phone], { settings: { name: "bob" } });
    stack.next(phone, "registered");
  }
  stack.next("alice", "registered");
  stack.run(20_000);
  return stack;
}

function nodeIdOf(stack: FullStack, phone: string): unknown {
  return stack.ask(phone, "show", "identity")["nodeId"];
}

/** Calls bob, and chooses the phone that is meant. */
function choose(stack: FullStack, phone: string): void {
  stack.type("alice", "call bob");
  const claims = stack.next("alice", "contested")["claims"] as readonly Claim[];
  const claim = claims.find(({ nodeId }) => nodeId === nodeIdOf(stack, phone));
  assert.ok(claim !== undefined);
  stack.type("alice", `choose ${claim.number}`);
  stack.next(phone, "incoming");
  stack.type(phone, "answer");
  assert.equal(stack.next("alice", "talking")["nodeId"], nodeIdOf(stack, phone));
}

function hangUp(stack: FullStack, phone: string): void {
  stack.type("alice", "hangup");
  stack.next("alice", "ended");
  stack.next(phone, "ended");
}

describe(`a name that two phones claim, whole handsets (seed ${seed})`, () => {
  it("the caller is asked which one, and only that one rings", () => {
    const stack = office("asked");
    stack.type("alice", "call bob");
    const contested = stack.next("alice", "contested");
    assert.match(String(contested["sentence"]), /2 phones go by the name bob.*choose/);
    const claims = contested["claims"] as readonly Claim[];
    const ids = ["bob-1", "bob-2"].map((phone) => nodeIdOf(stack, phone));
    assert.deepEqual(new Set(claims.map(({ nodeId }) => nodeId)), new Set(ids));
    assert.ok((claims[0]?.heldMs ?? 0) >= (claims[1]?.heldMs ?? 0), "longest held first");
    stack.type("alice", "choose 2");
    const chosen = ids.indexOf(claims[1]?.nodeId) === 0 ? "bob-1" : "bob-2";
    stack.next(chosen, "incoming");
    const other = chosen === "bob-1" ? "bob-2" : "bob-1";
    stack.run(2000);
    assert.deepEqual(stack.since(other, "incoming"), []);
  });

  it("neither phone is called when nobody is chosen", () => {
    const stack = office("not chosen");
    stack.type("alice", "call bob");
    stack.next("alice", "contested");
    stack.ask("alice", "choose 3", "refused");
    stack.type("alice", "hangup");
    assert.equal(stack.next("alice", "ended")["outcome"], "given up");
    for (const phone of ["bob-1", "bob-2"]) assert.deepEqual(stack.since(phone, "incoming"), []);
  });

  it("the chosen phone is remembered: later calls reach it without a question", () => {
    const stack = office("pinned");
    choose(stack, "bob-2");
    assert.equal(stack.next("alice", "pinned")["nodeId"], nodeIdOf(stack, "bob-2"));
    hangUp(stack, "bob-2");
    stack.talk("alice", "bob-2", "bob");
    assert.deepEqual(stack.since("alice", "contested"), []);
    hangUp(stack, "bob-2");
  });

  it("the owner gone, the impostor alone: asked, told whose phone it is not, never a silent switch", () => {
    const stack = office("impostor alone");
    choose(stack, "bob-1");
    hangUp(stack, "bob-1");
    stack.type("bob-1", "quit");
    stack.run(registrationLifetimeMs + 60_000);
    stack.type("alice", "call bob");
    const asked = stack.next("alice", "contested");
    assert.match(
      String(asked["sentence"]),
      /^The phone you know as bob is not there\. Another phone goes by that name/,
    );
    stack.run(5000);
    assert.deepEqual(stack.since("bob-2", "incoming"), [], "nothing rings before the person says so");
    stack.type("alice", "choose 1");
    stack.next("bob-2", "incoming");
    stack.type("bob-2", "answer");
    const warned = stack.next("alice", "keyChanged");
    assert.equal(warned["nodeId"], nodeIdOf(stack, "bob-2"));
    hangUp(stack, "bob-2");
    const contacts = stack.ask("alice", "contacts", "contacts")["contacts"] as { pinnedTo?: string }[];
    assert.notEqual(contacts[0]?.pinnedTo, nodeIdOf(stack, "bob-2"), "the pin stays with its owner");
  });

  it("an impostor who calls, or writes, is announced as not the one who is known", () => {
    const stack = office("impostor calls");
    choose(stack, "bob-1");
    hangUp(stack, "bob-1");
    stack.type("bob-2", "message alice it is me");
    stack.next("alice", "messageReceived");
    assert.match(String(stack.next("alice", "keyChanged")["sentence"]), /not the phone you know as bob/);
    stack.type("bob-2", "call alice");
    stack.next("alice", "incoming");
    stack.next("alice", "keyChanged");
    stack.type("alice", "decline");
    stack.next("bob-2", "ended");
    stack.type("bob-1", "message alice no, me");
    stack.next("alice", "messageReceived");
    stack.run(1000);
    assert.deepEqual(stack.since("alice", "keyChanged"), []);
  });

  it("a message to a contested name is not sent to anybody", () => {
    const stack = office("message");
    stack.type("alice", "message bob for one of you only");
    assert.match(String(stack.next("alice", "messageFailed")["sentence"]), /several phones go by that name/);
    stack.run(2000);
    for (const phone of ["bob-1", "bob-2"]) assert.deepEqual(stack.since(phone, "messageReceived"), []);
  });

  it("unpinning asks again; pinning by hand does not", () => {
    const stack = office("by hand");
    choose(stack, "bob-1");
    hangUp(stack, "bob-1");
    stack.ask("alice", "contacts unpin bob", "done");
    stack.ask("alice", `contacts pin bob ${String(nodeIdOf(stack, "bob-2")).slice(0, 8)}`, "done");
    stack.talk("alice", "bob-2", "bob");
    hangUp(stack, "bob-2");
    stack.ask("alice", "contacts unpin bob", "done");
    stack.type("alice", "call bob");
    stack.next("alice", "contested");
  });
});
