import { sipParametersMax } from "../../core/limits.js";
import { none } from "../../core/none.js";
import type { Result } from "../../core/result.js";
import type { WireError } from "../wire-error.js";
import { type HostPort, hostPortText, readHostPort } from "./host.js";
import { isAlphanumeric, isLetter } from "./octets.js";
import { type Parameter, parametersText } from "./parameters.js";
import { Scanner } from "./scanner.js";

/**
 * `sip:user@host:port;parameter=x?header=y` (RFC 3261 §19.1); every part as it stands on the wire, escapes
 * included.
 */
export interface SipUri extends HostPort {
  readonly kind: "sip";
  readonly scheme: "sip" | "sips";
  readonly user?: string;
  readonly password?: string;
  readonly parameters: readonly Parameter[];
  readonly headers: readonly Parameter[];
}

/** A URI of another scheme, not looked into. */
export interface OtherUri {
  readonly kind: "other";
  readonly scheme: string;
  readonly rest: string;
}

export type Uri = SipUri | OtherUri;

/** Reads a URI that is all of `text`; `base` is where it stands in the datagram. */
export function decodeUri(text: string, base: number = 0): Result<Uri, WireError> {
  const scanner = new Scanner(text, "uri", base);
  const first = scanner.peek();
  if (!isLetter(first.charCodeAt(0))) scanner.fail("scheme", first === "" ? "missing" : "bad-syntax");
  if (/[ \t]/.test(text)) scanner.fail("space", "bad-syntax");
  if (/%(?![0-9a-fA-F]{2})/.test(text)) scanner.fail("escape", "bad-syntax");
  const scheme = scanner.run("scheme", isSchemeCode).toLowerCase();
  if (scanner.peek() !== ":") scanner.fail("scheme", "bad-syntax");
  scanner.upTo(":", "scheme");
  if (scheme !== "sip" && scheme !== "sips") {
    return scanner.finish<Uri>({ kind: "other", scheme, rest: scanner.run("rest", isUriCode) });
  }
  const userinfo = text.includes("@") ? readUserinfo(scanner) : {};
  const at = readHostPort(scanner);
  const parameters = readUriParameters(scanner);
  return scanner.finish<Uri>({
    kind: "sip",
    scheme,
    ...userinfo,
    ...at,
    parameters,
    headers: readUriHeaders(scanner),
  });
}

/** As it is written on the wire. */
export function uriText(uri: Uri): string {
  if (uri.kind === "other") return `${uri.scheme}:${uri.rest}`;
  const password = uri.password === undefined ? "" : `:${uri.password}`;
  const userinfo = uri.user === undefined ? "" : `${uri.user.replace(/#/g, "%23")}${password}@`;
  // A ";" may stand inside a header's name or value, where the grammar has none: it stays.
  const headers = uri.headers.map(({ name, value }) => `${name}=${value ?? ""}`).join("&");
  const query = headers === "" ? "" : `?${headers}`;
  return `${uri.scheme}:${userinfo}${hostPortText(uri)}${parametersText(uri.parameters)}${query}`;
}

/** `sip:user@host`; an "@" in the user's name, as in `alice@example.org`, is escaped, as is whatever else must be. */
export function sipUri(userName: string, host: string): SipUri {
  const user = userName.replace(/[^A-Za-z0-9\-_.!~*'()&=+$,;?/]/g, (character) => {
    const code = character.charCodeAt(0);
    return `%${code < 16 ? "0" : ""}${code.toString(16).toUpperCase()}`;
  });
  return { kind: "sip", scheme: "sip", user, host, parameters: none, headers: none };
}

/** The user part with its escapes resolved, "" where there is none: what names are compared by (RFC 3261 §19.1.4). */
export function userOf(uri: Uri): string {
  if (uri.kind === "other" || uri.user === undefined) return "";
  return uri.user.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Whether `uri` is `sip:user@host`: user exactly, host in any case. */
export function isAddressOf(uri: Uri, user: string, host: string): boolean {
  return uri.kind === "sip" && userOf(uri) === user && uri.host.toLowerCase() === host.toLowerCase();
}

function readUserinfo(scanner: Scanner): { user: string; password?: string } {
  const at = scanner.offset;
  const [user, password, more] = scanner.upTo("@", "user").split(":");
  const plausible = more === undefined && allOf(user, isUserCode) && (user ?? "") !== "";
  if (!plausible || !allOf(password, isUserCode)) scanner.fail("user", "bad-syntax", at);
  return password === undefined ? { user: user ?? "" } : { user: user ?? "", password };
}

function readUriParameters(scanner: Scanner): readonly Parameter[] {
  let parameters: readonly Parameter[] = none;
  while (scanner.peek() === ";") {
    scanner.accept(";");
    const name = scanner.run("parameter", isUriParameterCode).toLowerCase();
    parameters = [...parameters, readUriValue(scanner, name)];
    if (parameters.length > sipParametersMax) scanner.fail("parameter", "too-long");
  }
  return parameters;
}

function readUriHeaders(scanner: Scanner): readonly Parameter[] {
  let headers: readonly Parameter[] = none;
  for (let separator = "?"; scanner.peek() === separator; separator = "&") {
    scanner.accept(separator);
    const name = scanner.run("header", isUriHeaderCode);
    scanner.expect("=", "header");
    const ended = scanner.ended || scanner.peek() === "&";
    headers = [...headers, { name, value: ended ? "" : scanner.run(name, isUriHeaderCode) }];
    if (headers.length > sipParametersMax) scanner.fail("header", "too-long");
  }
  return headers;
}

function readUriValue(scanner: Scanner, name: string): Parameter {
  if (scanner.peek() !== "=") return { name };
  scanner.expect("=", name);
  return { name, value: scanner.run(name, isUriParameterCode) };
}

function allOf(text: string | undefined, allowed: (code: number) => boolean): boolean {
  for (let i = 0; i < (text ?? "").length; i++) if (!allowed((text ?? "").charCodeAt(i))) return false;
  return true;
}

function isSchemeCode(code: number): boolean {
  return isAlphanumeric(code) || code === 0x2b || code === 0x2d || code === 0x2e;
}

/**
 * Unreserved, escaped, and what else a user part may hold; "#" is no part of it, but feature codes are dialled with
 * it.
 */
function isUserCode(code: number): boolean {
  return isUnreserved(code) || (code < 0x80 && "%&=+$,;?/#".includes(String.fromCharCode(code)));
}

function isUriParameterCode(code: number): boolean {
  return isUnreserved(code) || (code < 0x80 && "%[]/:&+$".includes(String.fromCharCode(code)));
}

function isUriHeaderCode(code: number): boolean {
  return isUnreserved(code) || (code < 0x80 && "%[]/?:+$;".includes(String.fromCharCode(code)));
}

function isUnreserved(code: number): boolean {
  return isAlphanumeric(code) || (code < 0x80 && "-_.!~*'()".includes(String.fromCharCode(code)));
}

/** Anything visible but the delimiters of what surrounds a URI. */
function isUriCode(code: number): boolean {
  return code > 0x20 && code < 0x7f && code !== 0x22 && code !== 0x3c && code !== 0x3e;
}
