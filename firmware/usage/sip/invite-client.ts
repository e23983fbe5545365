import { after, type Deadline, type Duration, type Instant } from "../../core/time.js";
import type { SipRequest, SipResponse } from "../../wire/sip/message.js";
import { ackFor, type Acknowledged, acknowledgedOf } from "./ack.js";
import { type Step, type Terminated, terminated, unchanged } from "./effects.js";
import { exchangeLimit, type SipTimers, timerD } from "./timers.js";

/** INVITE client transaction: RFC 3261 §17.1.1, figure 5, with the Accepted state of RFC 6026 §7.2. */
export type InviteClientState =
  | {
      readonly name: "calling";
      readonly request: SipRequest;
      readonly timerA: Instant;
      readonly intervalA: Duration;
      readonly timerB: Instant;
    }
  | { readonly name: "proceeding"; readonly request: SipRequest }
  | { readonly name: "completed"; readonly invite: Acknowledged; readonly timerD: Instant }
  | { readonly name: "accepted"; readonly timerM: Instant }
  | Terminated;

export type InviteClientEvent =
  | { readonly kind: "response"; readonly message: SipResponse }
  | { readonly kind: "timer" }
  | { readonly kind: "transportFailed" };

/** The transaction of a new INVITE: sent at once. */
export function beginInviteClient(
  request: SipRequest,
  timers: SipTimers,
  now: Instant,
): Step<InviteClientState> {
  return unchanged(
    {
      name: "calling",
      request,
      timerA: after(now, timers.t1),
      intervalA: timers.t1,
      timerB: after(now, exchangeLimit(timers)),
    },
    { kind: "send", message: request },
  );
}

export function stepInviteClient(
  state: InviteClientState,
  event: InviteClientEvent,
  timers: SipTimers,
  now: Instant,
): Step<InviteClientState> {
  switch (event.kind) {
    case "response":
      return onResponse(state, event.message, timers, now);
    case "timer":
      return onTimer(state, now);
    case "transportFailed":
      return onTransportFailed(state);
  }
}

/** When the state wants `timer`; proceeding has no timer of its own: the caller's patience ends it. */
export function inviteClientDeadline(state: InviteClientState): Deadline | undefined {
  switch (state.name) {
    case "calling":
      return state.timerA < state.timerB
        ? { at: state.timerA, reason: "SIP timer A" }
        : { at: state.timerB, reason: "SIP timer B" };
    case "completed":
      return { at: state.timerD, reason: "SIP timer D" };
    case "accepted":
      return { at: state.timerM, reason: "SIP timer M" };
    case "proceeding":
    case "terminated":
      return undefined;
  }
}

function onResponse(
  state: InviteClientState,
  message: SipResponse,
  timers: SipTimers,
  now: Instant,
): Step<InviteClientState> {
  const { status } = message;
  if (state.name === "calling" || state.name === "proceeding") {
    if (status < 200) {
      return unchanged({ name: "proceeding", request: state.request }, { kind: "deliver", message });
    }
    if (status < 300) {
      const timerM = after(now, exchangeLimit(timers));
      return unchanged({ name: "accepted", timerM }, { kind: "deliver", message });
    }
    const ack = ackFor(state.request, message);
    const invite = acknowledgedOf(state.request);
    const completed = { name: "completed", invite, timerD: after(now, timerD(timers)) } as const;
    return unchanged(completed, { kind: "send", message: ack }, { kind: "deliver", message });
  }
  if (state.name === "completed" && status >= 300)
    return unchanged(state, { kind: "send", message: ackFor({ ...message, ...state.invite }, message) });
  if (state.name === "accepted" && status >= 200 && status < 300)
    return unchanged(state, { kind: "deliver", message });
  return unchanged(state);
}

function onTimer(state: InviteClientState, now: Instant): Step<InviteClientState> {
  switch (state.name) {
    case "calling":
      if (state.timerB <= now) return terminated({ kind: "report", fault: "timedOut" });
      if (state.timerA > now) return unchanged(state);
      return unchanged(
        { ...state, intervalA: 2 * state.intervalA, timerA: after(now, 2 * state.intervalA) },
        { kind: "send", message: state.request },
      );
    case "completed":
      return state.timerD <= now ? terminated() : unchanged(state);
    case "accepted":
      return state.timerM <= now ? terminated() : unchanged(state);
    case "proceeding":
    case "terminated":
      return unchanged(state);
  }
}

/** RFC 3261 §17.1.1.2, RFC 6026 §8.5: the user is told; an accepted one goes on, for its 2xx may still be repeated. */
function onTransportFailed(state: InviteClientState): Step<InviteClientState> {
  if (state.name === "accepted" || state.name === "terminated") return unchanged(state);
  return terminated({ kind: "report", fault: "transportFailed" });
}
