import type { SipRequest, SipResponse } from "../../wire/sip/message.js";
import { tagOf } from "../../wire/sip/name-address.js";
import { uriText } from "../../wire/sip/uri.js";
import { branchOf, hasUniqueBranch, type Via, viaText } from "../../wire/sip/via.js";

/**
 * The key of a client transaction (RFC 3261 §17.1.3): branch and method, and the node the request went to: nobody
 * else's response counts, for a link proves who sent it.
 */
export function clientKey(peer: string, message: SipRequest | SipResponse): string {
  return `client ${peer} ${branchOf(topVia(message))} ${message.cseq.method}`;
}

/**
 * The key of a server transaction (RFC 3261 §17.2.3): branch, sent-by and method, ACK counting as INVITE; without a
 * branch of RFC 3261, the fields that identified a request before it.
 */
export function serverKey(peer: string, request: SipRequest, method: string = request.method): string {
  const via = topVia(request);
  const counted = method === "ACK" ? "INVITE" : method;
  if (hasUniqueBranch(via)) {
    return `server ${peer} ${branchOf(via)} ${via.host.toLowerCase()}:${via.port ?? 5060} ${counted}`;
  }
  const { callId, cseq, from, uri } = request;
  return `server ${peer} ${callId} ${tagOf(from)} ${cseq.sequence} ${uriText(uri)} ${viaText(via)} ${counted}`;
}

/** What two copies of one request have in common that came by different ways (RFC 3261 §8.2.2.2). */
export function requestIdentity(request: SipRequest): string {
  return `${request.callId} ${tagOf(request.from)} ${request.cseq.sequence} ${request.cseq.method}`;
}

function topVia(message: SipRequest | SipResponse): Via {
  return message.via[0] ?? { transport: "UDP", host: "", parameters: [] };
}
