import type { Deadline, Instant } from "../../core/time.js";
import type { SipRequest, SipResponse } from "../../wire/sip/message.js";
import type { Step, TransactionEffect, WrittenResponse } from "./effects.js";
import {
  beginInviteClient,
  inviteClientDeadline,
  type InviteClientState,
  stepInviteClient,
} from "./invite-client.js";
import {
  beginInviteServer,
  inviteServerDeadline,
  type InviteServerState,
  stepInviteServer,
} from "./invite-server.js";
import {
  beginNonInviteClient,
  nonInviteClientDeadline,
  type NonInviteClientState,
  stepNonInviteClient,
} from "./non-invite-client.js";
import {
  beginNonInviteServer,
  nonInviteServerDeadline,
  type NonInviteServerState,
  stepNonInviteServer,
} from "./non-invite-server.js";
import type { SipTimers } from "./timers.js";

/** Which of the four machines a transaction runs, with its state. */
export type TransactionState =
  | { readonly role: "inviteClient"; readonly state: InviteClientState }
  | { readonly role: "nonInviteClient"; readonly state: NonInviteClientState }
  | { readonly role: "inviteServer"; readonly state: InviteServerState }
  | { readonly role: "nonInviteServer"; readonly state: NonInviteServerState };

export type TransactionEvent =
  | { readonly kind: "request"; readonly message: SipRequest }
  | { readonly kind: "response"; readonly message: SipResponse }
  | { readonly kind: "respond"; readonly message: WrittenResponse }
  | { readonly kind: "timer" }
  | { readonly kind: "transportFailed" };

/** What a transaction asks for when it begins or is stepped, and what it is then. */
export interface TransactionStep {
  readonly next: TransactionState;
  readonly effects: readonly TransactionEffect[];
}

/** The client transaction of a request made here. */
export function beginClient(request: SipRequest, timers: SipTimers, now: Instant): TransactionStep {
  return request.method === "INVITE"
    ? inRole("inviteClient", beginInviteClient(request, timers, now))
    : inRole("nonInviteClient", beginNonInviteClient(request, timers, now));
}

/** The server transaction of a request that came. */
export function beginServer(request: SipRequest): TransactionStep {
  return request.method === "INVITE"
    ? inRole("inviteServer", beginInviteServer(request))
    : inRole("nonInviteServer", beginNonInviteServer(request));
}

/** One step of whichever machine it is; an event that is not for it changes nothing. */
export function stepTransaction(
  transaction: TransactionState,
  event: TransactionEvent,
  timers: SipTimers,
  now: Instant,
): TransactionStep {
  switch (transaction.role) {
    case "inviteClient":
      if (event.kind === "request" || event.kind === "respond") break;
      return inRole("inviteClient", stepInviteClient(transaction.state, event, timers, now));
    case "nonInviteClient":
      if (event.kind === "request" || event.kind === "respond") break;
      return inRole("nonInviteClient", stepNonInviteClient(transaction.state, event, timers, now));
    case "inviteServer":
      if (event.kind === "response") break;
      return inRole("inviteServer", stepInviteServer(transaction.state, event, timers, now));
    case "nonInviteServer":
      if (event.kind === "response") break;
      return inRole("nonInviteServer", stepNonInviteServer(transaction.state, event, timers, now));
  }
  return { next: transaction, effects: [] };
}

export function transactionDeadline(transaction: TransactionState): Deadline | undefined {
  switch (transaction.role) {
    case "inviteClient":
      return inviteClientDeadline(transaction.state);
    case "nonInviteClient":
      return nonInviteClientDeadline(transaction.state);
    case "inviteServer":
      return inviteServerDeadline(transaction.state);
    case "nonInviteServer":
      return nonInviteServerDeadline(transaction.state);
  }
}

/**
 * Whether all that is left to do is to repeat an answer already given: it may go when room is needed. Should the
 * request come once more, it is answered anew. An accepted INVITE stays, unless it came inside a dialog: answered anew
 * it would ring again, where the number of the other is no advance.
 */
export function isAnswered(transaction: TransactionState, insideDialog: boolean): boolean {
  const { name } = transaction.state;
  if (transaction.role === "nonInviteServer") return name === "completed";
  if (transaction.role !== "inviteServer") return false;
  return name === "confirmed" || name === "completed" || (insideDialog && name === "accepted");
}

/** Whether the other side has all it waits for, as far as can be known: only repetitions may still come. */
export function isFinished({ role, state: { name } }: TransactionState): boolean {
  return name === "confirmed" || (name === "completed" && role !== "inviteServer");
}

function inRole<Role extends TransactionState["role"]>(
  role: Role,
  step: Step<Extract<TransactionState, { role: Role }>["state"]>,
): TransactionStep {
  return { next: { role, state: step.state } as TransactionState, effects: step.effects };
}
