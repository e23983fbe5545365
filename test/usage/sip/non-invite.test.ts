import assert from "node:assert/strict";
import { after, instant } from "../../../firmware/core/time.js";
import {
  beginNonInviteClient,
  nonInviteClientDeadline,
  type NonInviteClientState,
  stepNonInviteClient,
} from "../../../firmware/usage/sip/non-invite-client.js";
import {
  beginNonInviteServer,
  nonInviteServerDeadline,
  type NonInviteServerState,
  stepNonInviteServer,
} from "../../../firmware/usage/sip/non-invite-server.js";
import { defaultTimers } from "../../../firmware/usage/sip/timers.js";
import { requestOf, responseOf, writtenOf } from "../support/messages.js";

const timers = defaultTimers();
const start = instant(0);
const bye = requestOf("BYE");
const at = (ms: number): ReturnType<typeof instant> => after(start, ms);
const sentBye = [{ kind: "send", message: bye }];

describe("non-INVITE client transaction (RFC 3261 §17.1.2)", () => {
  type Step = ReturnType<typeof stepNonInviteClient>;
  const begun = (): NonInviteClientState => beginNonInviteClient(bye, timers, start).state;
  const answered = (state: NonInviteClientState, status: number, ms = 0): Step =>
    stepNonInviteClient(state, { kind: "response", message: responseOf(bye, status) }, timers, at(ms));
  const timer = (state: NonInviteClientState, ms: number): Step =>
    stepNonInviteClient(state, { kind: "timer" }, timers, at(ms));

  function sendings(from: NonInviteClientState): number[] {
    let state = from;
    const sentAt: number[] = [];
    for (let ms = 1; state.name !== "terminated"; ms++) {
      const step = timer(state, ms);
      if (step.effects.length > 0) sentAt.push(ms);
      state = step.state;
    }
    return sentAt;
  }

  it("#1 begins in Trying and sends at once (§17.1.2.2)", () => {
    const step = beginNonInviteClient(bye, timers, start);
    assert.deepEqual([step.state.name, step.effects], ["trying", sentBye]);
  });

  it("#2 timer E: T1, doubling up to T2; timer F ends it after 64·T1 (§17.1.2.2)", () => {
    assert.deepEqual(
      sendings(begun()),
      [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500, 32_000],
    );
    assert.deepEqual(timer(begun(), 32_000).effects, [
      { kind: "report", fault: "timedOut" },
      { kind: "terminate" },
    ]);
  });

  it("#3 a provisional response is passed up and leads to Proceeding, where it sends each T2 (§17.1.2.2)", () => {
    const step = answered(begun(), 100);
    assert.equal(step.state.name, "proceeding");
    assert.equal(step.effects[0]?.kind, "deliver");
    assert.deepEqual(sendings(step.state), [500, 4500, 8500, 12_500, 16_500, 20_500, 24_500, 28_500, 32_000]);
  });

  it("#4 a final response is passed up once; Completed absorbs it until timer K (§17.1.2.2)", () => {
    const step = answered(begun(), 481);
    assert.deepEqual(step.state, { name: "completed", timerK: at(5000) });
    assert.deepEqual(step.effects, [{ kind: "deliver", message: responseOf(bye, 481) }]);
    assert.deepEqual(answered(step.state, 481).effects, []);
    assert.deepEqual(timer(step.state, 4999).effects, []);
    assert.deepEqual(timer(step.state, 5000).effects, [{ kind: "terminate" }]);
    assert.deepEqual(nonInviteClientDeadline(step.state), { at: at(5000), reason: "SIP timer K" });
  });

  it("#5 transport failure is told unless all is over (§17.1.4)", () => {
    const fail = (state: NonInviteClientState): number =>
      stepNonInviteClient(state, { kind: "transportFailed" }, timers, start).effects.length;
    assert.deepEqual(
      [fail(begun()), fail(answered(begun(), 200).state), fail({ name: "terminated" })],
      [2, 0, 0],
    );
    assert.equal(nonInviteClientDeadline({ name: "terminated" }), undefined);
  });
});

describe("non-INVITE server transaction (RFC 3261 §17.2.2)", () => {
  type Step = ReturnType<typeof stepNonInviteServer>;
  const begun = (): NonInviteServerState => beginNonInviteServer(bye).state;
  const respond = (state: NonInviteServerState, status: number): Step =>
    stepNonInviteServer(state, { kind: "respond", message: writtenOf(bye, status) }, timers, start);
  const again = (state: NonInviteServerState): Step =>
    stepNonInviteServer(state, { kind: "request", message: bye }, timers, start);
  const timer = (state: NonInviteServerState, ms: number): Step =>
    stepNonInviteServer(state, { kind: "timer" }, timers, at(ms));
  const sent = (status: number): readonly unknown[] => [{ kind: "send", message: writtenOf(bye, status) }];

  it("#1 begins in Trying, passes the request up, and is silent when it comes again", () => {
    assert.deepEqual(beginNonInviteServer(bye).effects, [{ kind: "deliver", message: bye }]);
    assert.deepEqual(again(begun()).effects, []);
  });

  it("#2 Proceeding: the last provisional response is sent again", () => {
    const { state, effects } = respond(begun(), 100);
    assert.deepEqual(effects, sent(100));
    assert.deepEqual(again(state).effects, sent(100));
    assert.equal(respond(state, 200).state.name, "completed");
  });

  it("#3 Completed: the final response is sent again, another is not, and timer J ends it", () => {
    const { state, effects } = respond(begun(), 200);
    assert.deepEqual(effects, sent(200));
    assert.deepEqual(again(state).effects, sent(200));
    assert.deepEqual(respond(state, 481).effects, []);
    assert.deepEqual(nonInviteServerDeadline(state), { at: at(32_000), reason: "SIP timer J" });
    assert.deepEqual(timer(state, 31_999).effects, []);
    assert.deepEqual(timer(state, 32_000).effects, [{ kind: "terminate" }]);
    assert.deepEqual(timer(begun(), 99_000).effects, []);
  });

  it("#4 transport failure is told and ends it (§17.2.4)", () => {
    const step = stepNonInviteServer(respond(begun(), 200).state, { kind: "transportFailed" }, timers, start);
    assert.deepEqual(step.effects, [{ kind: "report", fault: "transportFailed" }, { kind: "terminate" }]);
    assert.deepEqual(stepNonInviteServer(step.state, { kind: "transportFailed" }, timers, start).effects, []);
  });
});
