import assert from "node:assert/strict";
import type { Claim, ContactRow } from "../../firmware/console/view.js";
import type { PrintedEvent } from "../../host-sim/virtual/lab.js";
import { FullStack } from "../support/full-stack.js";
import { seed } from "../support/seed.js";

const freshMs = 61_000;

/** alice, bob and carol; bob is called Zoë Martin. */
function office(title: string): FullStack {
  const stack = new FullStack(title);
  stack.on(["alice", "carol"]);
  stack.on(["bob"], { settings: { fullname: "Zoë Martin" } });
  for (const name of ["alice", "bob", "carol"]) stack.next(name, "registered");
  stack.run(10_000);
  return stack;
}

function rename(stack: FullStack, name: string, fullName: string): void {
  stack.ask(name, `set fullname ${fullName}`, "done");
  stack.run(5000);
}

function hangUp(stack: FullStack, from: string, to: string): void {
  stack.type(from, "hangup");
  stack.next(from, "ended");
  stack.next(to, "ended");
}

/** What a person reads, and the full name a program gets. */
function told({ sentence, fullName }: PrintedEvent): readonly unknown[] {
  return [sentence, fullName];
}

function contactsOf(stack: FullStack, name: string): (readonly [string, string | undefined])[] {
  const contacts = stack.ask(name, "contacts", "contacts")["contacts"] as readonly ContactRow[];
  return contacts.map(({ name, fullName }) => [name, fullName]);
}

function idOf(stack: FullStack, name: string): string {
  return String(stack.ask(name, "show", "identity")["nodeId"]);
}

describe(`what users call themselves, whole handsets (seed ${seed})`, () => {
  it("who is called sees it of the caller, and the caller of him, before anybody has answered", () => {
    const stack = office("both sides");
    rename(stack, "alice", "Alice Liddell");
    stack.type("alice", "call bob");
    const incoming = stack.next("bob", "incoming");
    const short = idOf(stack, "alice").slice(0, 4);
    const calling = `Alice Liddell (alice) …${short} is calling. Type: answer`;
    assert.deepEqual(told(incoming), [calling, "Alice Liddell"]);
    assert.equal(incoming["name"], "alice");
    assert.deepEqual(told(stack.next("alice", "ringing")), ["It rings at Zoë Martin (bob)'s.", "Zoë Martin"]);
    for (const [name, other] of [
      ["alice", "Zoë Martin"],
      ["bob", "Alice Liddell"],
    ] as const)
      assert.equal((stack.status(name).call as Record<string, unknown>)["fullName"], other);
    stack.type("bob", "answer");
    for (const [name, other] of [
      ["alice", "Zoë Martin (bob) …"],
      ["bob", "Alice Liddell (alice) …"],
    ] as const)
      assert.ok(String(stack.next(name, "talking")["sentence"]).startsWith(`You talk with ${other}`));
    assert.equal((stack.status("bob").call as Record<string, unknown>)["fullName"], "Alice Liddell");
    assert.equal(stack.status("bob")["fullName"], "Zoë Martin", "his own");
    hangUp(stack, "alice", "bob");
    stack.type("bob", "message alice hello");
    assert.equal(stack.next("alice", "messageReceived")["sentence"], "Zoë Martin (bob): hello");
  });

  it("is kept with the contact over a restart, changes with the next call, and goes when it is taken back", () => {
    const stack = office("contacts");
    stack.talk("alice", "bob");
    hangUp(stack, "alice", "bob");
    assert.deepEqual(contactsOf(stack, "alice"), [["bob", "Zoë Martin"]]);
    stack.type("alice", "quit");
    stack.run(5000);
    stack.on(["alice"], { isUntold: true });
    stack.next("alice", "registered");
    stack.run(freshMs);
    assert.deepEqual(contactsOf(stack, "alice"), [["bob", "Zoë Martin"]]);
    rename(stack, "bob", "Zoë Miller");
    assert.deepEqual(contactsOf(stack, "alice"), [["bob", "Zoë Martin"]], "nobody has asked yet");
    stack.talk("bob", "alice");
    hangUp(stack, "bob", "alice");
    assert.deepEqual(contactsOf(stack, "alice"), [["bob", "Zoë Miller"]]);
    rename(stack, "bob", "none");
    assert.equal(stack.status("bob")["fullName"], undefined);
    stack.run(freshMs);
    stack.talk("alice", "bob");
    hangUp(stack, "alice", "bob");
    assert.deepEqual(contactsOf(stack, "alice"), [["bob", undefined]]);
    assert.deepEqual(contactsOf(stack, "bob"), [["alice", undefined]]);
  });

  it("stands in the record that others keep, and in what a watch tells", () => {
    const stack = office("records");
    stack.type("alice", "watch bob");
    const watched = stack.next("alice", "watched");
    assert.deepEqual(told(watched), ["Zoë Martin (bob) is registered now, with one phone.", "Zoë Martin"]);
    const records = ["alice", "bob", "carol"].flatMap(
      (name) => stack.ask(name, "records", "records")["records"] as readonly Record<string, unknown>[],
    );
    const ofBob = records.filter(({ name }) => name === "bob");
    assert.ok(ofBob.length >= 2 && ofBob.every(({ fullName }) => fullName === "Zoë Martin"));
    const others = records.filter(({ name }) => name !== "bob");
    assert.ok(others.length > 0 && others.every((record) => !("fullName" in record)));
  });

  it("two users of one full name are two: each is shown with his user name, none by the full name alone", () => {
    const stack = office("same");
    rename(stack, "carol", "Zoë Martin");
    stack.talk("alice", "bob");
    hangUp(stack, "alice", "bob");
    for (const name of ["bob", "carol"]) {
      stack.type(name, "call alice");
      const incoming = stack.next("alice", "incoming");
      const shown = `Zoë Martin (${name}) …${idOf(stack, name).slice(0, 4)}`;
      assert.equal(incoming["sentence"], `${shown} is calling. Type: answer`);
      assert.equal(incoming["name"], name);
      stack.type("alice", "decline");
      for (const each of ["alice", name]) stack.next(each, "ended");
      stack.type(name, "message alice it is Zoë");
      assert.equal(stack.next("alice", "messageReceived")["sentence"], `Zoë Martin (${name}): it is Zoë`);
    }
    assert.deepEqual(contactsOf(stack, "alice"), [["bob", "Zoë Martin"]]);
    const alone = /Zoë Martin(?! \((bob|carol)\))/;
    for (const { sentence } of stack.lab.eventsOf("alice")) assert.doesNotMatch(String(sentence), alone);
  });

  it("who takes the user name, too, and the full name with it, is asked about and warned of as ever", () => {
    const stack = office("impostor");
    stack.on(["thief"], { settings: { name: "bob", fullname: "Zoë Martin" } });
    stack.next("thief", "registered");
    stack.run(20_000);
    stack.type("alice", "call bob");
    const claims = stack.next("alice", "contested")["claims"] as readonly Claim[];
    assert.deepEqual(
      claims.map(({ fullName }) => fullName),
      ["Zoë Martin", "Zoë Martin"],
    );
    const number = claims.find(({ nodeId }) => nodeId === idOf(stack, "bob"))?.number;
    stack.type("alice", `choose ${number}`);
    stack.next("bob", "incoming");
    stack.type("bob", "answer");
    stack.next("alice", "talking");
    hangUp(stack, "alice", "bob");
    rename(stack, "thief", "The real Zoë Martin");
    stack.type("thief", "call alice");
    stack.next("alice", "incoming");
    stack.next("alice", "keyChanged");
    stack.type("alice", "answer");
    stack.next("thief", "talking");
    hangUp(stack, "thief", "alice");
    assert.deepEqual(contactsOf(stack, "alice"), [["bob", "Zoë Martin"]], "the contact stays its owner's");
  });

  it("what nobody could see, or could mistake, is refused at the setting, and nothing changes", () => {
    const stack = office("refused");
    for (const odd of ["Zoë\u202e", "Zoë (alice)", "x".repeat(49), "Zoë\u200b", "Z  M", "alice: hello"]) {
      const fault = stack.ask("bob", `set fullname ${odd}`, "fault");
      assert.equal(fault["kind"], "bad-value");
      assert.match(String(fault["sentence"]), /It (is|holds|has) .*\. Up to 48 bytes/);
    }
    assert.equal(stack.ask("bob", "set fullname Zoë\u001b[2J", "fault")["kind"], "control-character");
    assert.equal(stack.status("bob")["fullName"], "Zoë Martin");
  });

  it("a call that goes on to another shows what that one is called", () => {
    const stack = office("forwarded");
    stack.ask("carol", "forward bob", "done");
    stack.run(5000);
    stack.type("alice", "call carol");
    stack.next("bob", "incoming");
    assert.deepEqual(told(stack.next("alice", "ringing")), ["It rings at Zoë Martin (bob)'s.", "Zoë Martin"]);
  });

  it("stock SIP phones are told, and shown, by it, too", () => {
    const stack = new FullStack("stock");
    for (const name of ["alice", "bob"])
      stack.on([name], { settings: { overlay: `overlay-of-${name}`, fullname: `The ${name}` } });
    for (const name of ["alice", "bob"]) stack.next(name, "registered");
    stack.type("alice", `call sip:bob@${stack.lab.addressOf("bob")}`);
    const incoming = stack.next("bob", "incoming");
    const uri = `sip:alice@${stack.lab.addressOf("alice")}`;
    assert.deepEqual(told(incoming), [`The alice (${uri}) is calling. Type: answer`, "The alice"]);
    stack.type("bob", "answer");
    assert.equal(stack.next("bob", "talking")["sentence"], `You talk with The alice (${uri}).`);
  });
});
