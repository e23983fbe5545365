import { sipValuesMax } from "../../core/limits.js";
import type { Result } from "../../core/result.js";
import type { WireError } from "../wire-error.js";
import type { SipMessage } from "./message.js";
import { type NameAddress, readNameAddress } from "./name-address.js";
import { isTokenCode } from "./octets.js";
import { Scanner } from "./scanner.js";

/** The value of the first field `name`, in its long form and usual case. */
export function headerValue(message: SipMessage, name: string): string | undefined {
  return message.fields.find((each) => each.name === name)?.value;
}

/** The tokens of all fields `name`, over all lines: Require, Supported, Allow (RFC 3261 §7.3.1). */
export function headerTokens(message: SipMessage, name: string): readonly string[] {
  const tokens: string[] = [];
  for (const each of message.fields) {
    if (each.name !== name) continue;
    for (const part of each.value.split(",")) {
      const token = part.trim();
      if (token !== "" && tokens.length < sipValuesMax) tokens.push(token);
    }
  }
  return tokens;
}

/** The addresses of all fields `name`: Route, Record-Route, Contact (but not Contact's `*`, an error here). */
export function headerAddresses(
  message: SipMessage,
  name: string,
): Result<readonly NameAddress[], WireError> {
  const addresses: NameAddress[] = [];
  for (const each of message.fields) {
    if (each.name !== name) continue;
    const scanner = new Scanner(each.value, `sip/${name.toLowerCase()}`, each.at);
    do {
      addresses.push(readNameAddress(scanner));
      if (addresses.length > sipValuesMax) scanner.fail("count", "too-long");
    } while (!scanner.failed && scanner.accept(","));
    const result = scanner.finish<readonly NameAddress[]>(addresses);
    if (!result.ok) return result;
  }
  return { ok: true, value: addresses };
}

/** `type/subtype` in lower case of Content-Type, its parameters left out; "" where there is none or it is no type. */
export function contentType(message: SipMessage): string {
  const value = headerValue(message, "Content-Type");
  if (value === undefined) return "";
  const scanner = new Scanner(value, "sip/content-type", 0);
  const type = scanner.run("type", isTokenCode);
  scanner.expect("/", "type");
  const subtype = scanner.run("subtype", isTokenCode);
  return scanner.failed ? "" : `${type}/${subtype}`.toLowerCase();
}
