import type { NegotiatedMedia } from "./offer-answer.js";
import type { Outcome } from "./outcome.js";
import type { Sender } from "./sender.js";

/** A call of this phone, outgoing or incoming; never used twice. */
export type CallId = number;

/** What the user agent tells the phone. `sentence` is for the person, in plain English. */
export type UserAgentEvent =
  /** Somebody calls; the other phone has been told that this one rings. */
  | ({ readonly kind: "incomingCall"; readonly call: CallId } & Sender)
  /** Somebody called during another call and was told that this phone is busy. */
  | ({ readonly kind: "callerTurnedAway" } & Sender)
  /** One of the devices called rings. */
  | { readonly kind: "ringing"; readonly call: CallId; readonly peer: string }
  /** Speech may flow. */
  | {
      readonly kind: "established";
      readonly call: CallId;
      readonly peer: string;
      readonly media: NegotiatedMedia;
    }
  /** Held, resumed, another codec, or one side moved; `peer` is where the other side's messages come from now. */
  | {
      readonly kind: "mediaChanged";
      readonly call: CallId;
      readonly peer: string;
      readonly media: NegotiatedMedia;
    }
  /** The other side did not agree to a change of direction, codec or address; the call goes on as it was. */
  | { readonly kind: "changeRefused"; readonly call: CallId; readonly status: number }
  | ({ readonly kind: "ended"; readonly call: CallId; readonly with: string } & Ended)
  /** A text arrived and was acknowledged. */
  | ({ readonly kind: "messageReceived"; readonly text: string } & Sender)
  /** Something for this program arrived and was acknowledged. */
  | ({ readonly kind: "documentReceived"; readonly body: Uint8Array } & Sender)
  | { readonly kind: "messageDelivered"; readonly message: number; readonly peer: string }
  | ({ readonly kind: "messageFailed"; readonly message: number } & Ended)
  /** What a device takes, as its Allow says; or that it did not answer. */
  | {
      readonly kind: "optionsAnswered";
      readonly request: number;
      readonly status: number;
      readonly allow: readonly string[];
    }
  | ({ readonly kind: "optionsFailed"; readonly request: number } & Ended);

export interface Ended {
  readonly outcome: Outcome;
  /** The SIP status that stands for it: 200 for a call that was ended by hanging up. */
  readonly status: number;
  readonly sentence: string;
}
