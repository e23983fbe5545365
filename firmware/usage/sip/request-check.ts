import { sipTextBytesMax } from "../../core/limits.js";
import { decodeText } from "../../core/text.js";
import { contentType, headerTokens, headerValue } from "../../wire/sip/header-values.js";
import type { SipRequest } from "../../wire/sip/message.js";
import { field } from "../../wire/sip/message-text.js";
import type { HeaderField } from "../../wire/sip/raw-message.js";
import { allowedMethods, allowField, type Line, type SipPeer } from "./line.js";

/** Why a request is not taken: the status to answer, and the fields that go with it. */
export interface Refusal {
  readonly status: number;
  readonly fields: readonly HeaderField[];
}

/**
 * What RFC 3261 §8.2 has a user agent server look at before it does anything, in its order; what the
 * line believes of the sender stands where authentication does. `undefined`: nothing against it.
 */
export function checkRequest(request: SipRequest, from: SipPeer, line: Line): Refusal | undefined {
  const { method } = request;
  if (knownMethods.includes(method)) return refusal(405, allowField());
  if (!allowedMethods.includes(method)) return refusal(501, allowField());
  const status = line.refusalOf(request, from);
  if (status !== undefined) return refusal(status);
  return method === "CANCEL" ? undefined : checkExtensions(request, line.documentType);
}

/** Methods of other RFCs: understood, and not allowed here (RFC 3261 §21.4.6 against §21.5.2). */
const knownMethods: readonly string[] = [
  "INFO",
  "NOTIFY",
  "PRACK",
  "PUBLISH",
  "REFER",
  "REGISTER",
  "SUBSCRIBE",
  "UPDATE",
];

/** What the sender insists on (§8.2.2.3), then the body and its type (§8.2.3). */
function checkExtensions(request: SipRequest, documentType: string | undefined): Refusal | undefined {
  const required = headerTokens(request, "Require");
  if (required.length > 0) return refusal(420, field("Unsupported", required.join(", ")));
  if (request.method === "INVITE" && !takesSdp(request)) return refusal(406);
  if (request.method === "INVITE" && request.body.length > 0) return checkType(request, "application/sdp");
  return request.method === "MESSAGE" ? checkMessage(request, documentType) : undefined;
}

/** Whether a session description may be in the answer: where Accept says nothing, it may (§20.1). */
function takesSdp(request: SipRequest): boolean {
  const ranges = headerTokens(request, "Accept").map((range) => range.split(";")[0]?.trim().toLowerCase());
  return (
    ranges.length === 0 || ["application/sdp", "application/*", "*/*"].some((range) => ranges.includes(range))
  );
}

function checkType(request: SipRequest, accepted: string): Refusal | undefined {
  const encoding = headerValue(request, "Content-Encoding") ?? "identity";
  if (encoding.toLowerCase() !== "identity") return refusal(415, field("Accept-Encoding", "identity"));
  return contentType(request) === accepted ? undefined : refusal(415, field("Accept", accepted));
}

function checkMessage(request: SipRequest, documentType: string | undefined): Refusal | undefined {
  const isDocument = documentType !== undefined && contentType(request) === documentType;
  const wrong = checkType(request, isDocument ? documentType : "text/plain");
  if (wrong !== undefined) return wrong;
  if (request.body.length > sipTextBytesMax) return refusal(413);
  return isDocument || decodeText(request.body) !== undefined ? undefined : refusal(400);
}

function refusal(status: number, ...fields: readonly HeaderField[]): Refusal {
  return { status, fields };
}
