import assert from "node:assert/strict";
import { type Phone, Switchboard } from "../support/switchboard.js";

describe("hold, and changes that meet", () => {
  let board: Switchboard;
  let alice: Phone;
  let bob: Phone;
  beforeEach(() => {
    board = new Switchboard(3);
    alice = board.phone("alice");
    bob = board.phone("bob");
    board.dial(alice, "bob", bob);
    board.run(50);
    board.act(bob, (agent, now) => {
      agent.answer(now, bob.media);
    });
    board.run(50);
  });
  afterEach(() => {
    board.act(bob, (agent, now) => {
      agent.hangUp(now);
    });
    board.settle();
  });

  function hold(phone: Phone, held: boolean): void {
    board.act(phone, (agent, now) => {
      agent.hold(now, held);
    });
  }

  it("holds and resumes: each sees the direction from its own side (RFC 3264 §8.4)", () => {
    hold(alice, true);
    board.run(50);
    assert.equal(board.last(alice, "mediaChanged").media.direction, "sendonly");
    assert.equal(board.last(bob, "mediaChanged").media.direction, "recvonly");
    hold(alice, false);
    board.run(50);
    assert.equal(board.last(alice, "mediaChanged").media.direction, "sendrecv");
    assert.equal(board.last(bob, "mediaChanged").media.direction, "sendrecv");
  });

  it("both hold at once: 491 for both, each tries again after its own time (RFC 3261 §14.1)", () => {
    hold(alice, true);
    hold(bob, true);
    board.run(100);
    assert.deepEqual(
      board.log.filter((line) => line.includes("491")),
      ["bob>alice 491 INVITE", "alice>bob 491 INVITE"],
    );
    board.run(10_000);
    assert.equal(board.last(alice, "mediaChanged").media.direction, "inactive");
    assert.equal(board.last(bob, "mediaChanged").media.direction, "inactive");
  });

  it("a change while one is under way is refused to the person at once", () => {
    hold(alice, true);
    hold(alice, false);
    assert.equal(board.last(alice, "changeRefused").status, 491);
    board.run(50);
    assert.equal(board.last(alice, "mediaChanged").media.direction, "sendonly");
  });

  it("a change nobody answers ends the call (RFC 3261 §12.2.1.2)", () => {
    board.filter = (line): boolean => !line.startsWith("alice>bob INVITE");
    hold(alice, true);
    board.run(33_000);
    assert.equal(board.last(alice, "ended").outcome, "connectionLost");
    assert.equal(board.last(bob, "ended").outcome, "remoteHungUp");
  });
});
