import { addressBytes, addressText, type Endpoint } from "../core/endpoint.js";
import type { MediaDescription, SdpLine, SessionDescription } from "./sdp.js";

/** Which way a stream flows, seen by whoever wrote the description (RFC 8866 §6.7). */
export type Direction = "sendrecv" | "sendonly" | "recvonly" | "inactive";

/** What a payload type carries (RFC 8866 §6.6). */
export interface RtpMap {
  /** 0 .. 127 */
  readonly payloadType: number;
  /** In upper case. */
  readonly encoding: string;
  readonly clockRate: number;
}

/** The value of the first `a=name:…`, "" for a bare `a=name`, `undefined` where there is none. */
export function sdpAttribute(lines: readonly SdpLine[], name: string): string | undefined {
  for (const { type, value } of lines) {
    if (type !== "a") continue;
    if (value === name) return "";
    if (value.startsWith(`${name}:`)) return value.slice(name.length + 1);
  }
  return undefined;
}

/**
 * The unicast address of a medium's `c=`, or of the session's (RFC 8866 §5.7); `undefined` where there is none to
 * send to.
 */
export function connectionAddress(session: SessionDescription, media: MediaDescription): string | undefined {
  const line = connectionLine(media.lines) ?? connectionLine(session.lines);
  return line === undefined ? undefined : unicastAddress(line.value);
}

/**
 * Where the reports of a stream go that has a port of its own for them: as `a=rtcp` says (RFC 3605), else one above
 * the port of speech. `undefined` where that is no port or no address.
 */
export function rtcpEndpoint(media: MediaDescription, speech: Endpoint): Endpoint | undefined {
  const named = sdpAttribute(media.lines, "rtcp");
  const match = named === undefined ? null : /^([0-9]{1,5})(?: +(.*))?$/.exec(named);
  const port = match === null ? speech.port + 1 : Number(match[1]);
  const address = match?.[2] === undefined ? speech.address : unicastAddress(match[2]);
  return address === undefined || port < 1 || port > 65_535 ? undefined : { address, port };
}

/** Whether an address is that of no host: "0.0.0.0" or "::". */
export function isNowhere(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

/** Whether an IPv4 or IPv6 address is that of one host: neither of many nor of none. */
export function isUnicast(bytes: Uint8Array): boolean {
  const broadcast = bytes.length === 4 && bytes.every((byte) => byte === 255);
  return !isMulticast(bytes) && !broadcast && bytes.some((byte) => byte !== 0);
}

/** The address in `IN IP4 address`, if it is not one of many. */
function unicastAddress(value: string): string | undefined {
  const [net, , address] = value.trim().split(/ +/);
  const bytes = net?.toUpperCase() === "IN" && address !== undefined ? addressBytes(address) : undefined;
  return bytes === undefined || isMulticast(bytes) ? undefined : addressText(bytes);
}

/** The direction of a medium, the session's where it names none, both ways where neither does. */
export function directionOf(session: SessionDescription, media: MediaDescription): Direction {
  return ownDirection(media.lines) ?? ownDirection(session.lines) ?? "sendrecv";
}

/** The payload types of a medium in order of preference; the two of G.711 need no `a=rtpmap` (RFC 3551 §6). */
export function rtpMapsOf(media: MediaDescription): readonly RtpMap[] {
  const maps: RtpMap[] = [];
  for (const format of media.formats) {
    const map = rtpMapOf(media, format);
    if (map !== undefined) maps.push(map);
  }
  return maps;
}

function rtpMapOf(media: MediaDescription, format: string): RtpMap | undefined {
  const payloadType = /^[0-9]{1,3}$/.test(format) ? Number(format) : 128;
  if (payloadType > 127) return undefined;
  for (const { type, value } of media.lines) {
    const match = type === "a" ? /^rtpmap:([0-9]{1,3}) +([^/ ]+)\/([0-9]{1,6})/.exec(value) : null;
    if (match === null || Number(match[1]) !== payloadType) continue;
    return { payloadType, encoding: (match[2] ?? "").toUpperCase(), clockRate: Number(match[3]) };
  }
  if (payloadType === 0) return { payloadType, encoding: "PCMU", clockRate: 8000 };
  return payloadType === 8 ? { payloadType, encoding: "PCMA", clockRate: 8000 } : undefined;
}

function connectionLine(lines: readonly SdpLine[]): SdpLine | undefined {
  return lines.find((line) => line.type === "c");
}

function isMulticast(bytes: Uint8Array): boolean {
  const first = bytes[0] ?? 0;
  return bytes.length === 4 ? first >= 224 && first < 240 : first === 0xff;
}

function ownDirection(lines: readonly SdpLine[]): Direction | undefined {
  for (const direction of directions) if (sdpAttribute(lines, direction) === "") return direction;
  return undefined;
}

const directions: readonly Direction[] = ["sendrecv", "sendonly", "recvonly", "inactive"];
