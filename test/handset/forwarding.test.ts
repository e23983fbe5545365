import assert from "node:assert/strict";
import type { Claim } from "../../firmware/console/view.js";
import { FullStack } from "../support/full-stack.js";
import { seed } from "../support/seed.js";

const freshMs = 61_000;

function office(title: string, names: readonly string[] = ["alice", "bob", "carol"]): FullStack {
  const stack = new FullStack(title);
  stack.joined(names);
  return stack;
}

function forward(stack: FullStack, from: string, to: string): void {
  stack.ask(from, `forward ${to}`, "done");
  stack.run(5000);
}

/** How a call from bob ends that nobody takes. */
function callInVain(stack: FullStack, name: string): string {
  stack.type("bob", `call ${name}`);
  return String(stack.next("bob", "ended")["sentence"]);
}

describe(`calls that are forwarded, whole handsets (seed ${seed})`, () => {
  it("the caller is told, the other rings and is pinned by his own name; texts stay; off ends it", () => {
    const stack = office("forwarded");
    forward(stack, "alice", "carol");
    stack.talk("bob", "carol", "alice");
    const told = stack.lab.eventsOf("bob").filter(({ event }) => event === "forwarded");
    assert.deepEqual(
      told.map(({ from, name, sentence }) => ({ from, name, sentence })),
      [{ from: "alice", name: "carol", sentence: "Calls for alice go to carol." }],
    );
    assert.deepEqual(stack.since("alice", "incoming"), []);
    stack.type("bob", "hangup");
    stack.next("bob", "ended");
    stack.next("carol", "ended");
    const contacts = stack.ask("bob", "contacts", "contacts")["contacts"] as { name: string }[];
    assert.deepEqual(
      contacts.map(({ name }) => name),
      ["carol"],
      "alice is not tied to carol's phone",
    );
    stack.type("bob", "message alice this is for you");
    stack.next("alice", "messageReceived");
    forward(stack, "alice", "off");
    stack.talk("bob", "alice");
  });

  it("it lasts over a restart of the phone, and over the phone itself while it is registered", () => {
    const stack = office("restart");
    forward(stack, "alice", "carol");
    stack.type("alice", "quit");
    stack.run(5000);
    stack.talk("bob", "carol", "alice");
    stack.type("bob", "hangup");
    stack.next("carol", "ended");
    stack.on(["alice"], { isUntold: true });
    stack.next("alice", "registered");
    stack.run(30_000);
    const rows = stack.ask("alice", "forward", "settings")["settings"] as { value: string }[];
    assert.equal(rows[0]?.value, "carol");
    assert.ok(stack.status("alice").problems.some((problem) => problem.startsWith("Calls go on to carol")));
    stack.talk("bob", "carol", "alice");
  });

  it("from one to the next three times, no farther; a circle and the caller himself are found out", () => {
    const stack = office("chain", ["alice", "bob", "carol", "dave", "erin", "frank"]);
    forward(stack, "alice", "carol");
    forward(stack, "carol", "dave");
    forward(stack, "dave", "erin");
    stack.talk("bob", "erin", "alice");
    stack.type("bob", "hangup");
    stack.next("erin", "ended");
    stack.next("bob", "ended");
    stack.run(freshMs);
    forward(stack, "erin", "frank");
    assert.equal(callInVain(stack, "alice"), "The calls for erin are forwarded too often.");
    forward(stack, "dave", "carol");
    assert.equal(callInVain(stack, "alice"), "The calls for dave are forwarded in a circle.");
    forward(stack, "carol", "bob");
    assert.equal(callInVain(stack, "alice"), "The calls for carol are forwarded to you.");
    forward(stack, "carol", "nobody");
    assert.equal(callInVain(stack, "alice"), "There is no phone of the name nobody.");
    for (const name of ["alice", "carol", "dave", "frank"])
      assert.deepEqual(stack.since(name, "incoming"), []);
  });

  it("forwarded to a contested name the caller is asked which one", () => {
    const stack = office("contested");
    stack.on(["carol-2"], { settings: { name: "carol" } });
    stack.next("carol-2", "registered");
    stack.run(20_000);
    forward(stack, "alice", "carol");
    stack.type("bob", "call alice");
    const contested = stack.next("bob", "contested");
    assert.equal(contested["name"], "carol");
    const claims = contested["claims"] as readonly Claim[];
    const id = stack.ask("carol-2", "show", "identity")["nodeId"];
    const number = claims.find(({ nodeId }) => nodeId === id)?.number;
    stack.type("bob", `choose ${number}`);
    stack.next("carol-2", "incoming");
    stack.type("carol-2", "answer");
    assert.equal(stack.next("bob", "talking")["nodeId"], id);
  });

  it("a chosen owner's calls are followed, too", () => {
    const stack = office("chosen");
    stack.on(["alice-2"], { settings: { name: "alice" } });
    stack.next("alice-2", "registered");
    stack.run(20_000);
    forward(stack, "alice-2", "carol");
    stack.type("bob", "call alice");
    const claims = stack.next("bob", "contested")["claims"] as readonly Claim[];
    const id = stack.ask("alice-2", "show", "identity")["nodeId"];
    stack.type("bob", `choose ${claims.find(({ nodeId }) => nodeId === id)?.number}`);
    assert.equal(stack.next("bob", "forwarded")["name"], "carol");
    stack.next("carol", "incoming");
  });
});
