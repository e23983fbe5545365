import type { SipRequest, SipResponse } from "../../wire/sip/message.js";
import type { HeaderField } from "../../wire/sip/raw-message.js";

const noBody = (): Uint8Array => new Uint8Array(0);

/** The ACK of a final response that is no 2xx: hop by hop, made by the transaction (RFC 3261 §17.1.1.3). */
export function ackFor(invite: SipRequest, response: SipResponse): SipRequest {
  return { ...sameHop(invite, "ACK"), to: response.to };
}

/** The CANCEL of an INVITE: same Request-URI, Call-ID, To, number and topmost Via (RFC 3261 §9.1). */
export function cancelFor(invite: SipRequest, ...fields: readonly HeaderField[]): SipRequest {
  const cancel = sameHop(invite, "CANCEL");
  return { ...cancel, fields: [...cancel.fields, ...fields] };
}

function sameHop(invite: SipRequest, method: "ACK" | "CANCEL"): SipRequest {
  return {
    kind: "request",
    method,
    uri: invite.uri,
    via: invite.via.slice(0, 1),
    from: invite.from,
    to: invite.to,
    callId: invite.callId,
    cseq: { sequence: invite.cseq.sequence, method },
    maxForwards: 70,
    fields: invite.fields.filter((field) => field.name === "Route"),
    body: noBody(),
  };
}
