import assert from "node:assert/strict";
import { decodeSipMessage, type SipRequest, type SipResponse } from "../../../firmware/wire/sip/message.js";
import type { WrittenResponse } from "../../../firmware/usage/sip/effects.js";
import { encodeSipMessage } from "../../../firmware/wire/sip/message-text.js";
import { octetBytes } from "../../../firmware/wire/sip/octets.js";
import { responseTo } from "../../../firmware/usage/sip/line.js";

/** A request as it might come from a phone: alice to bob. */
export function requestOf(
  method: string,
  changes: { branch?: string; toTag?: string; sequence?: number } = {},
): SipRequest {
  const { branch = "z9hG4bKone", toTag, sequence = 1 } = changes;
  const text = [
    `${method} sip:bob@home.example SIP/2.0`,
    `Via: SIP/2.0/UDP aa.muster.invalid;branch=${branch}`,
    "Max-Forwards: 70",
    "From: <sip:alice@home.example>;tag=fromalice",
    `To: <sip:bob@home.example>${toTag === undefined ? "" : `;tag=${toTag}`}`,
    "Call-ID: call1",
    `CSeq: ${sequence} ${method}`,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
  const read = decodeSipMessage(octetBytes(text));
  assert.ok(read.ok && read.value.kind === "request");
  return read.value;
}

/** What is kept of the response of `status`. */
export function writtenOf(request: SipRequest, status: number): WrittenResponse {
  return { status, bytes: encodeSipMessage(responseOf(request, status)) };
}

/** The response of `status` to a request, with To tag "tobob". */
export function responseOf(request: SipRequest, status: number): SipResponse {
  return responseTo(request, status, "tobob");
}

/** Method or status of a message as it was sent: "INVITE", "180 INVITE". */
export function summary(text: string): string {
  const method = /\r\nCSeq: \d+ (\S+)/.exec(text)?.[1] ?? "?";
  return text.startsWith("SIP/2.0 ") ? `${text.slice(8, 11)} ${method}` : text.slice(0, text.indexOf(" "));
}

/** The value of the first header field of that name in a message as it was sent; "" where there is none. */
export function header(text: string, name: string): string {
  return new RegExp(`\\r\\n${name}: ([^\\r]*)`).exec(text)?.[1] ?? "";
}
