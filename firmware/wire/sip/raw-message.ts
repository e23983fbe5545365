import { sipFieldsMax, sipMessageBytesMax } from "../../core/limits.js";
import { err, ok, type Result } from "../../core/result.js";
import type { WireError, WireFault } from "../wire-error.js";
import { headerName } from "./header-name.js";
import { isSpace, isTokenCode, octetText } from "./octets.js";

/** A header field as a line has it: the name in its long form, the value unfolded and trimmed, not looked into. */
export interface HeaderField {
  readonly name: string;
  readonly value: string;
  /** Where the value stands in the datagram; 0 in a field that was made here. */
  readonly at: number;
}

/** A SIP message cut into its parts (RFC 3261 §7), none of which is looked into. */
export interface RawMessage {
  readonly startLine: string;
  readonly startAt: number;
  readonly fields: readonly HeaderField[];
  /** Everything after the blank line, whatever Content-Length says; a view into the datagram. */
  readonly rest: Uint8Array;
  readonly restAt: number;
}

/**
 * Cuts a datagram into start line, header fields and rest. Tolerated: blank lines before the start line (RFC 3261
 * §7.5), a lone LF for CRLF, white space before a colon, folded lines. Refused: no blank line after the header, a
 * line without a colon, more than `sipFieldsMax` fields.
 */
export function decodeRawMessage(bytes: Uint8Array): Result<RawMessage, WireError> {
  if (bytes.length > sipMessageBytesMax) return fault("too-long", sipMessageBytesMax, "message");
  const startAt = skipBlankLines(bytes);
  const headerEnd = blankLine(bytes, startAt);
  if (headerEnd === undefined) return fault("truncated", bytes.length, "header");
  const text = octetText(bytes.subarray(startAt, headerEnd.at));
  const { startLine, lines } = unfold(text, startAt);
  const fields: HeaderField[] = [];
  for (const line of lines) {
    const field = readField(line);
    if (field === undefined) return fault("bad-syntax", line.at, "header-field");
    if (fields.length >= sipFieldsMax) return fault("too-long", line.at, "header");
    fields.push(field);
  }
  return ok({ startLine, startAt, fields, rest: bytes.subarray(headerEnd.rest), restAt: headerEnd.rest });
}

function fault(kind: WireFault, at: number, where: string): Result<never, WireError> {
  return err({ kind, at, in: `sip/${where}` });
}

const cr = 13;
const lf = 10;

function skipBlankLines(bytes: Uint8Array): number {
  let at = 0;
  while (bytes[at] === cr || bytes[at] === lf) at++;
  return at;
}

/** Where the line break before the blank line begins, and where the rest begins after it. */
function blankLine(bytes: Uint8Array, from: number): { at: number; rest: number } | undefined {
  for (let at = bytes.indexOf(lf, from); at >= 0; at = bytes.indexOf(lf, at + 1)) {
    const next = bytes[at + 1] === cr ? at + 2 : at + 1;
    if (bytes[next] === lf) return { at, rest: next + 1 };
  }
  return undefined;
}

interface Line {
  readonly text: string;
  readonly at: number;
}

/** The lines, a folded one joined with a space for each octet of its break, so that offsets hold (RFC 3261 §7.3.1). */
function unfold(text: string, base: number): { startLine: string; lines: readonly Line[] } {
  const joined = text.replace(/\r?\n(?=[ \t])/g, (lineBreak) => (lineBreak.length === 2 ? "  " : " "));
  const lines: Line[] = [];
  for (let at = 0; at <= joined.length;) {
    const found = joined.indexOf("\n", at);
    const end = found < 0 ? joined.length : found;
    lines.push({ text: joined.slice(at, joined.charAt(end - 1) === "\r" ? end - 1 : end), at: base + at });
    at = end + 1;
  }
  return { startLine: lines.shift()?.text ?? "", lines };
}

function readField(line: Line): HeaderField | undefined {
  const { text } = line;
  const colon = text.indexOf(":");
  if (colon < 0 || text.includes("\r")) return undefined;
  const name = text.slice(0, spaceBefore(text, colon));
  if (!isToken(name)) return undefined;
  let start = colon + 1;
  while (isSpace(text.charCodeAt(start))) start++;
  const value = text.slice(start, Math.max(start, spaceBefore(text, text.length)));
  return { name: headerName(name), value, at: line.at + start };
}

/** Where the white space that ends at `end` begins. */
function spaceBefore(text: string, end: number): number {
  let at = end;
  while (at > 0 && isSpace(text.charCodeAt(at - 1))) at--;
  return at;
}

function isToken(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isTokenCode(text.charCodeAt(i))) return false;
  return text !== "";
}
