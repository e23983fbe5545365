import { type Endpoint, noAddress } from "../../core/endpoint.js";
import { audioFrameMs } from "../../core/limits.js";
import { err, ok, type Result } from "../../core/result.js";
import { decodeSdp, type MediaDescription, type SdpLine, type SessionDescription } from "../../wire/sdp.js";
import {
  connectionAddress,
  type Direction,
  directionOf,
  isNowhere,
  type RtpMap,
  rtcpEndpoint,
  rtpMapsOf,
  sdpAttribute,
} from "../../wire/sdp-media.js";

/** The codecs of every phone, this one's preference first. */
export type G711Codec = "PCMU" | "PCMA";
export const g711Codecs: readonly G711Codec[] = ["PCMU", "PCMA"];

/** What two phones agreed to send each other (RFC 3264). */
export interface NegotiatedMedia {
  /**
   * Where speech and, with `rtcpMux`, its reports go. The address is "0.0.0.0" where a call began on hold in the way
   * of RFC 2543: nothing can be sent yet, and the direction says so.
   */
  readonly remote: Endpoint;
  /** Where reports go without `rtcpMux`, unless there is no such port: one above, or as RFC 3605 says. */
  readonly remoteRtcp?: Endpoint;
  readonly codec: G711Codec;
  readonly payloadType: number;
  /** Payload type of digits (RFC 4733), where the other takes them. */
  readonly telephoneEventType?: number;
  /** Whether RTCP shares the port (RFC 5761 §5.1.1). */
  readonly rtcpMux: boolean;
  /** Which way speech flows, seen from here. */
  readonly direction: Direction;
}

/** Our side of a session description. */
export interface LocalMedia {
  readonly endpoint: Endpoint;
  /** `o=` session id and version: the version rises with each new description (RFC 3264 §8). */
  readonly userName: string;
  readonly sessionId: string;
  readonly version: number;
  readonly direction: Direction;
  /** What is offered; an answer takes whatever of G.711 it can. */
  readonly codecs: readonly G711Codec[];
  /** Whether RTCP may share the port. */
  readonly rtcpMux: boolean;
}

/** What an offer is answered with, what comes of it, and which way the offerer wanted speech to flow, as it sees it. */
export interface AnsweredOffer {
  readonly answer: SessionDescription;
  readonly media: NegotiatedMedia;
  readonly offered: Direction;
}

/** Why no speech can flow: to be answered 488 (RFC 3261 §21.4.26). */
export type OfferFault = "unreadable" | "no-audio" | "no-common-codec" | "no-address";

const eventType = 101;

/** The offer this phone makes: G.711, digits, one port for RTP and RTCP where that may be. */
export function makeOffer(local: LocalMedia): SessionDescription {
  const maps: RtpMap[] = local.codecs.map((encoding) => ({
    payloadType: encoding === "PCMU" ? 0 : 8,
    encoding,
    clockRate: 8000,
  }));
  maps.push({ payloadType: eventType, encoding: "telephone-event", clockRate: 8000 });
  return describe(local, [audioDescription(local, "RTP/AVP", { maps, ...local })]);
}

/** The answer to an offer: the first audio stream with a codec in common; all other streams refused (RFC 3264 §6). */
export function answerOffer(body: Uint8Array, local: LocalMedia): Result<AnsweredOffer, OfferFault> {
  const offer = decodeSdp(body);
  if (!offer.ok) return err("unreadable");
  const chosen = choose(offer.value);
  if (!chosen.ok) return chosen;
  const { stream, codec, events, offered } = chosen.value;
  const rtcpMux = local.rtcpMux && sharesPort(stream);
  const direction = restrict(mirrored(offered), local.direction);
  const maps = events === undefined ? [codec] : [codec, { ...events, encoding: "telephone-event" }];
  const answered = audioDescription(local, stream.protocol, { maps, direction, rtcpMux });
  const media = offer.value.media.map((each) => (each === stream ? answered : refused(each)));
  return ok({
    answer: describe(local, media),
    media: negotiated(chosen.value, rtcpMux, direction),
    offered,
  });
}

/** What an answer to our offer comes to; `rtcpMux`: whether that was in it. */
export function readAnswer(
  body: Uint8Array,
  offered: Direction,
  rtcpMux: boolean = true,
): Result<NegotiatedMedia, OfferFault> {
  const answer = decodeSdp(body);
  if (!answer.ok) return err("unreadable");
  const chosen = choose(answer.value);
  if (!chosen.ok) return chosen;
  const direction = restrict(mirrored(chosen.value.offered), offered);
  return ok(negotiated(chosen.value, rtcpMux && sharesPort(chosen.value.stream), direction));
}

/** What both of two directions allow. */
export function restrict(a: Direction, b: Direction): Direction {
  const sends = sendsIn(a) && sendsIn(b);
  const receives = receivesIn(a) && receivesIn(b);
  if (sends) return receives ? "sendrecv" : "sendonly";
  return receives ? "recvonly" : "inactive";
}

/** A direction seen from the other side (RFC 3264 §6.1). */
function mirrored(direction: Direction): Direction {
  if (direction === "sendonly") return "recvonly";
  return direction === "recvonly" ? "sendonly" : direction;
}

interface Chosen {
  readonly stream: MediaDescription;
  readonly codec: RtpMap;
  readonly events: RtpMap | undefined;
  readonly remote: Endpoint;
  readonly remoteRtcp: Endpoint | undefined;
  /** As its writer sees it. */
  readonly offered: Direction;
}

function choose(session: SessionDescription): Result<Chosen, OfferFault> {
  let fault: OfferFault = "no-audio";
  for (const stream of session.media) {
    if (!isPlainAudio(stream)) continue;
    const maps = rtpMapsOf(stream);
    const codec = maps.find(isG711);
    const address = connectionAddress(session, stream);
    if (codec === undefined) fault = "no-common-codec";
    else if (address === undefined || isIceOnly(session, stream, address)) fault = "no-address";
    else {
      const events = maps.find((map) => map.encoding === "TELEPHONE-EVENT" && map.clockRate === 8000);
      const remote = { address: isNowhere(address) ? noAddress : address, port: stream.port };
      const offered = offeredDirection(session, stream, address);
      return ok({ stream, codec, events, remote, remoteRtcp: rtcpEndpoint(stream, remote), offered });
    }
  }
  return err(fault);
}

/** Speech without encryption; feedback (RFC 4585) may be offered and is not used. */
function isPlainAudio({ media, port, protocol }: MediaDescription): boolean {
  const plain = /^RTP\/AVPF?$/i.test(protocol);
  return media.toLowerCase() === "audio" && port !== 0 && plain;
}

/** An offer whose only addresses are candidates (RFC 8840 §4.1.1): the default is nowhere, port 9. */
function isIceOnly(session: SessionDescription, stream: MediaDescription, address: string): boolean {
  const has = (name: string): boolean =>
    sdpAttribute([...stream.lines, ...session.lines], name) !== undefined;
  return stream.port === 9 && isNowhere(address) && has("ice-ufrag");
}

/** An address that is none is how RFC 2543 holds a call: nothing may be sent there (RFC 3264 §8.4). */
function offeredDirection(session: SessionDescription, stream: MediaDescription, address: string): Direction {
  const written = directionOf(session, stream);
  return isNowhere(address) ? restrict(written, "sendonly") : written;
}

/** Whether RTCP shares the port. */
function sharesPort(stream: MediaDescription): boolean {
  return sdpAttribute(stream.lines, "rtcp-mux") === "";
}

function isG711(map: RtpMap): boolean {
  return (map.encoding === "PCMU" || map.encoding === "PCMA") && map.clockRate === 8000;
}

function negotiated(chosen: Chosen, rtcpMux: boolean, direction: Direction): NegotiatedMedia {
  const { remote, remoteRtcp, events } = chosen;
  const codec = chosen.codec.encoding === "PCMA" ? "PCMA" : "PCMU";
  return {
    remote,
    ...(rtcpMux || remoteRtcp === undefined ? {} : { remoteRtcp }),
    codec,
    payloadType: chosen.codec.payloadType,
    ...(events === undefined ? {} : { telephoneEventType: events.payloadType }),
    rtcpMux,
    direction,
  };
}

function sendsIn(direction: Direction): boolean {
  return direction === "sendrecv" || direction === "sendonly";
}

function receivesIn(direction: Direction): boolean {
  return direction === "sendrecv" || direction === "recvonly";
}

function describe(local: LocalMedia, media: readonly MediaDescription[]): SessionDescription {
  const { address } = local.endpoint;
  const version = address.includes(":") ? "IP6" : "IP4";
  return {
    origin: { user: local.userName, sessionId: local.sessionId, sessionVersion: `${local.version}`, address },
    lines: [
      { type: "s", value: "-" },
      { type: "c", value: `IN ${version} ${address}` },
      { type: "t", value: "0 0" },
    ],
    media,
  };
}

interface Described {
  readonly maps: readonly RtpMap[];
  readonly direction: Direction;
  readonly rtcpMux: boolean;
}

function audioDescription(
  local: LocalMedia,
  protocol: string,
  { maps, direction, rtcpMux }: Described,
): MediaDescription {
  const values = maps.map((map) => `rtpmap:${map.payloadType} ${map.encoding}/${map.clockRate}`);
  const events = maps.find((map) => map.encoding === "telephone-event");
  if (events !== undefined) values.push(`fmtp:${events.payloadType} 0-15`);
  values.push(`ptime:${audioFrameMs}`);
  if (rtcpMux) values.push("rtcp-mux");
  values.push(direction);
  const lines: SdpLine[] = values.map((value) => ({ type: "a", value }));
  const formats = maps.map((map) => `${map.payloadType}`);
  return { media: "audio", port: local.endpoint.port, protocol, formats, lines };
}

/** A stream not taken keeps its place with port 0 (RFC 3264 §6). */
function refused(stream: MediaDescription): MediaDescription {
  return { media: stream.media, port: 0, protocol: stream.protocol, formats: stream.formats, lines: [] };
}
