import { sipKeyCharsMax } from "../../core/limits.js";
import type { SipRequest, SipResponse } from "../../wire/sip/message.js";
import { tagOf } from "../../wire/sip/name-address.js";
import { uriText } from "../../wire/sip/uri.js";
import { branchOf, hasUniqueBranch, type Via, viaText } from "../../wire/sip/via.js";

/**
 * The key of a client transaction (RFC 3261 §17.1.3): branch and method, and the scope of the peer the request went to:
 * over a link, which proves who sent it, nobody else's response counts.
 */
export function clientKey(scope: string, message: SipRequest | SipResponse): string {
  return short(`client ${scope} ${branchOf(topVia(message))} ${message.cseq.method}`);
}

/**
 * The key of a server transaction (RFC 3261 §17.2.3): branch, sent-by and method, ACK counting as INVITE; without a
 * branch of RFC 3261, the fields that identified a request before it.
 */
export function serverKey(scope: string, request: SipRequest, method: string = request.method): string {
  const via = topVia(request);
  const counted = method === "ACK" ? "INVITE" : method;
  if (hasUniqueBranch(via)) {
    return short(`server ${scope} ${branchOf(via)} ${via.host.toLowerCase()}:${via.port ?? 5060} ${counted}`);
  }
  const { callId, cseq, from, uri } = request;
  return short(
    `server ${scope} ${callId} ${tagOf(from)} ${cseq.sequence} ${uriText(uri)} ${viaText(via)} ${counted}`,
  );
}

/** What two copies of one request have in common that came by different ways (RFC 3261 §8.2.2.2). */
export function requestIdentity(request: SipRequest): string {
  return short(`${request.callId} ${tagOf(request.from)} ${request.cseq.sequence} ${request.cseq.method}`);
}

/**
 * A key as it is kept: what others make endless is not remembered so. Its ends and a sum of all of it (FNV-1a) tell
 * two keys apart, unless their maker wants them not to be, which harms only him.
 */
function short(key: string): string {
  if (key.length <= sipKeyCharsMax) return key;
  let sum = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) sum = Math.imul(sum ^ key.charCodeAt(i), 0x01000193);
  const end = Math.floor(sipKeyCharsMax / 2) - 16;
  return `${key.slice(0, end)} ${sum >>> 0} ${key.length} ${key.slice(-end)}`;
}

function topVia(message: SipRequest | SipResponse): Via {
  return message.via[0] ?? { transport: "UDP", host: "", parameters: [] };
}
