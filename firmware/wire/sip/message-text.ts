import { concatBytes } from "../../core/bytes.js";
import type { SipMessage } from "./message.js";
import { nameAddressText } from "./name-address.js";
import { octetBytes } from "./octets.js";
import type { HeaderField } from "./raw-message.js";
import { uriText } from "./uri.js";
import { viaText } from "./via.js";

/** The bytes of a message: long names, one value a line, Content-Length always, as RFC 3261 §7.3.1 recommends. */
export function encodeSipMessage(message: SipMessage): Uint8Array {
  const lines = [startLine(message)];
  for (const via of message.via) lines.push(`Via: ${viaText(via)}`);
  if (message.maxForwards !== undefined) lines.push(`Max-Forwards: ${message.maxForwards}`);
  lines.push(`From: ${nameAddressText(message.from)}`);
  lines.push(`To: ${nameAddressText(message.to)}`);
  lines.push(`Call-ID: ${message.callId}`);
  lines.push(`CSeq: ${message.cseq.sequence} ${message.cseq.method}`);
  for (const each of message.fields) lines.push(`${each.name}: ${each.value}`);
  lines.push(`Content-Length: ${message.body.length}`, "", "");
  return concatBytes(octetBytes(lines.join("\r\n")), message.body);
}

/** A header field made here; a line break in `value` cannot get onto the wire. */
export function field(name: string, value: string): HeaderField {
  return { name, value: value.replace(/[\r\n]+/g, " "), at: 0 };
}

function startLine(message: SipMessage): string {
  return message.kind === "request"
    ? `${message.method} ${uriText(message.uri)} SIP/2.0`
    : `SIP/2.0 ${message.status} ${message.reason}`;
}
