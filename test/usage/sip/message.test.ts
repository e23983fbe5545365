import assert from "node:assert/strict";
import { type Phone, Switchboard } from "../support/switchboard.js";

describe("messages and questions", () => {
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

  it("a text arrives once and is known to have arrived, lost packets or not", () => {
    let lost = 0;
    board.filter = (line): boolean => line !== "bob>alice 200 MESSAGE" || ++lost > 2;
    const id = alice.agent.message(board.now, "bob", [bob.nodeKey], "Grüß dich, 你好");
    board.drain();
    board.run(10_000);
    assert.deepEqual(bob.events, [
      { kind: "messageReceived", from: "alice", peer: alice.nodeKey, text: "Grüß dich, 你好" },
    ]);
    assert.deepEqual(alice.events, [{ kind: "messageDelivered", message: id, peer: bob.nodeKey }]);
  });

  it("a text to three devices is delivered with the first that takes it", () => {
    const second = board.phone("bob", 2);
    const id = alice.agent.message(board.now, "bob", [bob.nodeKey, second.nodeKey, "ff"], "hello");
    board.drain();
    board.act(alice, (agent, now) => {
      agent.handlePeerUnreachable(now, "ff");
    });
    board.run(100);
    assert.equal(board.last(alice, "messageDelivered").message, id);
    assert.equal(alice.events.length, 1);
    assert.equal(board.last(second, "messageReceived").text, "hello");
  });

  it("a text nobody takes has failed, with a sentence", () => {
    const id = alice.agent.message(board.now, "bob", ["ff"], "hello");
    board.act(alice, (agent, now) => {
      agent.handlePeerUnreachable(now, "ff");
    });
    const failed = board.last(alice, "messageFailed");
    assert.deepEqual([failed.message, failed.outcome, failed.status], [id, "unreachable", 503]);
    assert.match(failed.sentence, /bob cannot be reached/);
  });

  it("what is for the program, not the person, arrives once and as it was sent", () => {
    let lost = 0;
    board.filter = (line): boolean => line !== "bob>alice 200 MESSAGE" || ++lost > 2;
    const body = Uint8Array.of(0x82, 0x02, 0x01, 0xff, 0x00);
    alice.agent.document(board.now, "bob", bob.nodeKey, body);
    board.drain();
    board.run(10_000);
    assert.deepEqual(bob.events, [{ kind: "documentReceived", from: "alice", peer: alice.nodeKey, body }]);
  });

  it("an empty or too long text is not sent", () => {
    assert.equal(alice.agent.message(board.now, "bob", [bob.nodeKey], ""), undefined);
    assert.equal(alice.agent.message(board.now, "bob", [bob.nodeKey], "ü".repeat(651)), undefined);
    assert.ok(alice.agent.message(board.now, "bob", [bob.nodeKey], "ü".repeat(650)) !== undefined);
    board.drain();
    board.run(100);
    assert.equal(board.last(bob, "messageReceived").text.length, 650);
    assert.ok(
      board.sent.every((bytes) => bytes.length < 3300),
      "within what a link carries",
    );
  });

  it("OPTIONS tells what a phone takes, and that it is busy (RFC 3261 §11.2)", () => {
    const id = alice.agent.options(board.now, "bob", bob.nodeKey);
    board.drain();
    board.run(100);
    const answered = board.last(alice, "optionsAnswered");
    assert.equal(answered.request, id);
    assert.deepEqual(answered.allow, ["INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "MESSAGE"]);
    const carol = board.phone("carol");
    board.dial(carol, "bob", bob);
    board.run(100);
    alice.agent.options(board.now, "bob", bob.nodeKey);
    board.drain();
    board.run(100);
    assert.equal(board.last(alice, "optionsFailed").outcome, "busy");
  });
});
