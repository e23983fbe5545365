import type { SipMessage } from "../../wire/sip/message.js";

/** The closed list of what a transaction may ask for (RFC 3261 §17). "The user" is the transaction user: the call. */
export type TransactionEffect =
  /** Hand this to the way out. */
  | { readonly kind: "send"; readonly message: SipMessage | Written }
  /** Pass this up to the user. */
  | { readonly kind: "deliver"; readonly message: SipMessage }
  /** Tell the user that the exchange failed, and how. */
  | { readonly kind: "report"; readonly fault: TransactionFault }
  /** The transaction is over and may be forgotten. */
  | { readonly kind: "terminate" };

/** A message as it goes out: all that is kept of one for when it must be repeated. */
export interface Written {
  readonly bytes: Uint8Array;
}

/** A response as it goes out; with the tag of its To where nothing else is in it but what its request gives. */
export interface WrittenResponse extends Written {
  readonly status: number;
  readonly bareTag?: string;
}

/** A timer ran out (RFC 3261 §8.1.3.1: as if 408 had come), or the link is gone (as if 503). */
export type TransactionFault = "timedOut" | "transportFailed";

/** What a step leads to: the state after it and what it asks for, in order. */
export interface Step<State> {
  readonly state: State;
  readonly effects: readonly TransactionEffect[];
}

/** The state a transaction of any kind ends in. */
export interface Terminated {
  readonly name: "terminated";
}

/** A step into the end, after `effects`. */
export function terminated(...effects: readonly TransactionEffect[]): Step<Terminated> {
  return { state: { name: "terminated" }, effects: [...effects, { kind: "terminate" }] };
}

/** A step that stays where it is. */
export function unchanged<State>(state: State, ...effects: readonly TransactionEffect[]): Step<State> {
  return { state, effects };
}
