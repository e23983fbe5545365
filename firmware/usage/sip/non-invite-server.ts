import { after, type Deadline, type Instant } from "../../core/time.js";
import type { SipMessage, SipRequest } from "../../wire/sip/message.js";
import { type Step, type Terminated, terminated, unchanged, type WrittenResponse } from "./effects.js";
import { responseTo } from "./line.js";
import { exchangeLimit, type SipTimers } from "./timers.js";

/** Non-INVITE server transaction: RFC 3261 §17.2.2, figure 8. */
export type NonInviteServerState =
  | { readonly name: "trying" }
  | { readonly name: "proceeding"; readonly last: WrittenResponse }
  | { readonly name: "completed"; readonly final: WrittenResponse | Bare; readonly timerJ: Instant }
  | Terminated;

/** A final response of which so little is kept: the rest is made anew from the request when that comes again. */
interface Bare {
  readonly status: number;
  readonly tag: string;
}

export type NonInviteServerEvent =
  /** The same request again. */
  | { readonly kind: "request"; readonly message: SipRequest }
  | { readonly kind: "respond"; readonly message: WrittenResponse }
  | { readonly kind: "timer" }
  | { readonly kind: "transportFailed" };

/** The transaction of a request that is new here: passed up at once. */
export function beginNonInviteServer(request: SipRequest): Step<NonInviteServerState> {
  return unchanged({ name: "trying" }, { kind: "deliver", message: request });
}

export function stepNonInviteServer(
  state: NonInviteServerState,
  event: NonInviteServerEvent,
  timers: SipTimers,
  now: Instant,
): Step<NonInviteServerState> {
  switch (event.kind) {
    case "request":
      if (state.name === "proceeding") return unchanged(state, { kind: "send", message: state.last });
      return state.name === "completed"
        ? unchanged(state, { kind: "send", message: again(state.final, event.message) })
        : unchanged(state);
    case "respond": {
      const { message } = event;
      if (state.name !== "trying" && state.name !== "proceeding") return unchanged(state);
      if (message.status < 200)
        return unchanged({ name: "proceeding", last: message }, { kind: "send", message });
      const timerJ = after(now, exchangeLimit(timers));
      return unchanged({ name: "completed", final: kept(message), timerJ }, { kind: "send", message });
    }
    case "timer":
      return state.name === "completed" && state.timerJ <= now ? terminated() : unchanged(state);
    case "transportFailed":
      if (state.name === "terminated") return unchanged(state);
      return terminated({ kind: "report", fault: "transportFailed" });
  }
}

export function nonInviteServerDeadline(state: NonInviteServerState): Deadline | undefined {
  return state.name === "completed" ? { at: state.timerJ, reason: "SIP timer J" } : undefined;
}

function kept(response: WrittenResponse): WrittenResponse | Bare {
  const { status, bareTag } = response;
  return bareTag === undefined ? response : { status, tag: bareTag };
}

function again(final: WrittenResponse | Bare, request: SipRequest): SipMessage | WrittenResponse {
  return "bytes" in final ? final : responseTo(request, final.status, final.tag);
}
