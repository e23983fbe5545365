import assert from "node:assert/strict";
import { type Phone, Switchboard } from "../support/switchboard.js";

/** Every way a call can go between two or more phones whose links lose nothing; rough-call.test.ts has the rest. */
describe("a call", () => {
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

  it("rings, is answered, and both know where the other's speech goes", () => {
    const call = board.dial(alice, "bob", bob);
    board.run(20);
    assert.deepEqual(board.take(alice), [{ kind: "ringing", call, peer: bob.nodeKey }]);
    assert.equal(board.last(bob, "incomingCall").from, "alice");
    assert.ok(alice.agent.busy && bob.agent.busy);
    board.act(bob, (agent, now) => {
      agent.answer(now, bob.media);
    });
    board.run(20);
    const common = {
      codec: "PCMU",
      payloadType: 0,
      telephoneEventType: 101,
      rtcpMux: true,
      direction: "sendrecv",
    };
    assert.deepEqual(board.last(alice, "established").media, { remote: bob.media, ...common });
    assert.deepEqual(board.last(bob, "established").media, { remote: alice.media, ...common });
    assert.deepEqual(board.log, [
      "alice>bob INVITE",
      "bob>alice 180 INVITE",
      "bob>alice 200 INVITE",
      "alice>bob ACK",
    ]);
    board.act(alice, (agent, now) => {
      agent.hangUp(now);
    });
    assert.deepEqual(ending(alice), ["hungUp", 200, "You hung up."]);
    board.run(20);
    assert.deepEqual(ending(bob), ["remoteHungUp", 200, "alice hung up."]);
  });

  it("is hung up by the callee", () => {
    established();
    board.act(bob, (agent, now) => {
      agent.hangUp(now);
    });
    board.run(100);
    assert.deepEqual(ending(alice), ["remoteHungUp", 200, "bob hung up."]);
    assert.deepEqual(board.log.slice(-2), ["bob>alice BYE", "alice>bob 200 BYE"]);
  });

  it("is hung up by both at once", () => {
    established();
    for (const phone of [alice, bob]) {
      board.act(phone, (agent, now) => {
        agent.hangUp(now);
      });
    }
    board.run(100);
    assert.deepEqual([ending(alice)[0], ending(bob)[0]], ["hungUp", "hungUp"]);
  });

  it("does not hang up before its 200 is acknowledged (RFC 3261 §15)", () => {
    board.filter = (line): boolean => line !== "alice>bob ACK" || board.now > 700;
    board.dial(alice, "bob", bob);
    board.run(100);
    board.act(bob, (agent, now) => {
      agent.answer(now, bob.media);
      agent.hangUp(now);
    });
    board.run(300);
    assert.ok(!board.log.includes("bob>alice BYE"));
    assert.equal(ending(bob)[0], "hungUp");
    board.run(2000);
    assert.equal(ending(alice)[0], "remoteHungUp");
  });

  for (const [as, status, outcome, sentence] of [
    ["busy", 486, "busy", "bob is busy with another call."],
    ["decline", 603, "declined", "bob does not want to take the call."],
  ] as const) {
    it(`is refused with ${status}`, () => {
      board.dial(alice, "bob", bob);
      board.run(100);
      board.act(bob, (agent, now) => {
        agent.decline(now, as);
      });
      board.run(100);
      assert.deepEqual(ending(alice), [outcome, status, sentence]);
      assert.deepEqual(ending(bob), ["declinedHere", status, "You declined the call from alice."]);
      assert.equal(board.log[board.log.length - 1], "alice>bob ACK");
    });
  }

  it("meets a phone that is in a call already: 486, and that call goes on", () => {
    established();
    const carol = board.phone("carol");
    board.dial(carol, "bob", bob);
    board.run(100);
    assert.deepEqual(ending(carol), ["busy", 486, "bob is busy with another call."]);
    assert.ok(!bob.events.some((event) => event.kind === "ended"));
    assert.equal(bob.agent.invite(board.now, "carol", []), undefined, "nor does that phone make another");
    board.act(alice, (agent, now) => {
      agent.hangUp(now);
    });
  });

  it("meets a phone that calls back at that moment: both are busy", () => {
    board.dial(alice, "bob", bob);
    board.dial(bob, "alice", alice);
    board.run(100);
    assert.deepEqual([ending(alice)[0], ending(bob)[0]], ["busy", "busy"]);
  });

  it("is given up by the caller after 60 s: CANCEL, 487", () => {
    board.dial(alice, "bob", bob);
    board.run(59_900);
    assert.ok(alice.agent.busy);
    board.run(300);
    assert.deepEqual(ending(alice), ["noAnswer", 487, "bob does not answer."]);
    assert.deepEqual(ending(bob), ["callerGaveUp", 487, "alice stopped calling before you answered."]);
    assert.deepEqual(board.log.slice(2), [
      "alice>bob CANCEL",
      "bob>alice 200 CANCEL",
      "bob>alice 487 INVITE",
      "alice>bob ACK",
    ]);
  });

  it("is given up by the callee after 75 s when the caller has vanished: 480", () => {
    board.dial(alice, "bob", bob);
    board.run(100);
    board.filter = (): boolean => false;
    board.run(75_000);
    assert.deepEqual(ending(bob), ["missed", 480, "You did not answer the call from alice."]);
    assert.deepEqual(ending(alice), ["noAnswer", 487, "bob does not answer."]);
  });

  it("is cancelled by the caller while it rings", () => {
    board.dial(alice, "bob", bob);
    board.run(100);
    board.act(alice, (agent, now) => {
      agent.hangUp(now);
    });
    assert.deepEqual(ending(alice), ["cancelled", 487, "You ended the call before it was answered."]);
    board.run(100);
    assert.equal(ending(bob)[0], "callerGaveUp");
  });

  it("is cancelled before anything was heard: the CANCEL waits for the 180 (RFC 3261 §9.1)", () => {
    board.dial(alice, "bob", bob);
    board.act(alice, (agent, now) => {
      agent.hangUp(now);
    });
    assert.deepEqual(board.log, ["alice>bob INVITE"]);
    board.run(100);
    assert.deepEqual(board.log.slice(1, 3), ["bob>alice 180 INVITE", "alice>bob CANCEL"]);
    assert.equal(ending(bob)[0], "callerGaveUp");
    assert.ok(!alice.events.some((event) => event.kind === "ringing"));
  });

  it("is answered while its CANCEL is under way: acknowledged, then ended by BYE", () => {
    board.dial(alice, "bob", bob);
    board.run(100);
    board.act(alice, (agent, now) => {
      agent.hangUp(now);
    });
    board.act(bob, (agent, now) => {
      agent.answer(now, bob.media);
    });
    board.run(100);
    assert.deepEqual(board.log.slice(2), [
      "alice>bob CANCEL",
      "bob>alice 200 INVITE",
      "bob>alice 200 CANCEL",
      "alice>bob ACK",
      "alice>bob BYE",
      "bob>alice 200 BYE",
    ]);
    assert.deepEqual([ending(alice)[0], ending(bob)[0]], ["cancelled", "remoteHungUp"]);
    assert.equal(
      alice.events.filter((event) => event.kind === "ended" || event.kind === "established").length,
      1,
    );
  });

  it("is ended by the caller's BYE while it rings (RFC 3261 §15)", () => {
    board.dial(alice, "bob", bob);
    board.run(100);
    const ringing = new TextDecoder().decode(board.sent[1]);
    const tagged = /\r\n(To: [^\r]*)/.exec(ringing)?.[1] ?? "";
    const bye = new TextDecoder()
      .decode(board.sent[0])
      .replace(/\r\n\r\n[\s\S]*/, "\r\n\r\n")
      .replace(/^INVITE/, "BYE")
      .replace(/CSeq: 1 INVITE/, "CSeq: 2 BYE")
      .replace(/\r\nTo: [^\r]*/, `\r\n${tagged}`)
      .replace(/Content-(Length|Type): [^\r]*\r\n/g, "")
      .replace(/branch=/, "branch=z9hG4bKx");
    board.inject(bob, { nodeKey: alice.nodeKey, userName: "alice" }, new TextEncoder().encode(bye));
    board.run(100);
    assert.deepEqual([ending(bob)[0], ending(alice)[1]], ["callerGaveUp", 487]);
  });

  it("absorbs what comes twice", () => {
    board.faults = { loss: 0, duplication: 100, delayMin: 1, delayMax: 50 };
    established();
    board.act(alice, (agent, now) => {
      agent.hangUp(now);
    });
    board.run(200);
    const kinds = bob.events.map((event) => event.kind);
    assert.deepEqual(kinds, ["incomingCall", "established", "ended"]);
    assert.deepEqual(
      alice.events.map((event) => event.kind),
      ["ringing", "established", "ended"],
    );
  });
});
