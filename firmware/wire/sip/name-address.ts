import { encodeText } from "../../core/text.js";
import { isTokenCode, octetBytes, octetText } from "./octets.js";
import { type Parameter, parameter, parametersText, readParameters, unquote } from "./parameters.js";
import type { Scanner } from "./scanner.js";
import { decodeUri, type Uri, uriText } from "./uri.js";

/** `"display" <uri>;tag=…`: From, To, Contact, Route, Record-Route (RFC 3261 §20.10, §20.20, §20.34). */
export interface NameAddress {
  /** As it stands on the wire, with quotes if it has them; "" where there is none. */
  readonly display: string;
  readonly uri: Uri;
  /** Parameters of the header, not of the URI. */
  readonly parameters: readonly Parameter[];
}

/** The tag, "" where there is none (RFC 3261 §19.3). */
export function tagOf(address: NameAddress): string {
  return parameter(address.parameters, "tag") ?? "";
}

/** `<uri>` alone, or with a tag. */
export function nameAddress(uri: Uri, tag: string = ""): NameAddress {
  return { display: "", uri, parameters: tag === "" ? [] : [{ name: "tag", value: tag }] };
}

/** `"display" <uri>;tag=…`: `display` in UTF-8, "" for none. */
export function namedAddress(display: string, uri: Uri, tag: string): NameAddress {
  const octets = octetText(encodeText(display));
  return { ...nameAddress(uri, tag), display: display === "" ? "" : quoted(octets) };
}

/** The bytes of the display name, without quotes and escapes; none where there is none. */
export function displayBytes({ display }: NameAddress): Uint8Array {
  return octetBytes(unquote(display));
}

/** As it is written: the URI always in angle brackets, so that its parameters stay its own. */
export function nameAddressText(address: NameAddress): string {
  const display = address.display === "" ? "" : `${quotedDisplay(address.display)} `;
  return `${display}<${uriText(address.uri)}>${parametersText(address.parameters)}`;
}

/**
 * Reads a name-addr or an addr-spec. Without angle brackets a parameter belongs to the header, and a URI that has
 * headers of its own must not stand so (RFC 3261 §20).
 */
export function readNameAddress(scanner: Scanner): NameAddress {
  const display = readDisplay(scanner.space());
  const bracketed = scanner.space().peek() === "<";
  if (!bracketed && display.text !== "") return readBare(scanner, display);
  const { text, offset } = bracketed ? readBracketed(scanner) : { text: "", offset: scanner.offset };
  const uri = scanner.adopt(decodeUri(text, offset));
  return { display: display.text, uri: uri ?? noUri, parameters: readParameters(scanner) };
}

/** Tokens may stand without quotes; anything else that was read without them is written with them. */
function quotedDisplay(display: string): string {
  if (display.startsWith('"')) return display;
  for (let i = 0; i < display.length; i++) {
    const code = display.charCodeAt(i);
    if (!isTokenCode(code) && code !== 0x20) return quoted(display);
  }
  return display;
}

function quoted(octets: string): string {
  return `"${octets.replace(/[\\"]/g, "\\$&")}"`;
}

const noUri: Uri = { kind: "other", scheme: "", rest: "" };

/** A quoted string, or everything before "<": tokens, and what phones put between them against the grammar. */
function readDisplay(scanner: Scanner): { text: string; offset: number } {
  const offset = scanner.offset;
  if (scanner.peek() === '"') return { text: scanner.quoted("display"), offset };
  if (scanner.peek() === "<") return { text: "", offset };
  return { text: scanner.run("display", isBareCode).trim(), offset };
}

/** What was read as a display name is the URI itself when no "<" follows. */
function readBare(scanner: Scanner, read: { text: string; offset: number }): NameAddress {
  if (read.text.includes("?")) scanner.fail("uri", "bad-syntax");
  const uri = scanner.adopt(decodeUri(read.text, read.offset));
  return { display: "", uri: uri ?? noUri, parameters: readParameters(scanner) };
}

function readBracketed(scanner: Scanner): { text: string; offset: number } {
  scanner.accept("<");
  const offset = scanner.offset;
  return { text: scanner.upTo(">", "uri").trimEnd(), offset };
}

function isBareCode(code: number): boolean {
  if (isTokenCode(code) || code >= 0x80) return true;
  return " \t@:?/[]=&$#()".includes(String.fromCharCode(code));
}
