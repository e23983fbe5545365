import assert from "node:assert/strict";
import { compareSpeech } from "../../host-sim/audio/compare.js";
import { FullStack } from "../support/full-stack.js";
import { speechOf } from "../support/speech.js";
import { seed } from "../support/seed.js";

const names = ["alice", "bob", "carol"] as const;

/** The URI by which stock SIP reaches a handset. */
function uriOf(stack: FullStack, name: string): string {
  return `sip:${name}@${stack.lab.addressOf(name)}`;
}

/** Handsets that speak to each other as stock phones do: each is in an overlay of its own. */
function office(title: string): FullStack {
  const stack = new FullStack(title);
  for (const name of names) {
    const settings = { overlay: `overlay-of-${name}` };
    const microphone = name === "carol" ? undefined : speechOf(name);
    stack.on([name], { settings, ...(microphone && { microphone }) });
  }
  for (const name of names) stack.next(name, "registered");
  return stack;
}

function talk(stack: FullStack, from: string, to: string): void {
  stack.type(from, `call ${uriOf(stack, to)}`);
  stack.next(to, "incoming");
  stack.type(to, "answer");
  stack.next(from, "talking");
  stack.next(to, "talking");
}

function ending(stack: FullStack, name: string, withinMs?: number): [unknown, unknown] {
  const ended = stack.next(name, "ended", withinMs);
  return [ended["outcome"], ended["sentence"]];
}

function assertIdle(stack: FullStack, ...handsets: string[]): void {
  for (const name of handsets) {
    assert.equal(stack.status(name).call, undefined, `${name} still shows a call`);
    assert.equal(stack.audioRuns(name), false, `${name}'s audio still runs`);
  }
}

describe(`calls by stock SIP, whole handsets (seed ${seed})`, () => {
  it("rings, is answered, carries the speech of both, and is hung up", () => {
    const stack = office("stock speech");
    stack.type("alice", `call ${uriOf(stack, "bob")}`);
    const incoming = stack.next("bob", "incoming");
    assert.equal(incoming["sentence"], `${uriOf(stack, "alice")} is calling. Type: answer`);
    assert.equal(incoming["nodeId"], undefined);
    stack.next("alice", "ringing");
    stack.type("bob", "answer");
    assert.equal(stack.next("alice", "talking")["sentence"], `You talk with ${uriOf(stack, "bob")}.`);
    stack.next("bob", "talking");
    stack.run(12_000);
    stack.type("alice", "hangup");
    const ends = [stack.next("alice", "ended"), stack.next("bob", "ended")];
    for (const end of ends) assert.deepEqual([end["packetsLost"], end["framesConcealed"]], [0, 0]);
    assert.equal(ends[1]?.["sentence"], `${uriOf(stack, "alice")} hung up.`);
    for (const [hearer, speaker] of [
      ["alice", "bob"],
      ["bob", "alice"],
    ] as const) {
      const heard = compareSpeech(speechOf(speaker), stack.heard(hearer));
      assert.ok(heard.snrDb >= 30, `${hearer}: ${heard.snrDb} dB`);
    }
    assertIdle(stack, "alice", "bob");
    const log = stack.ask("bob", "log", "calls")["calls"] as Record<string, unknown>[];
    assert.deepEqual([log[0]?.["name"], log[0]?.["outcome"]], [uriOf(stack, "alice"), "talked"]);
    assert.equal(log[0]?.["nodeId"], undefined);
    assert.deepEqual(stack.ask("alice", "contacts", "contacts")["contacts"], [], "nobody is pinned");
  });

  it("is declined, given up, not answered, busy", () => {
    const stack = office("stock outcomes");
    const bob = uriOf(stack, "bob");
    stack.type("alice", `call ${bob}`);
    stack.next("bob", "incoming");
    stack.type("bob", "decline");
    assert.deepEqual(ending(stack, "alice"), ["declined", `${bob} declined the call.`]);
    stack.next("bob", "ended");
    stack.type("alice", `call ${bob}`);
    stack.next("bob", "incoming");
    stack.type("alice", "hangup");
    assert.deepEqual(ending(stack, "bob", 1000), [
      "missed",
      `You missed a call from ${uriOf(stack, "alice")}.`,
    ]);
    stack.next("alice", "ended");
    stack.type("alice", `call ${bob}`);
    stack.next("bob", "incoming");
    assert.deepEqual(ending(stack, "alice", 95_000), ["no answer", `${bob} does not answer.`]);
    stack.next("bob", "ended", 5000);
    talk(stack, "alice", "bob");
    stack.type("carol", `call ${bob}`);
    assert.deepEqual(ending(stack, "carol"), ["busy", `${bob} is busy.`]);
    assert.equal(
      stack.next("bob", "missed")["sentence"],
      `${uriOf(stack, "carol")} called while you were busy.`,
    );
    stack.type("bob", "hangup");
    stack.next("bob", "ended");
    stack.next("alice", "ended");
    assertIdle(stack, ...names);
  });

  it("one call at a time over both worlds", () => {
    const stack = new FullStack("both worlds");
    stack.joined([...names]);
    stack.talk("alice", "bob");
    stack.type("carol", `call ${uriOf(stack, "bob")}`);
    assert.equal(ending(stack, "carol")[0], "busy");
    assert.equal(stack.next("bob", "missed", 1000)["from"], uriOf(stack, "carol"));
    const refused = stack.ask("alice", `call ${uriOf(stack, "carol")}`, "refused");
    assert.equal(refused["sentence"], "There is a call with bob already. Hang up first.");
    stack.type("alice", "hangup");
    stack.next("alice", "ended");
    stack.next("bob", "ended");
    talk(stack, "alice", "bob");
    stack.type("carol", "call bob");
    assert.deepEqual(ending(stack, "carol"), ["busy", "bob is busy."]);
    assert.equal(stack.next("bob", "missed", 1000)["from"], "carol");
    assert.equal(stack.status("bob").call?.state, "talking");
  });

  it("carries keys both ways, and texts both ways in and out of a call", () => {
    const stack = office("stock keys");
    const [alice, bob] = [uriOf(stack, "alice"), uriOf(stack, "bob")];
    stack.type("bob", `message ${alice} hello "there"`);
    assert.equal(stack.next("alice", "messageReceived")["sentence"], `${bob}: hello "there"`);
    assert.equal(stack.next("bob", "messageDelivered")["name"], alice);
    talk(stack, "alice", "bob");
    stack.type("alice", "dial 12#");
    stack.type("bob", "dial D0");
    stack.type("alice", `message ${bob} in the call`);
    stack.run(3000);
    assert.equal(
      stack
        .since("bob", "digit")
        .map(({ digit }) => digit)
        .join(""),
      "12#",
    );
    assert.equal(
      stack
        .since("alice", "digit")
        .map(({ digit }) => digit)
        .join(""),
      "D0",
    );
    assert.equal(stack.next("bob", "messageReceived")["text"], "in the call");
  });

  it("a text or call to where no phone is ends as unreachable", () => {
    const stack = office("stock nobody");
    stack.type("alice", "call sip:100@192.0.2.200");
    assert.equal(ending(stack, "alice", 45_000)[0], "unreachable");
    stack.type("alice", "message sip:100@192.0.2.200 hello");
    assert.match(String(stack.next("alice", "messageFailed", 45_000)["sentence"]), /cannot be reached/);
    stack.type("alice", `call ${uriOf(stack, "alice")}`);
    assert.equal(ending(stack, "alice")[0], "not found");
    assertIdle(stack, "alice");
  });

  it("the status tells the address; off, nothing is open, and calling is refused in words", () => {
    const stack = office("stock status");
    assert.equal(stack.status("alice")["stockSip"], uriOf(stack, "alice"));
    stack.lab.switchOff("bob");
    stack.on(["bob"], { settings: { overlay: "overlay-of-bob", "stock-sip": "off" } });
    stack.next("bob", "registered");
    assert.equal(stack.status("bob")["stockSip"], undefined);
    const refused = stack.ask("bob", `call ${uriOf(stack, "alice")}`, "refused");
    assert.match(String(refused["sentence"]), /does not speak to stock SIP phones/);
    stack.type("alice", `call ${uriOf(stack, "bob")}`);
    assert.equal(ending(stack, "alice", 45_000)[0], "unreachable");
    assert.deepEqual(stack.since("bob", "incoming"), []);
  });

  it("a taken port 5060 is one warning, and the rest works; taken ports of speech are passed over", () => {
    const stack = new FullStack("stock taken");
    stack.on(["alice"], { takenPorts: [5060] });
    stack.on(["bob"], { takenPorts: [5005, 5006] });
    for (const name of ["alice", "bob"]) stack.next(name, "registered");
    const warnings = stack.lab.eventsOf("alice").filter(({ event }) => event === "warning");
    assert.equal(warnings.length, 1);
    assert.match(String(warnings[0]?.["sentence"]), /port 5060/);
    assert.equal(stack.status("alice")["stockSip"], undefined);
    stack.run(8000);
    stack.talk("alice", "bob");
    stack.type("alice", "hangup");
    stack.next("bob", "ended");
    stack.on(["carol"], {});
    stack.next("carol", "registered");
    talk(stack, "carol", "bob");
    stack.run(3000);
    stack.type("carol", "hangup");
    assert.equal(stack.next("carol", "ended")["packetsLost"], 0);
    assert.ok(Number(stack.next("bob", "ended")["packetsReceived"]) > 100);
  });
});
