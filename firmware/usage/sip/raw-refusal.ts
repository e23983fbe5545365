import type { HeaderField, RawMessage } from "../../wire/sip/raw-message.js";
import { octetBytes } from "../../wire/sip/octets.js";
import type { WireError } from "../../wire/wire-error.js";
import { reasonPhrase } from "./reason-phrase.js";

/**
 * The refusal of a request that could be cut into fields but not read: 505 for another version of SIP, else 400
 * (RFC 3261 §8.2, §21.4.1, §21.5.6). The fields are given back as they came, but for what `receivedVia` notes on the
 * topmost Via. `undefined` where nothing may be
 * answered: it is a response, an ACK, or lacks what an answer is made of.
 */
export function refuseRaw(
  raw: RawMessage,
  error: WireError,
  tag: string,
  receivedVia: (value: string) => string,
): Uint8Array | undefined {
  if (/^(SIP\/|ACK )/i.test(raw.startLine)) return undefined;
  const copied = copiedNames.map((name) => raw.fields.filter((field) => field.name === name));
  if (copied.some((fields) => fields.length === 0)) return undefined;
  const status = error.in.endsWith("start-line/version") && error.kind === "unknown-kind" ? 505 : 400;
  const lines = [`SIP/2.0 ${status} ${reasonPhrase(status)}`];
  const [vias = [], ...others] = copied;
  vias.forEach(({ value }, i) => lines.push(`Via: ${i === 0 ? receivedVia(value) : value}`));
  for (const [field] of others) if (field !== undefined) lines.push(line(field, tag));
  lines.push("Content-Length: 0", "", "");
  return octetBytes(lines.join("\r\n"));
}

const copiedNames: readonly string[] = ["Via", "From", "To", "Call-ID", "CSeq"];

function line(field: HeaderField, tag: string): string {
  const untagged = field.name === "To" && !/;\s*tag\s*=/i.test(field.value);
  return `${field.name}: ${field.value}${untagged ? `;tag=${tag}` : ""}`;
}
