import { after, type Deadline, type Duration, type Instant } from "../../core/time.js";
import type { SipRequest, SipResponse } from "../../wire/sip/message.js";
import { type Step, type Terminated, terminated, unchanged } from "./effects.js";
import { exchangeLimit, type SipTimers } from "./timers.js";

/** Non-INVITE client transaction: RFC 3261 §17.1.2, figure 6. */
export type NonInviteClientState =
  | {
      readonly name: "trying" | "proceeding";
      readonly request: SipRequest;
      readonly timerE: Instant;
      readonly intervalE: Duration;
      readonly timerF: Instant;
    }
  | { readonly name: "completed"; readonly timerK: Instant }
  | Terminated;

export type NonInviteClientEvent =
  | { readonly kind: "response"; readonly message: SipResponse }
  | { readonly kind: "timer" }
  | { readonly kind: "transportFailed" };

/** The transaction of a new request: sent at once. */
export function beginNonInviteClient(
  request: SipRequest,
  timers: SipTimers,
  now: Instant,
): Step<NonInviteClientState> {
  return unchanged(
    {
      name: "trying",
      request,
      timerE: after(now, timers.t1),
      intervalE: timers.t1,
      timerF: after(now, exchangeLimit(timers)),
    },
    { kind: "send", message: request },
  );
}

export function stepNonInviteClient(
  state: NonInviteClientState,
  event: NonInviteClientEvent,
  timers: SipTimers,
  now: Instant,
): Step<NonInviteClientState> {
  if (state.name === "terminated") return unchanged(state);
  if (state.name === "completed") {
    return event.kind === "timer" && state.timerK <= now ? terminated() : unchanged(state);
  }
  switch (event.kind) {
    case "response": {
      const { message } = event;
      if (message.status < 200)
        return unchanged({ ...state, name: "proceeding" }, { kind: "deliver", message });
      return unchanged({ name: "completed", timerK: after(now, timers.t4) }, { kind: "deliver", message });
    }
    case "transportFailed":
      return terminated({ kind: "report", fault: "transportFailed" });
    case "timer": {
      if (state.timerF <= now) return terminated({ kind: "report", fault: "timedOut" });
      if (state.timerE > now) return unchanged(state);
      const doubled = Math.min(2 * state.intervalE, timers.t2);
      const intervalE = state.name === "proceeding" ? timers.t2 : doubled;
      const timerE = after(now, intervalE);
      return unchanged({ ...state, intervalE, timerE }, { kind: "send", message: state.request });
    }
  }
}

export function nonInviteClientDeadline(state: NonInviteClientState): Deadline | undefined {
  switch (state.name) {
    case "trying":
    case "proceeding":
      return state.timerE < state.timerF
        ? { at: state.timerE, reason: "SIP timer E" }
        : { at: state.timerF, reason: "SIP timer F" };
    case "completed":
      return { at: state.timerK, reason: "SIP timer K" };
    case "terminated":
      return undefined;
  }
}
