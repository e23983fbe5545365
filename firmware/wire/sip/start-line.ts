import type { Result } from "../../core/result.js";
import type { WireError } from "../wire-error.js";
import { Scanner } from "./scanner.js";
import { decodeUri, type Uri } from "./uri.js";

/** `INVITE sip:bob@example.org SIP/2.0` (RFC 3261 §7.1). */
export interface RequestLine {
  readonly kind: "request";
  readonly method: string;
  readonly uri: Uri;
}

/** `SIP/2.0 180 Ringing` (RFC 3261 §7.2). */
export interface StatusLine {
  readonly kind: "response";
  /** 100 .. 699 */
  readonly status: number;
  readonly reason: string;
}

/**
 * Reads a start line. More than one space between its parts, or one at its end, is tolerated; a version other than
 * 2.0 is the fault `unknown-kind`, which a server answers with 505 (RFC 3261 §21.5.6).
 */
export function decodeStartLine(line: string, base: number): Result<RequestLine | StatusLine, WireError> {
  const scanner = new Scanner(line, "start-line", base);
  return /^SIP\/[0-9]/i.test(line) ? readStatusLine(scanner) : readRequestLine(scanner, line, base);
}

function readStatusLine(scanner: Scanner): Result<StatusLine, WireError> {
  const at = scanner.offset;
  if (scanner.upTo(" ", "version").toUpperCase() !== "SIP/2.0") scanner.fail("version", "unknown-kind", at);
  const status = scanner.space().number("status", 699);
  if (status < 100) scanner.fail("status", "out-of-range");
  if (scanner.peek() !== "" && scanner.peek() !== " ") scanner.fail("status", "bad-syntax");
  const reason = scanner.space().rest();
  return scanner.finish({ kind: "response", status, reason });
}

function readRequestLine(scanner: Scanner, line: string, base: number): Result<RequestLine, WireError> {
  const method = scanner.token("method");
  const trimmed = line.trimEnd();
  const last = trimmed.lastIndexOf(" ");
  const version = trimmed.slice(last + 1);
  if (!/^SIP\//i.test(version)) scanner.fail("version", "bad-syntax", base + last + 1);
  else if (version.toUpperCase() !== "SIP/2.0") scanner.fail("version", "unknown-kind", base + last + 1);
  const from = scanner.space().offset - base;
  const uri = scanner.adopt(decodeUri(line.slice(from, Math.max(from, last)).trimEnd(), base + from));
  scanner.rest();
  return scanner.finish({ kind: "request", method, uri: uri ?? { kind: "other", scheme: "", rest: "" } });
}
