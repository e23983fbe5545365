import type { NegotiatedMedia } from "./offer-answer.js";
import type { Outcome } from "./outcome.js";

/** A call of this phone, outgoing or incoming; never used twice. */
export type CallId = number;

/** What the user agent tells the phone. `sentence` is for the person, in plain English. */
export type UserAgentEvent =
  /**
   * Somebody calls; the other phone has been told that this one rings. `peer` is the Node-ID in hex, of a stock phone
   * its endpoint.
   */
  | { readonly kind: "incomingCall"; readonly call: CallId; readonly from: string; readonly peer: string }
  /** Somebody called during another call and was told that this phone is busy. */
  | { readonly kind: "callerTurnedAway"; readonly from: string; readonly peer: string }
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
  | { readonly kind: "messageReceived"; readonly from: string; readonly peer: string; readonly text: string }
  /** Something for this program arrived and was acknowledged. */
  | {
      readonly kind: "documentReceived";
      readonly from: string;
      readonly peer: string;
      readonly body: Uint8Array;
    }
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
