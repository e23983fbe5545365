import assert from "node:assert/strict";
import {
  claimsMax,
  dialMsMax,
  endedShownMs,
  messagesAwaitedMax,
  ringMsMax,
} from "../../firmware/core/limits.js";
import type { CallEnd } from "../../firmware/phone/call-state.js";
import { bob, carol, Desk, party } from "./desk.js";

describe("Phone", () => {
  it("calls, rings there, talks, and hangs up", () => {
    const desk = new Desk();
    desk.phone.call(desk.now, "bob");
    assert.deepEqual(desk.effects(), [{ kind: "placeCall", call: "out-1", name: "bob" }]);
    assert.equal(desk.kind, "dialling");
    desk.wait(300);
    desk.phone.handleRinging(desk.now, "out-1");
    desk.wait(4000);
    desk.phone.handleAnswered(desk.now, "out-1", bob);
    assert.equal(desk.kind, "talking");
    desk.phone.talking.dial("12#");
    desk.phone.talking.handleDigit("out-1", "5");
    desk.wait(65_000);
    desk.phone.hangUp(desk.now);
    assert.deepEqual(
      desk.effects().map(({ kind }) => kind),
      ["saveContacts", "sendDigits", "endCall", "saveCallLog"],
    );
    const events = desk.events();
    assert.deepEqual(
      events.map(({ event, sentence }) => `${event}: ${sentence}`),
      [
        "dialling: Calling bob.",
        "ringing: It rings at bob's.",
        "talking: You talk with bob …b0b0.",
        "pinned: bob is now known to you as phone …b0b0.",
        "digit: bob pressed 5.",
        "ended: You hung up on the call with bob.",
      ],
    );
    assert.equal(events[1]?.facts["sinceDialMs"], 300);
    assert.equal(events[2]?.facts["sinceDialMs"], 4300);
    assert.equal(events[5]?.facts["talkedMs"], 65_000);
    assert.deepEqual(desk.phone.log.entries(), [
      {
        direction: "outgoing",
        name: "bob",
        nodeId: bob.phone.nodeId,
        outcome: "talked",
        bootCount: 7,
        startedAt: 1000,
        talkedMs: 65_000,
      },
    ]);
    assert.equal(desk.kind, "ended");
    desk.wait(endedShownMs);
    assert.equal(desk.kind, "idle");
    assert.equal(desk.phone.pollTimeout(), undefined);
  });

  it("rings here, is answered once, and ends from there", () => {
    const desk = new Desk();
    desk.phone.handleIncoming(desk.now, "sip-1", bob);
    desk.phone.answer(desk.now);
    desk.phone.answer(desk.now);
    assert.deepEqual(desk.effects(), [{ kind: "answerCall", call: "sip-1" }]);
    desk.phone.handleAnswered(desk.now, "sip-1", bob);
    desk.wait(2000);
    desk.phone.handleEnded(desk.now, "sip-1", "hung-up");
    assert.deepEqual(desk.said(), [
      "incoming: bob …b0b0 is calling. Type: answer",
      "refused: No call rings here.",
      "talking: You talk with bob …b0b0.",
      "ended: bob hung up.",
    ]);
    assert.equal(desk.phone.log.entries()[0]?.direction, "incoming");
    assert.equal(desk.phone.log.entries()[0]?.outcome, "talked");
    assert.equal(desk.phone.book.find("bob"), undefined, "being called pins nobody");
  });

  const ends: readonly (readonly [CallEnd, string, string])[] = [
    ["busy", "busy", "bob is busy."],
    ["declined", "declined", "bob declined the call."],
    ["hung-up", "declined", "bob declined the call."],
    ["no-answer", "no answer", "bob does not answer."],
    ["not-found", "not found", "There is no phone of the name bob."],
    ["unreachable", "unreachable", "bob's phone can't be reached."],
    ["lost", "lost", "The connection to bob was lost."],
    ["failed", "failed", "The call to bob failed."],
  ];
  for (const [end, outcome, sentence] of ends) {
    it(`says and logs a call that came to ${end}`, () => {
      const desk = new Desk();
      desk.phone.call(desk.now, "bob");
      desk.phone.handleEnded(desk.now, "out-1", end);
      assert.equal(desk.said().at(-1), `ended: ${sentence}`);
      assert.equal(desk.phone.log.entries()[0]?.outcome, outcome);
    });
  }

  it("says of a call under way that it was lost or over", () => {
    for (const [end, sentence] of [
      ["lost", "The connection to bob was lost."],
      ["failed", "The call with bob ended."],
    ] as const) {
      const desk = new Desk();
      desk.phone.call(desk.now, "bob");
      desk.phone.handleAnswered(desk.now, "out-1", bob);
      desk.phone.handleEnded(desk.now, "out-1", end);
      assert.equal(desk.said().at(-1), `ended: ${sentence}`);
    }
  });

  it("gives up by itself: trying, ringing there, ringing here, choosing", () => {
    const desk = new Desk();
    desk.phone.call(desk.now, "bob");
    desk.wait(dialMsMax - 1);
    assert.equal(desk.kind, "dialling");
    desk.wait(1);
    assert.equal(desk.said().at(-1), "ended: bob's phone can't be reached.");

    desk.phone.call(desk.now, "bob");
    desk.phone.handleRinging(desk.now, "out-2");
    desk.wait(ringMsMax);
    assert.equal(desk.said().at(-1), "ended: bob does not answer.");
    assert.deepEqual(desk.effects().filter(({ kind }) => kind === "endCall").length, 2);

    desk.phone.handleIncoming(desk.now, "sip-1", carol);
    desk.wait(ringMsMax);
    assert.deepEqual(desk.effects()[0], { kind: "declineCall", call: "sip-1", reason: "no-answer" });
    assert.equal(desk.said().at(-1), "ended: You missed a call from carol.");

    desk.phone.call(desk.now, "bob");
    desk.phone.handleContested(desk.now, "out-3", [{ nodeId: bob.phone.nodeId, heldMs: 1 }]);
    desk.wait(3_600_000);
    assert.equal(desk.kind, "idle");
    assert.deepEqual(
      desk.phone.log.entries().map(({ outcome }) => outcome),
      ["unreachable", "no answer", "missed", "given up"],
    );
  });

  it("offers contested names and pins the one that was chosen and answered", () => {
    const desk = new Desk();
    const [honest, thief] = [party("alice", 0xa3), party("alice", 0x77)];
    desk.phone.call(desk.now, "alice");
    const claims = [honest, thief, bob, carol, bob].map(({ phone }, i) => ({
      nodeId: phone.nodeId,
      heldMs: 1000 - i,
    }));
    desk.phone.handleContested(desk.now, "out-1", claims);
    const [, contested] = desk.events();
    assert.ok(contested?.event === "contested");
    assert.equal((contested.facts["claims"] as unknown[]).length, claimsMax);
    desk.phone.choose(desk.now, 5);
    assert.deepEqual(desk.said(), ["refused: Choose a number from 1 to 4."]);
    desk.phone.choose(desk.now, 1);
    assert.deepEqual(desk.effects().at(-1), {
      kind: "chooseClaim",
      call: "out-1",
      nodeId: honest.phone.nodeId,
    });
    desk.phone.handleRinging(desk.now, "out-1");
    desk.phone.handleAnswered(desk.now, "out-1", honest);
    assert.deepEqual(desk.phone.book.find("alice")?.pin?.nodeId, honest.phone.nodeId);
    desk.phone.hangUp(desk.now);
    desk.events();

    desk.phone.handleIncoming(desk.now, "sip-1", thief);
    assert.deepEqual(desk.said(), [
      "incoming: alice …7777 is calling. Type: answer",
      "keyChanged: This is not the phone you know as alice: be careful.",
    ]);
    desk.phone.decline(desk.now);
    desk.phone.call(desk.now, "alice");
    desk.phone.handleAnswered(desk.now, "out-2", thief);
    assert.equal(desk.said().at(-1), "keyChanged: This is not the phone you know as alice: be careful.");
    assert.deepEqual(
      desk.phone.book.find("alice")?.pin?.nodeId,
      honest.phone.nodeId,
      "a pin is never switched silently",
    );
  });

  it("is busy to a second caller and tells of it", () => {
    const desk = new Desk();
    desk.phone.call(desk.now, "bob");
    desk.effects();
    desk.phone.handleIncoming(desk.now, "sip-9", carol);
    assert.deepEqual(desk.effects()[0], { kind: "declineCall", call: "sip-9", reason: "busy" });
    assert.equal(desk.said().at(-1), "missed: carol called while you were busy.");
    assert.equal(desk.phone.log.entries()[0]?.outcome, "missed while busy");
    assert.equal(desk.kind, "dialling");
    desk.phone.call(desk.now, "carol");
    assert.deepEqual(desk.said(), ["refused: There is a call with bob already. Hang up first."]);
  });

  it("takes a new call while the end of the last is still shown", () => {
    const desk = new Desk();
    desk.phone.call(desk.now, "bob");
    desk.phone.hangUp(desk.now);
    assert.equal(desk.said().at(-1), "ended: You stopped calling bob.");
    desk.phone.handleIncoming(desk.now, "sip-1", carol);
    assert.equal(desk.kind, "incoming");
    desk.phone.hangUp(desk.now);
    assert.equal(desk.said().at(-1), "ended: You declined the call from carol.");
    assert.deepEqual(desk.effects().at(-2), { kind: "declineCall", call: "sip-1", reason: "declined" });
  });

  it("refuses what can't be done now, in a sentence, and changes nothing", () => {
    const desk = new Desk();
    const { phone, now } = desk;
    phone.answer(now);
    phone.decline(now);
    phone.hangUp(now);
    phone.talking.dial("1");
    phone.choose(now, 1);
    assert.deepEqual(desk.effects(), []);
    assert.ok(desk.events().every(({ event, sentence }) => event === "refused" && sentence.endsWith(".")));
    assert.equal(phone.state.kind, "idle");
  });

  it("ignores news of calls that are no more", () => {
    const desk = new Desk();
    desk.phone.call(desk.now, "bob");
    desk.phone.hangUp(desk.now);
    desk.effects();
    desk.events();
    desk.phone.handleRinging(desk.now, "out-1");
    desk.phone.handleAnswered(desk.now, "out-1", bob);
    desk.phone.handleEnded(desk.now, "out-1", "failed");
    desk.phone.handleContested(desk.now, "out-1", []);
    desk.phone.talking.handleDigit("out-1", "1");
    desk.phone.handleMessageDelivered(desk.now, 99);
    desk.phone.handleMessageFailed(desk.now, 99, "x");
    assert.deepEqual(desk.effects(), []);
    assert.deepEqual(desk.events(), []);
  });

  it("sends messages, bounded, and tells what became of each once", () => {
    const desk = new Desk();
    for (let i = 0; i < messagesAwaitedMax + 1; i++) desk.phone.message(desk.now, "bob", `no ${i}`);
    assert.equal(desk.effects().length, messagesAwaitedMax);
    assert.deepEqual(desk.said(), ["refused: Too many messages are still on their way."]);
    desk.phone.handleMessageDelivered(desk.now, 1);
    desk.phone.handleMessageDelivered(desk.now, 1);
    desk.phone.handleMessageFailed(desk.now, 2, "no phone of that name");
    desk.phone.handleMessageReceived(desk.now, carol, "hello");
    assert.deepEqual(desk.said(), [
      "messageDelivered: bob got your message.",
      "messageFailed: bob did not get your message: no phone of that name.",
      "messageReceived: carol: hello",
    ]);
    desk.phone.message(desk.now, "bob", "again");
    assert.deepEqual(desk.effects(), [{ kind: "sendMessage", message: 17, name: "bob", text: "again" }]);
  });
});
