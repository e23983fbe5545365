import type { HeaderField } from "../../wire/sip/raw-message.js";
import type { SipRequest } from "../../wire/sip/message.js";
import { field } from "../../wire/sip/message-text.js";
import type { Outcome } from "./outcome.js";

/**
 * Why an INVITE is cancelled where another device of the same person has decided the call (RFC 3326 §2): `status` is
 * that device's final response, 200 or 6xx.
 */
export function cancelReason(status: number): HeaderField {
  return field("Reason", `SIP;cause=${status}`);
}

/** How a call that rings here ended by this CANCEL: decided on another device, or given up by the caller. Total. */
export function cancelledOutcome(cancel: SipRequest): Outcome {
  for (const { name, value } of cancel.fields) {
    if (name !== "Reason") continue;
    const cause = /(?:^|,)[ \t]*SIP[ \t]*;(?:[^,]*;)?[ \t]*cause[ \t]*=[ \t]*([0-9]{3})(?![0-9])/i.exec(
      value,
    )?.[1];
    if (cause === "200") return "answeredElsewhere";
    if (cause?.startsWith("6") === true) return "declinedElsewhere";
  }
  return "callerGaveUp";
}
