import assert from "node:assert/strict";
import { type Phone, Switchboard } from "../support/switchboard.js";

describe("a call to several devices of one user", () => {
  let board: Switchboard;
  let alice: Phone;
  let devices: [Phone, Phone, Phone];
  beforeEach(() => {
    board = new Switchboard(2);
    alice = board.phone("alice");
    devices = [board.phone("bob", 1), board.phone("bob", 2), board.phone("bob", 3)];
    board.dial(alice, "bob", ...devices);
    board.run(100);
  });
  afterEach(() => {
    board.settle();
  });

  it("rings all; the first to answer has it, the others are cancelled and told why (RFC 3326)", () => {
    assert.equal(alice.events.filter((event) => event.kind === "ringing").length, 3);
    board.act(devices[1], (agent, now) => {
      agent.answer(now, devices[1].media);
    });
    board.run(100);
    assert.equal(board.last(alice, "established").peer, devices[1].nodeKey);
    for (const other of [devices[0], devices[2]])
      assert.equal(board.last(other, "ended").outcome, "answeredElsewhere");
    board.act(alice, (agent, now) => {
      agent.hangUp(now);
    });
    board.run(100);
    assert.equal(board.last(devices[1], "ended").outcome, "remoteHungUp");
  });

  it("two answer at once: one has it, the other is acknowledged and ended by BYE", () => {
    for (const device of [devices[0], devices[2]]) {
      board.act(device, (agent, now) => {
        agent.answer(now, device.media);
      });
    }
    board.run(100);
    assert.equal(alice.events.filter((event) => event.kind === "established").length, 1);
    assert.equal(board.last(alice, "established").peer, devices[0].nodeKey);
    assert.equal(board.last(devices[2], "ended").outcome, "remoteHungUp");
    assert.ok(devices[0].agent.busy);
    board.act(alice, (agent, now) => {
      agent.hangUp(now);
    });
  });

  it("one busy, the others silent: it goes on ringing, and busy is what is told in the end", () => {
    board.act(devices[0], (agent, now) => {
      agent.decline(now, "busy");
    });
    board.run(1000);
    assert.ok(alice.agent.busy);
    board.act(devices[1], (agent, now) => {
      agent.decline(now, "busy");
    });
    board.act(alice, (agent, now) => {
      agent.handlePeerUnreachable(now, devices[2].nodeKey);
    });
    board.run(100);
    assert.deepEqual([board.last(alice, "ended").outcome, board.last(alice, "ended").status], ["busy", 486]);
    board.act(devices[2], (agent, now) => {
      agent.handlePeerUnreachable(now, alice.nodeKey);
    });
  });

  it("one declines: that is for the user as a whole, the others stop ringing (RFC 3261 §21.6.2)", () => {
    board.act(devices[0], (agent, now) => {
      agent.decline(now, "decline");
    });
    board.run(100);
    assert.equal(board.last(alice, "ended").outcome, "declined");
    for (const other of [devices[1], devices[2]])
      assert.equal(board.last(other, "ended").outcome, "declinedElsewhere");
  });
});
