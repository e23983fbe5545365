import type { NodeId } from "../core/node-id.js";
import type { Instant } from "../core/time.js";
import type { CallOutcome } from "../core/call-outcome.js";
import type { Pin } from "./phone-book.js";

/** How the layer that carries calls names one: any text, unique while the call lasts. */
export type CallId = string;

/** Who is at the other end. */
export interface Party {
  /** A user of the overlay, "bob", or the URI of a stock phone, "sip:100@192.0.2.7". */
  readonly name: string;
  /** What he calls himself beside it, "Bob Martin"; nothing proves it. */
  readonly fullName?: string;
  /** The phone it is, with its key; absent: a stock phone, which proves nothing. */
  readonly phone?: Pin;
}

/** One of several phones that go by the name that was called. */
export interface ClaimedPhone {
  readonly nodeId: NodeId;
  /** How long storing peers have known the claim, ms. */
  readonly heldMs: number;
  readonly fullName?: string;
}

/** What the phone is doing. At most one call at a time. */
export type CallState =
  | { readonly kind: "idle" }
  /** Called, and nobody rings yet. */
  | (Calling & { readonly kind: "dialling" })
  /** Several phones go by the name: the person is asked. */
  | (Calling & { readonly kind: "choosing"; readonly claims: readonly ClaimedPhone[] })
  /** It rings there. */
  | (Calling & { readonly kind: "ringing" })
  /** It rings here; `answering` from the person's answer until the call stands. */
  | {
      readonly kind: "incoming";
      readonly call: CallId;
      readonly name: string;
      readonly party: Party;
      readonly startedAt: Instant;
      readonly giveUpAt: Instant;
      readonly answering: boolean;
    }
  | {
      readonly kind: "talking";
      readonly call: CallId;
      readonly name: string;
      readonly party: Party;
      readonly direction: "incoming" | "outgoing";
      readonly startedAt: Instant;
      readonly talkingSince: Instant;
      /** Who has put the call on hold. */
      readonly heldHere: boolean;
      readonly heldThere: boolean;
      /** Nothing has been heard of the other side for some seconds. */
      readonly silent: boolean;
    }
  /** Over, and still shown. */
  | { readonly kind: "ended"; readonly name: string; readonly outcome: CallOutcome; readonly until: Instant };

interface Calling {
  readonly call: CallId;
  readonly name: string;
  /** Of who is called, once that was found. */
  readonly fullName?: string;
  readonly startedAt: Instant;
  readonly giveUpAt: Instant;
}

/** A state in which there is a call. */
export type CurrentCall = Exclude<CallState, { readonly kind: "idle" | "ended" }>;

/** A call that stands. */
export type Talk = Extract<CallState, { readonly kind: "talking" }>;

/** What a person may want changed about a call that stands. */
export type CallChange = "hold" | "resume" | "codec" | "address";

/** Why a call ended, as the layer that carries it says. */
export type CallEnd =
  | "hung-up"
  | "busy"
  | "declined"
  | "no-answer"
  /** On another phone of the same person. */
  | "answered-elsewhere"
  | "declined-elsewhere"
  | "not-found"
  | "unreachable"
  | "lost"
  | "wants-password"
  | "redirected"
  /** From name to name and back, too often, or to the caller himself. */
  | "forwarded-in-circle"
  | "forwarded-too-often"
  | "forwarded-to-caller"
  | "failed";
