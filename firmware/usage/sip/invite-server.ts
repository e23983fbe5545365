import { after, type Deadline, type Duration, type Instant } from "../../core/time.js";
import type { SipRequest } from "../../wire/sip/message.js";
import { type Step, type Terminated, terminated, unchanged, type WrittenResponse } from "./effects.js";
import { exchangeLimit, type SipTimers } from "./timers.js";

/**
 * INVITE server transaction: RFC 3261 §17.2.1, figure 7, with the Accepted state of RFC 6026 §7.1. It sends no 100 by
 * itself: the user agent answers each INVITE within the same turn, which §17.2.1 accepts.
 */
export type InviteServerState =
  | { readonly name: "proceeding"; readonly last?: WrittenResponse }
  | {
      readonly name: "completed";
      readonly final: WrittenResponse;
      readonly timerG: Instant;
      readonly intervalG: Duration;
      readonly timerH: Instant;
    }
  | { readonly name: "confirmed"; readonly timerI: Instant }
  | { readonly name: "accepted"; readonly timerL: Instant }
  | Terminated;

export type InviteServerEvent =
  /** The INVITE again, or its ACK. */
  | { readonly kind: "request"; readonly message: SipRequest }
  | { readonly kind: "respond"; readonly message: WrittenResponse }
  | { readonly kind: "timer" }
  | { readonly kind: "transportFailed" };

/** The transaction of an INVITE that is new here: passed up at once. */
export function beginInviteServer(request: SipRequest): Step<InviteServerState> {
  return unchanged({ name: "proceeding" }, { kind: "deliver", message: request });
}

export function stepInviteServer(
  state: InviteServerState,
  event: InviteServerEvent,
  timers: SipTimers,
  now: Instant,
): Step<InviteServerState> {
  switch (event.kind) {
    case "request":
      return onRequest(state, event.message, timers, now);
    case "respond":
      return onRespond(state, event.message, timers, now);
    case "timer":
      return onTimer(state, timers, now);
    case "transportFailed":
      return onTransportFailed(state);
  }
}

export function inviteServerDeadline(state: InviteServerState): Deadline | undefined {
  switch (state.name) {
    case "completed":
      return state.timerG < state.timerH
        ? { at: state.timerG, reason: "SIP timer G" }
        : { at: state.timerH, reason: "SIP timer H" };
    case "confirmed":
      return { at: state.timerI, reason: "SIP timer I" };
    case "accepted":
      return { at: state.timerL, reason: "SIP timer L" };
    case "proceeding":
    case "terminated":
      return undefined;
  }
}

function onRequest(
  state: InviteServerState,
  message: SipRequest,
  timers: SipTimers,
  now: Instant,
): Step<InviteServerState> {
  if (message.method === "ACK") {
    if (state.name === "completed") return unchanged({ name: "confirmed", timerI: after(now, timers.t4) });
    if (state.name === "accepted") return unchanged(state, { kind: "deliver", message });
    return unchanged(state);
  }
  if (state.name === "proceeding" && state.last !== undefined) {
    return unchanged(state, { kind: "send", message: state.last });
  }
  if (state.name === "completed") return unchanged(state, { kind: "send", message: state.final });
  return unchanged(state);
}

function onRespond(
  state: InviteServerState,
  message: WrittenResponse,
  timers: SipTimers,
  now: Instant,
): Step<InviteServerState> {
  const { status } = message;
  if (state.name === "accepted" && status >= 200 && status < 300)
    return unchanged(state, { kind: "send", message });
  if (state.name !== "proceeding") return unchanged(state);
  if (status < 200) return unchanged({ name: "proceeding", last: message }, { kind: "send", message });
  if (status < 300) {
    return unchanged(
      { name: "accepted", timerL: after(now, exchangeLimit(timers)) },
      { kind: "send", message },
    );
  }
  const completed = {
    name: "completed",
    final: message,
    timerG: after(now, timers.t1),
    intervalG: timers.t1,
    timerH: after(now, exchangeLimit(timers)),
  } as const;
  return unchanged(completed, { kind: "send", message });
}

function onTimer(state: InviteServerState, timers: SipTimers, now: Instant): Step<InviteServerState> {
  switch (state.name) {
    case "completed": {
      if (state.timerH <= now) return terminated({ kind: "report", fault: "timedOut" });
      if (state.timerG > now) return unchanged(state);
      const intervalG = Math.min(2 * state.intervalG, timers.t2);
      const timerG = after(now, intervalG);
      return unchanged({ ...state, intervalG, timerG }, { kind: "send", message: state.final });
    }
    case "confirmed":
      return state.timerI <= now ? terminated() : unchanged(state);
    case "accepted":
      return state.timerL <= now ? terminated() : unchanged(state);
    case "proceeding":
    case "terminated":
      return unchanged(state);
  }
}

/** RFC 3261 §17.2.4; an accepted one goes on absorbing the INVITE (RFC 6026 §7.1). */
function onTransportFailed(state: InviteServerState): Step<InviteServerState> {
  if (state.name === "accepted" || state.name === "confirmed" || state.name === "terminated")
    return unchanged(state);
  return terminated({ kind: "report", fault: "transportFailed" });
}
