import type { Endpoint } from "../../core/endpoint.js";
import { audioFrameMs } from "../../core/limits.js";
import { err, ok, type Result } from "../../core/result.js";
import { decodeSdp, type MediaDescription, type SdpLine, type SessionDescription } from "../../wire/sdp.js";
import {
  connectionAddress,
  type Direction,
  directionOf,
  type RtpMap,
  rtpMapsOf,
  sdpAttribute,
} from "../../wire/sdp-media.js";

/** What two phones agreed to send each other (RFC 3264). */
export interface NegotiatedMedia {
  /** Where speech and, with `rtcpMux`, its reports go. */
  readonly remote: Endpoint;
  readonly codec: "PCMU" | "PCMA";
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
}

/** Why no speech can flow: to be answered 488 (RFC 3261 §21.4.26). */
export type OfferFault = "unreadable" | "no-audio" | "no-common-codec" | "no-address";

const eventType = 101;

/** The offer this phone makes: both laws of G.711, digits, one port for RTP and RTCP. */
export function makeOffer(local: LocalMedia): SessionDescription {
  const maps = [
    { payloadType: 0, encoding: "PCMU", clockRate: 8000 },
    { payloadType: 8, encoding: "PCMA", clockRate: 8000 },
    { payloadType: eventType, encoding: "telephone-event", clockRate: 8000 },
  ];
  return describe(local, [audioDescription(local, maps, local.direction, true)]);
}

/** The answer to an offer: the first audio stream with a codec in common; all other streams refused (RFC 3264 §6). */
export function answerOffer(
  body: Uint8Array,
  local: LocalMedia,
): Result<{ answer: SessionDescription; media: NegotiatedMedia }, OfferFault> {
  const offer = decodeSdp(body);
  if (!offer.ok) return err("unreadable");
  const chosen = choose(offer.value);
  if (!chosen.ok) return chosen;
  const { stream, codec, events, remote } = chosen.value;
  const rtcpMux = sdpAttribute(stream.lines, "rtcp-mux") === "";
  const offered = directionOf(offer.value, stream);
  const direction = restrict(mirrored(offered), local.direction);
  const maps = events === undefined ? [codec] : [codec, { ...events, encoding: "telephone-event" }];
  const answered = audioDescription(local, maps, direction, rtcpMux);
  const media = offer.value.media.map((each) => (each === stream ? answered : refused(each)));
  return ok({
    answer: describe(local, media),
    media: negotiated(remote, { codec, events }, rtcpMux, direction),
  });
}

/** What an answer to our offer comes to. */
export function readAnswer(body: Uint8Array, offered: Direction): Result<NegotiatedMedia, OfferFault> {
  const answer = decodeSdp(body);
  if (!answer.ok) return err("unreadable");
  const chosen = choose(answer.value);
  if (!chosen.ok) return chosen;
  const { stream, codec, events, remote } = chosen.value;
  const rtcpMux = sdpAttribute(stream.lines, "rtcp-mux") === "";
  const direction = restrict(mirrored(directionOf(answer.value, stream)), offered);
  return ok(negotiated(remote, { codec, events }, rtcpMux, direction));
}

interface Chosen {
  readonly stream: MediaDescription;
  readonly codec: RtpMap;
  readonly events: RtpMap | undefined;
  readonly remote: Endpoint;
}

function choose(session: SessionDescription): Result<Chosen, OfferFault> {
  let fault: OfferFault = "no-audio";
  for (const stream of session.media) {
    if (stream.media !== "audio" || stream.port === 0 || stream.protocol !== "RTP/AVP") continue;
    const maps = rtpMapsOf(stream);
    const codec = maps.find(isG711);
    const address = connectionAddress(session, stream);
    if (codec === undefined) fault = "no-common-codec";
    else if (address === undefined) fault = "no-address";
    else {
      const events = maps.find((map) => map.encoding === "TELEPHONE-EVENT" && map.clockRate === 8000);
      return ok({ stream, codec, events, remote: { address, port: stream.port } });
    }
  }
  return err(fault);
}

function isG711(map: RtpMap): boolean {
  return (map.encoding === "PCMU" || map.encoding === "PCMA") && map.clockRate === 8000;
}

function negotiated(
  remote: Endpoint,
  chosen: { codec: RtpMap; events: RtpMap | undefined },
  rtcpMux: boolean,
  direction: Direction,
): NegotiatedMedia {
  const codec = chosen.codec.encoding === "PCMA" ? "PCMA" : "PCMU";
  const media = { remote, codec, payloadType: chosen.codec.payloadType, rtcpMux, direction } as const;
  return chosen.events === undefined ? media : { ...media, telephoneEventType: chosen.events.payloadType };
}

/** The other's direction seen from here (RFC 3264 §6.1). */
function mirrored(direction: Direction): Direction {
  if (direction === "sendonly") return "recvonly";
  return direction === "recvonly" ? "sendonly" : direction;
}

/** What both of two directions allow. */
function restrict(a: Direction, b: Direction): Direction {
  const sends = sendsIn(a) && sendsIn(b);
  const receives = receivesIn(a) && receivesIn(b);
  if (sends) return receives ? "sendrecv" : "sendonly";
  return receives ? "recvonly" : "inactive";
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

function audioDescription(
  local: LocalMedia,
  maps: readonly RtpMap[],
  direction: Direction,
  rtcpMux: boolean,
): MediaDescription {
  const values = maps.map((map) => `rtpmap:${map.payloadType} ${map.encoding}/${map.clockRate}`);
  const events = maps.find((map) => map.encoding === "telephone-event");
  if (events !== undefined) values.push(`fmtp:${events.payloadType} 0-15`);
  values.push(`ptime:${audioFrameMs}`);
  if (rtcpMux) values.push("rtcp-mux");
  values.push(direction);
  const lines: SdpLine[] = values.map((value) => ({ type: "a", value }));
  const formats = maps.map((map) => `${map.payloadType}`);
  return { media: "audio", port: local.endpoint.port, protocol: "RTP/AVP", formats, lines };
}

/** A stream not taken keeps its place with port 0 (RFC 3264 §6). */
function refused(stream: MediaDescription): MediaDescription {
  return { media: stream.media, port: 0, protocol: stream.protocol, formats: stream.formats, lines: [] };
}
