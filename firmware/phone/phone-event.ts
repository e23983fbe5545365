import { toHex } from "../core/bytes.js";
import type { NodeId } from "../core/node-id.js";
import type { CallId, ClaimedPhone, Party } from "./call-state.js";

/** What a person is told, and a program beside. */
export interface PhoneEvent {
  readonly event:
    | "dialling"
    | "contested"
    | "forwarded"
    | "incoming"
    | "ringing"
    | "talking"
    | "held"
    | "resumed"
    | "moved"
    | "recoded"
    | "silent"
    | "heard"
    | "ended"
    | "missed"
    | "digit"
    | "pinned"
    | "keyChanged"
    | "messageReceived"
    | "messageDelivered"
    | "messageFailed"
    | "refused";
  /** A plain sentence. Names and texts of others stand in it as they came. */
  readonly sentence: string;
  readonly facts: Readonly<Record<string, string | number | boolean | readonly NumberedClaim[]>>;
}

/** One claim as it is offered: numbers from 1. */
export type NumberedClaim = {
  readonly number: number;
  readonly nodeId: string;
  readonly heldMs: number;
  readonly fullName?: string;
};

/** Claims as they are offered. */
export function numberedClaims(claims: readonly ClaimedPhone[]): NumberedClaim[] {
  return claims.map(({ nodeId, ...rest }, i) => ({ number: i + 1, nodeId: toHex(nodeId), ...rest }));
}

/** Who is at the other end, for programs. */
export function factsOf({ name, fullName, phone }: Party): Readonly<Record<string, string>> {
  const known = {
    ...(fullName !== undefined && { fullName }),
    ...(phone && { nodeId: toHex(phone.nodeId) }),
  };
  return { from: name, name, ...known };
}

/** The two laws of G.711. */
export type SpeechCodec = "PCMU" | "PCMA";

/** What the phone wants done. */
export type PhoneEffect =
  | { readonly kind: "placeCall"; readonly call: CallId; readonly name: string }
  /** Go on with the call to this one of the phones that claim the name. */
  | { readonly kind: "chooseClaim"; readonly call: CallId; readonly nodeId: NodeId }
  | { readonly kind: "answerCall"; readonly call: CallId }
  | {
      readonly kind: "declineCall";
      readonly call: CallId;
      readonly reason: "declined" | "busy" | "no-answer";
    }
  /** Cancel it or hang up, whichever it has come to. */
  | { readonly kind: "endCall"; readonly call: CallId }
  | { readonly kind: "holdCall"; readonly call: CallId; readonly held: boolean }
  | { readonly kind: "changeCodec"; readonly call: CallId; readonly codec: SpeechCodec }
  | { readonly kind: "sendDigits"; readonly call: CallId; readonly digits: string }
  | { readonly kind: "sendMessage"; readonly message: number; readonly name: string; readonly text: string }
  /** The phone book or the call log has changed and is to be stored. */
  | { readonly kind: "saveContacts" | "saveCallLog" };
