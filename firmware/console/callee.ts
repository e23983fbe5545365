import { parseEndpoint } from "../core/endpoint.js";
import { stockSipPort } from "../core/limits.js";
import { canonicalName, nameRule, type ArgumentReader } from "./argument-reader.js";

/**
 * Who is to be called or written to: a user's name in its canonical form, or a stock phone in its own,
 * "sip:100@192.0.2.7:5070", without the port where it is 5060. A `sip:` URI whose host is an address is a stock phone.
 */
export function readCallee(reader: ArgumentReader): string {
  const { text, at } = reader.word("name", calleeRule);
  const read = /^sips?:/i.test(text) ? calleeOfUri(text) : { name: canonicalName(text) };
  if (read.name !== undefined) return read.name;
  const { from = 0, given = text, allowed = calleeRule } = read;
  const kind = read.allowed === undefined ? "bad-name" : "bad-address";
  reader.fail(kind, { argument: "name", at: at + from, given, allowed });
  return "";
}

/** The name, or what is wrong with it: from which character of the word on, and what is allowed there. */
interface Reading {
  readonly name?: string | undefined;
  readonly from?: number;
  readonly given?: string;
  readonly allowed?: string;
}

const calleeRule = `${nameRule} A stock phone is sip:<user>@<IPv4 address>, perhaps with :port.`;
const transportRule = "Stock phones are called over UDP only: leave the transport out.";
const secureRule = "Stock phones are called with sip: and over UDP only; sips: would be TLS.";
const userRule = "The user of a stock phone is up to 32 of a-z, A-Z, 0-9 and . _ ! ~ * + -.";
const addressRule =
  "A stock phone has the IPv4 address of one host, as in sip:100@192.0.2.7 or sip:100@192.0.2.7:5070.";

/** The parts of `sip:user@host:port;parameters?headers`, as far as they concern a phone. */
const uriParts = /^sip:(?:([^@]*)@)?([^@;?]*)([;?].*)?$/i;

interface UriParts {
  readonly user: string;
  readonly host: string;
  readonly rest: string;
}

function calleeOfUri(text: string): Reading {
  if (/^sips:/i.test(text)) return faultOf(text, text.slice(0, 5), secureRule);
  const [, user = "", host = "", rest = ""] = uriParts.exec(text) ?? [];
  // What has only digits and dots, a port or brackets is meant as an address: no name looks so.
  if (!/[[:]|^[0-9.]+$/.test(host)) return { name: canonicalName(text) };
  const fault = stockFault(text, { user, host, rest });
  return fault ?? { name: `sip:${user}@${withoutDefault(host)}` };
}

function stockFault(text: string, { user, host, rest }: UriParts): Reading | undefined {
  if (user === "") return faultOf(text, host, userRule);
  if (!/^[\w.!~*+-]{1,32}$/.test(user)) return faultOf(text, user, userRule);
  if (!isOneHost(host)) return faultOf(text, host, addressRule);
  return /^(;transport=udp|;user=(phone|ip))*$/i.test(rest) ? undefined : faultOf(text, rest, transportRule);
}

function faultOf(text: string, part: string, allowed: string): Reading {
  return { from: Math.max(0, text.lastIndexOf(part)), given: part, allowed };
}

function withoutDefault(host: string): string {
  const [address = "", port] = host.split(":");
  return port === undefined || Number(port) === stockSipPort ? address : `${address}:${Number(port)}`;
}

/** The IPv4 address of one host, with a port or without: neither nobody's nor one of many. */
function isOneHost(host: string): boolean {
  const first = Number(host.split(".")[0]);
  return parseEndpoint(host, stockSipPort) !== undefined && first > 0 && first < 224;
}
