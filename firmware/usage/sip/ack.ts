import type { SipRequest, SipResponse } from "../../wire/sip/message.js";
import type { HeaderField } from "../../wire/sip/raw-message.js";

const noBody = (): Uint8Array => new Uint8Array(0);

/** What of an INVITE its response does not repeat, so that the ACK can be made again without it. */
export type Acknowledged = Pick<SipRequest, "uri" | "fields">;

type SameHop = Pick<SipRequest, "uri" | "via" | "from" | "to" | "callId" | "cseq" | "fields">;

export function acknowledgedOf({ uri, fields }: SipRequest): Acknowledged {
  return { uri, fields: routesOf(fields) };
}

/** The ACK of a final response that is no 2xx: hop by hop, made by the transaction (RFC 3261 §17.1.1.3). */
export function ackFor(invite: SameHop, response: SipResponse): SipRequest {
  return { ...sameHop(invite, "ACK"), to: response.to };
}

/** The CANCEL of an INVITE: same Request-URI, Call-ID, To, number and topmost Via (RFC 3261 §9.1). */
export function cancelFor(invite: SipRequest, ...fields: readonly HeaderField[]): SipRequest {
  const cancel = sameHop(invite, "CANCEL");
  return { ...cancel, fields: [...cancel.fields, ...fields] };
}

function sameHop(invite: SameHop, method: "ACK" | "CANCEL"): SipRequest {
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
    fields: routesOf(invite.fields),
    body: noBody(),
  };
}

function routesOf(fields: readonly HeaderField[]): readonly HeaderField[] {
  return fields.filter((field) => field.name === "Route");
}
