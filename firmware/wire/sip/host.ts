import { addressBytes } from "../../core/endpoint.js";
import { isAlphanumeric } from "./octets.js";
import type { Scanner } from "./scanner.js";

/** Where a SIP element is: a host name or an address, IPv6 without its brackets, and the port if it is given. */
export interface HostPort {
  readonly host: string;
  readonly port?: number;
}

/** As it is written: IPv6 in brackets (RFC 3261 §25.1), the port after a colon. */
export function hostPortText(at: HostPort): string {
  const host = at.host.includes(":") ? `[${at.host}]` : at.host;
  return at.port === undefined ? host : `${host}:${at.port}`;
}

/** Reads `host [":" port]`. */
export function readHostPort(scanner: Scanner): HostPort {
  const host = readHost(scanner);
  return scanner.accept(":") ? { host, port: scanner.number("port", 65535) } : { host };
}

/**
 * Reads a host name, an IPv4 address or an IPv6 reference. Three colons in a row, which RFC 3261's grammar could
 * produce before an embedded IPv4 address, are read as two (RFC 5118 §4.10).
 */
function readHost(scanner: Scanner): string {
  if (scanner.peek() !== "[") return scanner.run("host", isHostCode);
  const at = scanner.offset;
  scanner.accept("[");
  const text = scanner.upTo("]", "host").replace(":::", "::");
  if (!scanner.failed && !isIpv6(text)) scanner.fail("host", "bad-syntax", at);
  return text;
}

function isHostCode(code: number): boolean {
  return isAlphanumeric(code) || code === 0x2d || code === 0x2e || code === 0x5f;
}

/** Whether `text` is an IPv6 address, perhaps with an IPv4 address for its last 32 bits. */
function isIpv6(text: string): boolean {
  const last = text.lastIndexOf(":") + 1;
  const embedded = text.slice(last).includes(".");
  if (embedded && addressBytes(text.slice(last)) === undefined) return false;
  return addressBytes(embedded ? `${text.slice(0, last)}0:0` : text)?.length === 16;
}
