import assert from "node:assert/strict";
import { type Phone, Switchboard } from "../support/switchboard.js";

describe("a call without a link", () => {
  let board: Switchboard;
  let alice: Phone;
  let bob: Phone;
  beforeEach(() => {
    board = new Switchboard(1);
    alice = board.phone("alice");
    bob = board.phone("bob");
  });
  afterEach(() => {
    board.settle();
  });

  function established(): void {
    board.dial(alice, "bob", bob);
    board.run(100);
    board.act(bob, (agent, now) => {
      agent.answer(now, bob.media);
    });
    board.run(100);
    board.last(alice, "established");
  }

  function ending(phone: Phone): [string, number, string] {
    const { outcome, status, sentence } = board.last(phone, "ended");
    return [outcome, status, sentence];
  }

  it("finds nobody: after 32 s without a sign of life the phone counts as unreachable", () => {
    board.filter = (): boolean => false;
    board.dial(alice, "bob", bob);
    board.run(31_900);
    assert.ok(alice.agent.busy);
    board.run(200);
    const sentence = "The phone of bob cannot be reached. It may be switched off or too far away.";
    assert.deepEqual(ending(alice), ["unreachable", 408, sentence]);
  });

  it("finds no link: unreachable at once", () => {
    board.dial(alice, "bob", bob);
    board.act(alice, (agent, now) => {
      agent.handlePeerUnreachable(now, bob.nodeKey);
    });
    assert.deepEqual(ending(alice).slice(0, 2), ["unreachable", 503]);
    board.filter = (): boolean => false;
  });

  it("has no device to ring: unreachable", () => {
    board.dial(alice, "bob");
    assert.equal(ending(alice)[0], "unreachable");
  });

  it("loses the link: both phones are told once each", () => {
    established();
    board.filter = (): boolean => false;
    for (const [phone, other] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      board.act(phone, (agent, now) => {
        agent.handlePeerUnreachable(now, other.nodeKey);
      });
      assert.deepEqual(ending(phone), [
        "connectionLost",
        503,
        `The connection to the phone of ${other.name} was lost.`,
      ]);
    }
  });

  it("loses the link while it rings", () => {
    board.dial(alice, "bob", bob);
    board.run(100);
    board.act(bob, (agent, now) => {
      agent.handlePeerUnreachable(now, alice.nodeKey);
    });
    assert.deepEqual(ending(bob).slice(0, 2), ["callerGaveUp", 503]);
    board.act(alice, (agent, now) => {
      agent.handlePeerUnreachable(now, bob.nodeKey);
    });
    assert.deepEqual(ending(alice).slice(0, 2), ["unreachable", 503]);
  });

  it("is answered into the void: no ACK for 32 s ends it", () => {
    board.dial(alice, "bob", bob);
    board.run(100);
    board.filter = (line): boolean => line.startsWith("bob>alice BYE") || line === "alice>bob 481 BYE";
    board.act(bob, (agent, now) => {
      agent.answer(now, bob.media);
    });
    board.run(32_100);
    assert.deepEqual(ending(bob).slice(0, 2), ["connectionLost", 408]);
    board.run(40_000);
    assert.equal(board.log.filter((line) => line === "bob>alice 200 INVITE").length, 11, "as timer G would");
  });
});
