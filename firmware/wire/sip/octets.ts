/**
 * SIP header text as the firmware holds it: a string with one character (0 .. 255) for each octet received. UTF-8 in
 * a display name passes through unharmed, and an offset in the string is an offset in the datagram.
 */

export { octetText } from "../../core/text.js";

/** The octets of such a text; characters past 255 cannot occur and would lose their upper bits. */
export function octetBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Digits and letters of ASCII. */
export function isAlphanumeric(code: number): boolean {
  return isDigit(code) || isLetter(code);
}

export function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Characters of a token (RFC 3261 §25.1). */
export function isTokenCode(code: number): boolean {
  return isAlphanumeric(code) || (code < 0x80 && "-.!%*_+`'~".includes(String.fromCharCode(code)));
}

/** Characters of a word (RFC 3261 §25.1), of which a Call-ID is made, with its "@". */
export function isCallIdCode(code: number): boolean {
  return isTokenCode(code) || (code < 0x80 && '()<>:\\"/[]?{}@'.includes(String.fromCharCode(code)));
}

/** A parameter's value that is no quoted string: a token or a host; "[", "]" and ":" belong to IPv6 (RFC 5118 §4.5). */
export function isParameterCode(code: number): boolean {
  return isTokenCode(code) || code === 0x5b || code === 0x5d || code === 0x3a || code === 0x2f;
}

/** Space and tab. */
export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
