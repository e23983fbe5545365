import assert from "node:assert/strict";
import { after, instant } from "../../../firmware/core/time.js";
import {
  beginInviteClient,
  inviteClientDeadline,
  type InviteClientState,
  stepInviteClient,
} from "../../../firmware/usage/sip/invite-client.js";
import { cancelFor } from "../../../firmware/usage/sip/ack.js";
import { defaultTimers } from "../../../firmware/usage/sip/timers.js";
import { requestOf, responseOf } from "../support/messages.js";

const timers = defaultTimers();
const start = instant(1000);
const invite = requestOf("INVITE");
const at = (ms: number): ReturnType<typeof instant> => after(start, ms);
const begun = (): InviteClientState => beginInviteClient(invite, timers, start).state;
const answered = (state: InviteClientState, status: number, ms = 0): ReturnType<typeof stepInviteClient> =>
  stepInviteClient(state, { kind: "response", message: responseOf(invite, status) }, timers, at(ms));
const timer = (state: InviteClientState, ms: number): ReturnType<typeof stepInviteClient> =>
  stepInviteClient(state, { kind: "timer" }, timers, at(ms));

describe("INVITE client transaction (RFC 3261 §17.1.1, RFC 6026 §7.2)", () => {
  it("#1 is in Calling and sends the INVITE at once (§17.1.1.2)", () => {
    const step = beginInviteClient(invite, timers, start);
    assert.equal(step.state.name, "calling");
    assert.deepEqual(step.effects, [{ kind: "send", message: invite }]);
  });

  it("#2 timer A: sends again after T1, 3·T1, 7·T1 …, seven times in all (§17.1.1.2)", () => {
    let state = begun();
    const sentAt: number[] = [0];
    for (let ms = 1; ms < 32_000; ms++) {
      const deadline = inviteClientDeadline(state);
      if (deadline === undefined || deadline.at > at(ms)) continue;
      const step = timer(state, ms);
      assert.deepEqual(step.effects, [{ kind: "send", message: invite }]);
      sentAt.push(ms);
      state = step.state;
    }
    assert.deepEqual(sentAt, [0, 500, 1500, 3500, 7500, 15_500, 31_500]);
  });

  it("#3 timer B: after 64·T1 the user is told and it ends (§17.1.1.2)", () => {
    assert.deepEqual(timer(begun(), 32_000), {
      state: { name: "terminated" },
      effects: [{ kind: "report", fault: "timedOut" }, { kind: "terminate" }],
    });
  });

  it("#4 a timer that is not due changes nothing", () => {
    const state = begun();
    assert.deepEqual(timer(state, 499), { state, effects: [] });
  });

  it("#5 a provisional response stops both timers and is passed up (§17.1.1.2)", () => {
    const step = answered(begun(), 180);
    assert.deepEqual(step.state, { name: "proceeding", request: invite });
    assert.deepEqual(step.effects, [{ kind: "deliver", message: responseOf(invite, 180) }]);
    assert.equal(inviteClientDeadline(step.state), undefined);
    assert.deepEqual(timer(step.state, 99_000), { state: step.state, effects: [] });
    assert.equal(answered(step.state, 183).effects.length, 1, "each further one too");
  });

  for (const from of ["calling", "proceeding"] as const) {
    it(`#6 a 2xx in ${from} leads to Accepted, with timer M, and is passed up (RFC 6026 §7.2)`, () => {
      const state = from === "calling" ? begun() : answered(begun(), 100).state;
      const step = answered(state, 200, 7);
      assert.deepEqual(step.state, { name: "accepted", timerM: at(7 + 32_000) });
      assert.deepEqual(step.effects, [{ kind: "deliver", message: responseOf(invite, 200) }]);
    });

    it(`#7 300-699 in ${from} leads to Completed, with ACK and timer D (§17.1.1.2)`, () => {
      const state = from === "calling" ? begun() : answered(begun(), 100).state;
      const step = answered(state, 486, 7);
      assert.equal(step.state.name, "completed");
      assert.deepEqual(inviteClientDeadline(step.state), { at: at(7 + 32_000), reason: "SIP timer D" });
      assert.deepEqual(
        step.effects.map((effect) => [
          effect.kind,
          "message" in effect && "cseq" in effect.message ? effect.message.cseq.method : "",
        ]),
        [
          ["send", "ACK"],
          ["deliver", "INVITE"],
        ],
      );
    });
  }

  it("#8 the ACK is the INVITE's but for method and body, with the response's To (§17.1.1.3)", () => {
    const [sent] = answered(begun(), 486).effects;
    assert.ok(sent?.kind === "send" && "uri" in sent.message);
    const ack = sent.message;
    assert.deepEqual(
      [ack.uri, ack.via, ack.callId, ack.from, ack.cseq, ack.to],
      [
        invite.uri,
        invite.via,
        invite.callId,
        invite.from,
        { sequence: 1, method: "ACK" },
        responseOf(invite, 486).to,
      ],
    );
  });

  it("#9 Completed: a repeated final response is acknowledged again and not passed up (§17.1.1.2)", () => {
    const { state } = answered(begun(), 486);
    const step = answered(state, 486, 100);
    assert.deepEqual(
      step.effects.map((effect) => effect.kind),
      ["send"],
    );
    assert.deepEqual(answered(state, 180, 100).effects, []);
    assert.deepEqual(answered(state, 200, 100).effects, []);
  });

  it("#10 Completed ends with timer D, Accepted with timer M, silently (§17.1.1.2, RFC 6026 §8.4)", () => {
    for (const status of [486, 200]) {
      const { state } = answered(begun(), status);
      assert.deepEqual(timer(state, 31_999), { state, effects: [] });
      assert.deepEqual(timer(state, 32_000), {
        state: { name: "terminated" },
        effects: [{ kind: "terminate" }],
      });
    }
  });

  it("#11 Accepted: a repeated 2xx is passed up, nothing else is (RFC 6026 §7.2)", () => {
    const { state } = answered(begun(), 200);
    assert.deepEqual(answered(state, 200).effects, [{ kind: "deliver", message: responseOf(invite, 200) }]);
    assert.deepEqual(answered(state, 180).effects, []);
    assert.deepEqual(answered(state, 486).effects, []);
  });

  it("#12 transport failure is told in all states (§17.1.1.2) but Accepted (RFC 6026)", () => {
    const fail = (state: InviteClientState): readonly string[] =>
      stepInviteClient(state, { kind: "transportFailed" }, timers, start).effects.map(
        (effect) => effect.kind,
      );
    assert.deepEqual(fail(begun()), ["report", "terminate"]);
    assert.deepEqual(fail(answered(begun(), 180).state), ["report", "terminate"]);
    assert.deepEqual(fail(answered(begun(), 486).state), ["report", "terminate"]);
    assert.deepEqual(fail(answered(begun(), 200).state), []);
  });

  it("#13 terminated takes nothing", () => {
    const state: InviteClientState = { name: "terminated" };
    assert.deepEqual(answered(state, 200), { state, effects: [] });
    assert.deepEqual(timer(state, 99_000), { state, effects: [] });
    assert.equal(inviteClientDeadline(state), undefined);
  });

  it("#14 a CANCEL is the INVITE's but for its method (§9.1)", () => {
    const cancel = cancelFor(invite);
    assert.deepEqual([cancel.method, cancel.cseq], ["CANCEL", { sequence: 1, method: "CANCEL" }]);
    assert.deepEqual([cancel.via, cancel.to, cancel.uri], [invite.via, invite.to, invite.uri]);
  });
});
