import assert from "node:assert/strict";
import { after, instant } from "../../../firmware/core/time.js";
import {
  beginInviteServer,
  inviteServerDeadline,
  type InviteServerState,
  stepInviteServer,
} from "../../../firmware/usage/sip/invite-server.js";
import { defaultTimers } from "../../../firmware/usage/sip/timers.js";
import { requestOf, writtenOf } from "../support/messages.js";

const timers = defaultTimers();
const start = instant(0);
const invite = requestOf("INVITE");
const ack = requestOf("ACK");
type Step = ReturnType<typeof stepInviteServer>;
const begun = (): InviteServerState => beginInviteServer(invite).state;
const respond = (state: InviteServerState, status: number): Step =>
  stepInviteServer(state, { kind: "respond", message: writtenOf(invite, status) }, timers, start);
const request = (state: InviteServerState, message = invite): Step =>
  stepInviteServer(state, { kind: "request", message }, timers, start);
const timer = (state: InviteServerState, ms: number): Step =>
  stepInviteServer(state, { kind: "timer" }, timers, after(start, ms));
const sent = (status: number): readonly unknown[] => [{ kind: "send", message: writtenOf(invite, status) }];

describe("INVITE server transaction (RFC 3261 §17.2.1, RFC 6026 §7.1)", () => {
  it("#1 begins in Proceeding and passes the INVITE up", () => {
    assert.deepEqual(beginInviteServer(invite), {
      state: { name: "proceeding" },
      effects: [{ kind: "deliver", message: invite }],
    });
  });

  it("#2 Proceeding: sends provisional responses, and the last one again when the INVITE comes again", () => {
    assert.deepEqual(request(begun()).effects, [], "nothing was answered yet");
    const ringing = respond(begun(), 180);
    assert.deepEqual(ringing.effects, sent(180));
    assert.deepEqual(request(ringing.state).effects, sent(180));
    assert.equal(inviteServerDeadline(ringing.state), undefined);
  });

  it("#3 a 2xx is sent and leads to Accepted with timer L (RFC 6026 §7.1)", () => {
    const step = respond(begun(), 200);
    assert.deepEqual(step, { state: { name: "accepted", timerL: after(start, 32_000) }, effects: sent(200) });
  });

  it("#4 Accepted: absorbs the INVITE, passes the ACK up, sends further 2xx, ends with timer L", () => {
    const { state } = respond(begun(), 200);
    assert.deepEqual(request(state), { state, effects: [] });
    assert.deepEqual(request(state, ack).effects, [{ kind: "deliver", message: ack }]);
    assert.deepEqual(respond(state, 200).effects, sent(200));
    assert.deepEqual(respond(state, 486).effects, []);
    assert.deepEqual(timer(state, 31_999).effects, []);
    assert.deepEqual(timer(state, 32_000), {
      state: { name: "terminated" },
      effects: [{ kind: "terminate" }],
    });
  });

  it("#5 300-699 is sent and leads to Completed with timers G and H", () => {
    const step = respond(begun(), 603);
    assert.equal(step.state.name, "completed");
    assert.deepEqual(step.effects, sent(603));
    assert.deepEqual(inviteServerDeadline(step.state), { at: after(start, 500), reason: "SIP timer G" });
  });

  it("#6 timer G: sends again after T1, doubling up to T2; timer H ends it and tells the user", () => {
    let { state } = respond(begun(), 603);
    const sentAt: number[] = [];
    for (let ms = 1; state.name === "completed"; ms++) {
      const step = timer(state, ms);
      if (step.effects.length === 0) continue;
      sentAt.push(ms);
      if (step.state.name === "terminated") {
        assert.deepEqual(step.effects, [{ kind: "report", fault: "timedOut" }, { kind: "terminate" }]);
      } else assert.deepEqual(step.effects, sent(603));
      state = step.state;
    }
    assert.deepEqual(sentAt, [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500, 32_000]);
  });

  it("#7 Completed: the INVITE again is answered again; the ACK leads to Confirmed with timer I", () => {
    const { state } = respond(begun(), 486);
    assert.deepEqual(request(state).effects, sent(486));
    const step = request(state, ack);
    assert.deepEqual(step, { state: { name: "confirmed", timerI: after(start, 5000) }, effects: [] });
    assert.deepEqual(request(step.state, ack).effects, []);
    assert.deepEqual(request(step.state).effects, []);
    assert.deepEqual(timer(step.state, 4999).effects, []);
    assert.deepEqual(timer(step.state, 5000).effects, [{ kind: "terminate" }]);
  });

  it("#8 a final response is given once", () => {
    const { state } = respond(begun(), 486);
    assert.deepEqual(respond(state, 200), { state, effects: [] });
  });

  it("#9 transport failure is told while an answer is owed (§17.2.4), not later (RFC 6026 §7.1)", () => {
    const fail = (state: InviteServerState): readonly string[] =>
      stepInviteServer(state, { kind: "transportFailed" }, timers, start).effects.map(
        (effect) => effect.kind,
      );
    assert.deepEqual(fail(begun()), ["report", "terminate"]);
    assert.deepEqual(fail(respond(begun(), 486).state), ["report", "terminate"]);
    assert.deepEqual(fail(respond(begun(), 200).state), []);
    assert.deepEqual(fail(request(respond(begun(), 486).state, ack).state), []);
  });

  it("#10 an ACK in Proceeding, and anything when terminated, changes nothing", () => {
    const state = begun();
    assert.deepEqual(request(state, ack), { state, effects: [] });
    const over: InviteServerState = { name: "terminated" };
    assert.deepEqual(
      [request(over), respond(over, 200), timer(over, 9)],
      [1, 2, 3].map(() => ({ state: over, effects: [] })),
    );
  });
});
