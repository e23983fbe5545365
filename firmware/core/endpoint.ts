/**
 * Where a datagram goes to or came from: an IP address as text, as every HAL has it, and a UDP port.
 */
export interface Endpoint {
  /** "192.0.2.7" or "2001:db8::7", canonical text (RFC 5952). */
  readonly address: string;
  /** 1 .. 65535; 0: the address is a way through the overlay (`tunnel-endpoint.ts`) */
  readonly port: number;
}

/** The address of a node to which no network has given one yet. */
export const noAddress = "0.0.0.0";

/** How an endpoint is printed and its key in a Map: "192.0.2.7:6084", "[2001:db8::7]:6084", "tunnel-to-1f2e…". */
export function endpointText(endpoint: Endpoint): string {
  if (endpoint.port === 0) return endpoint.address;
  return endpoint.address.includes(":")
    ? `[${endpoint.address}]:${endpoint.port}`
    : `${endpoint.address}:${endpoint.port}`;
}

/** Whether two endpoints are the same address and port. */
export function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.port === b.port && a.address === b.address;
}

/**
 * An endpoint from "address:port" or "address" (then `defaultPort`), IPv6 in brackets; `undefined` where it
 * is none.
 */
export function parseEndpoint(text: string, defaultPort: number): Endpoint | undefined {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([0-9.]+))(?::([0-9]{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const raw = addressBytes(match[1] ?? match[2] ?? "");
  const port = match[3] === undefined ? defaultPort : Number(match[3]);
  if (raw === undefined || port < 1 || port > 65535) return undefined;
  return { address: addressText(raw), port };
}

/** 6 bytes (IPv4) or 18 bytes (IPv6): address then port, big-endian; `undefined` where the text is no address. */
export function encodeEndpoint(endpoint: Endpoint): Uint8Array | undefined {
  const address = addressBytes(endpoint.address);
  if (address === undefined) return undefined;
  const bytes = new Uint8Array(address.length + 2);
  bytes.set(address);
  bytes[address.length] = endpoint.port >> 8;
  bytes[address.length + 1] = endpoint.port & 0xff;
  return bytes;
}

/** The endpoint of 6 or 18 bytes, or `undefined` for any other length or for port 0. */
export function decodeEndpoint(bytes: Uint8Array): Endpoint | undefined {
  if (bytes.length !== 6 && bytes.length !== 18) return undefined;
  const end = bytes.length - 2;
  const port = ((bytes[end] ?? 0) << 8) | (bytes[end + 1] ?? 0);
  return port === 0 ? undefined : { address: addressText(bytes.subarray(0, end)), port };
}

/** 4 or 16 bytes of an address in text form (RFC 4291 §2.2), or `undefined`. */
export function addressBytes(text: string): Uint8Array | undefined {
  return text.includes(":") ? ipv6Bytes(text) : ipv4Bytes(text);
}

/** Canonical text (RFC 5952) of 4 or 16 address bytes. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return Array.from(bytes).join(".");
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  const run = longestZeroRun(groups);
  if (run.length < 2) return hexGroups(groups);
  return `${hexGroups(groups.slice(0, run.start))}::${hexGroups(groups.slice(run.start + run.length))}`;
}

/**
 * The 32 bits of an IPv4 address in text form, 0 .. 2^32-1, or `undefined` for any other text. It makes nothing: on a
 * phone it judges datagrams of a flood.
 */
export function ipv4Number(text: string): number | undefined {
  let address = 0;
  let part = -1;
  let parts = 1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === dotCode && part >= 0) {
      address = 256 * address + part;
      part = -1;
      parts++;
    } else {
      part = withDigit(part, code - zeroCode);
      if (part < 0) return undefined;
    }
  }
  return part < 0 || parts !== 4 ? undefined : 256 * address + part;
}

/** A part of an address with one digit more, -1 where it cannot have that; no 0 stands in front of another digit. */
function withDigit(part: number, digit: number): number {
  if (digit < 0 || digit > 9 || part === 0) return -1;
  const longer = part < 0 ? digit : 10 * part + digit;
  return longer > 255 ? -1 : longer;
}

const dotCode = 0x2e;
const zeroCode = 0x30;

function ipv4Bytes(text: string): Uint8Array | undefined {
  const address = ipv4Number(text);
  if (address === undefined) return undefined;
  return Uint8Array.of(address >>> 24, address >>> 16, address >>> 8, address);
}

function ipv6Bytes(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? "");
  const tail = groupsOf(halves[1] ?? "");
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const bytes = new Uint8Array(16);
  [...head, ...new Array<number>(missing).fill(0), ...tail].forEach((group, i) => {
    bytes[2 * i] = group >> 8;
    bytes[2 * i + 1] = group & 0xff;
  });
  return bytes;
}

function groupsOf(text: string): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  for (const part of text.split(":")) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
    groups.push(Number.parseInt(part, 16));
  }
  return groups;
}

function hexGroups(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(":");
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
