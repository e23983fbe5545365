import assert from "node:assert/strict";
import { encodeText } from "../../../firmware/core/text.js";
import { octetText } from "../../../firmware/wire/sip/octets.js";
import { header } from "../support/messages.js";
import { type Phone, Switchboard } from "../support/switchboard.js";

describe("what a user calls himself, in SIP", () => {
  let board: Switchboard;
  let alice: Phone;
  let bob: Phone;
  beforeEach(() => {
    board = new Switchboard(4);
    alice = board.phone("alice");
    bob = board.phone("bob");
  });
  afterEach(() => {
    board.settle();
  });

  function fromOf(index: number): string {
    return header(octetText(board.sent[index] ?? new Uint8Array(0)), "From");
  }

  it("stands as the display name of From, and is told with calls and texts", () => {
    alice.agent.setFullName("Zoë O'Brien");
    const call = board.dial(alice, "bob", bob);
    board.run(100);
    const written = octetText(encodeText("Zoë O'Brien"));
    const from = fromOf(0);
    assert.ok(from.startsWith(`"${written}" <sip:alice@home.example>;tag=`), from);
    const sender = { from: "alice", peer: alice.nodeKey, fullName: "Zoë O'Brien" };
    assert.deepEqual(board.take(bob)[0], { kind: "incomingCall", call: 1, ...sender });
    assert.equal(call, 1);
    alice.agent.message(board.now, "bob", [bob.nodeKey], "hello");
    board.drain();
    board.run(100);
    assert.deepEqual(board.take(bob), [{ kind: "messageReceived", text: "hello", ...sender }]);
    const carol = board.phone("carol");
    carol.agent.setFullName("Carol");
    board.dial(carol, "bob", bob);
    board.run(100);
    const turnedAway = { kind: "callerTurnedAway", from: "carol", peer: carol.nodeKey, fullName: "Carol" };
    assert.deepEqual(board.take(bob), [turnedAway]);
  });

  it("costs nothing where there is none, and can be taken back", () => {
    board.dial(alice, "bob", bob);
    board.run(100);
    assert.match(fromOf(0), /^<sip:alice@home\.example>;tag=[0-9a-f]{16}$/);
    assert.deepEqual(Object.keys(board.last(bob, "incomingCall")), ["kind", "call", "from", "peer"]);
    board.act(alice, (agent, now) => agent.hangUp(now));
    board.run(100);
    alice.agent.setFullName("Zoë");
    alice.agent.setFullName("");
    const before = board.sent.length;
    board.dial(alice, "bob", bob);
    assert.match(fromOf(before), /^<sip:alice/);
    board.act(alice, (agent, now) => agent.hangUp(now));
  });

  it("the call goes on as any other: answered, held by the other side, hung up", () => {
    alice.agent.setFullName('Zoë "');
    board.dial(alice, "bob", bob);
    board.run(100);
    board.act(bob, (agent, now) => agent.answer(now, bob.media));
    board.run(100);
    board.last(alice, "established");
    board.act(bob, (agent, now) => agent.hold(now, true));
    board.run(100);
    board.last(alice, "mediaChanged");
    board.act(alice, (agent, now) => agent.hangUp(now));
    board.run(100);
    assert.equal(board.last(bob, "ended").outcome, "remoteHungUp");
  });

  const odd: readonly [string, string][] = [
    ["a control character", '"Bob\u001b[2J"'],
    ["another direction", `"${octetText(encodeText("Bob \u202ecilA"))}"`],
    ["no UTF-8", '"Bob \xff"'],
    ["another's name in it", '"Bob (bob)"'],
    ["an escape at its end", '"Bob \\\\"'],
    ["too many bytes", `"${"x".repeat(49)}"`],
    ["nothing in quotes", '""'],
    ["spaces", '" Bob"'],
  ];
  for (const [what, display] of odd) {
    it(`with ${what} is passed over, and the text arrives`, () => {
      const text = [
        "MESSAGE sip:bob@home.example SIP/2.0",
        "Via: SIP/2.0/UDP x.muster.invalid;branch=z9hG4bKtest",
        `From: ${display} <sip:alice@home.example>;tag=a`,
        "To: <sip:bob@home.example>",
        "Call-ID: 1",
        "CSeq: 1 MESSAGE",
        "Content-Type: text/plain",
        "Content-Length: 2",
        "",
        "hi",
      ].join("\r\n");
      const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
      board.inject(bob, { nodeKey: alice.nodeKey, userName: "alice" }, bytes);
      const sender = { from: "alice", peer: alice.nodeKey };
      assert.deepEqual(bob.events, [{ kind: "messageReceived", ...sender, text: "hi" }]);
    });
  }
});
