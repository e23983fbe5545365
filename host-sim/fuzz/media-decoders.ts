import { concatBytes } from "../../firmware/core/bytes.js";
import { decodeEvent, eventPayloadBytes, writeEvent } from "../../firmware/media/dtmf.js";
import {
  decodeRtcp,
  encodeRtcp,
  type OutboundRtcpPacket,
  type RtcpPacket,
} from "../../firmware/wire/rtcp.js";
import { decodeRtp, rtpHeaderBytes, rtpKind, writeRtpHeader } from "../../firmware/wire/rtp.js";
import { mustBeSame, mustEqual, refused } from "./checks.js";
import { must, pure, type Decoder } from "./decoder.js";

/** Packets of speech, digits and reports. */
export function mediaDecoders(): readonly Decoder[] {
  return [
    { name: "rtp", form: "binary", examples: rtpPackets, open: pure(readRtp) },
    { name: "rtcp", form: "binary", examples: rtcpPackets, open: pure(readRtcp) },
    { name: "telephone-event", form: "binary", examples: () => [event(5), event(15)], open: pure(readEvent) },
  ];
}

/** Speech, a digit, and the forms that other phones send: contributing sources, an extension, padding. */
export function rtpPackets(): readonly Uint8Array[] {
  const speech = rtpPacket(0, 1, new Uint8Array(160).fill(0x55));
  const digits = [1, 2, 3].map((n) => rtpPacket(101, 10 + n, event(n)));
  const extended = concatBytes(
    speech.subarray(0, 12),
    Uint8Array.of(0xbe, 0xde, 0, 1, 1, 2, 3, 4),
    speech.subarray(12),
  );
  extended[0] = 0x90;
  const sourced = concatBytes(speech.subarray(0, 12), new Uint8Array(8), speech.subarray(12));
  sourced[0] = 0x82;
  const padded = concatBytes(speech, Uint8Array.of(0, 0, 0, 4));
  padded[0] = 0xa0;
  return [speech, rtpPacket(8, 2, new Uint8Array(80)), ...digits, extended, sourced, padded];
}

/** Reports, a name, a good-bye. */
export function rtcpPackets(): readonly Uint8Array[] {
  const block = {
    ssrc: 7,
    fractionLost: 3,
    cumulativeLost: -2,
    highestSequence: 70_000,
    jitter: 20,
    lastSenderReport: 1,
    delaySinceLast: 2,
  };
  const name = { type: "sourceDescription", ssrc: rtpSource, cname: "bob@192.0.2.9" } as const;
  const times = { ntpSeconds: 3_900_000_000, ntpFraction: 5, timestamp: 160, packets: 4, payloadBytes: 640 };
  return [
    encodeRtcp([{ type: "senderReport", ssrc: rtpSource, ...times, reports: [block] }, name]),
    encodeRtcp([{ type: "receiverReport", ssrc: rtpSource, reports: [block, block] }, name]),
    encodeRtcp([
      { type: "receiverReport", ssrc: rtpSource, reports: [] },
      name,
      { type: "goodbye", ssrcs: [rtpSource] },
    ]),
  ];
}

/** Whose packets the examples are. */
export const rtpSource = 0x1234_5678;

function rtpPacket(payloadType: number, sequence: number, payload: Uint8Array): Uint8Array {
  const packet = new Uint8Array(rtpHeaderBytes + payload.length);
  writeRtpHeader(packet, {
    marker: sequence === 1,
    payloadType,
    sequence,
    timestamp: 160 * sequence,
    ssrc: rtpSource,
  });
  packet.set(payload, rtpHeaderBytes);
  return packet;
}

function event(number: number): Uint8Array {
  const payload = new Uint8Array(eventPayloadBytes);
  writeEvent(payload, 0, { event: number, end: number > 2, volume: 10, duration: 160 * number });
  return payload;
}

/** What is kept of a packet is written as a packet that reads the same; sources and extensions are not kept. */
function readRtp(bytes: Uint8Array): string {
  const packet = decodeRtp(bytes);
  if (!packet.ok) return refused(packet.error, bytes.length);
  must(packet.value.payload.length <= bytes.length - rtpHeaderBytes, "more payload than came");
  const written = new Uint8Array(rtpHeaderBytes + packet.value.payload.length);
  writeRtpHeader(written, packet.value);
  written.set(packet.value.payload, rtpHeaderBytes);
  const again = decodeRtp(written);
  must(again.ok, "written again it is refused");
  mustBeSame(again.value, packet.value);
  must(rtpKind(bytes) !== "neither", "a packet is neither RTP nor RTCP");
  return "accepted";
}

function readRtcp(bytes: Uint8Array): string {
  const packets = decodeRtcp(bytes);
  if (!packets.ok) return refused(packets.error, bytes.length);
  const ours = packets.value.filter(isOurs);
  const written = encodeRtcp(ours);
  // A chunk whose items fill it has no zero at its end; we write one.
  must(written.length <= bytes.length + 4 * ours.length, "written again it is longer");
  const again = ours.length === 0 ? packets : decodeRtcp(written);
  must(again.ok, "written again it is refused");
  if (ours.length > 0) mustBeSame(again.value, ours);
  return "accepted";
}

function isOurs(packet: RtcpPacket): packet is OutboundRtcpPacket {
  return packet.type !== "other";
}

function readEvent(bytes: Uint8Array): string {
  const read = decodeEvent(bytes);
  if (!read.ok) return refused(read.error, bytes.length);
  const written = new Uint8Array(eventPayloadBytes);
  writeEvent(written, 0, read.value);
  const kept = bytes.slice(0, eventPayloadBytes);
  // One bit is reserved, and sent as zero (RFC 4733 §2.3.3).
  kept[1] = (kept[1] ?? 0) & 0xbf;
  mustEqual(written, kept, "written again");
  return "accepted";
}
