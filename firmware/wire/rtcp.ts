/**
 * RTCP (RFC 3550 §6): sender and receiver reports, the CNAME of SDES, BYE. We send compound packets; what arrives may
 * be of reduced size too (RFC 5506). Application packets and feedback are stepped over.
 */
import { cnameCharsMax, rtcpPacketsMax } from "../core/limits.js";
import { decodeText, encodeText } from "../core/text.js";
import { err, ok } from "../core/result.js";
import type { Result } from "../core/result.js";
import type { WireError, WireFault } from "./wire-error.js";

/** What one source tells another about the packets it got from it (RFC 3550 §6.4.1). */
export interface ReportBlock {
  /** Whom the block is about. */
  readonly ssrc: number;
  /** Lost since the last report, in 1/256, 0 .. 255. */
  readonly fractionLost: number;
  /** Lost since the start, -2^23 .. 2^23-1; negative when duplicates outnumber losses. */
  readonly cumulativeLost: number;
  /** Sequence number with its count of cycles, 32 bit. */
  readonly highestSequence: number;
  /** In samples, 32 bit. */
  readonly jitter: number;
  /** Middle 32 bits of the NTP time of the last sender report, 0 when there was none. */
  readonly lastSenderReport: number;
  /** Time since that report came, 1/65536 s. */
  readonly delaySinceLast: number;
}

export interface SenderReport {
  readonly type: "senderReport";
  readonly ssrc: number;
  /** Seconds and 1/2^32 s, of any clock (RFC 3550 §4). */
  readonly ntpSeconds: number;
  readonly ntpFraction: number;
  /** The same moment as an RTP timestamp. */
  readonly timestamp: number;
  readonly packets: number;
  readonly payloadBytes: number;
  /** At most 31. */
  readonly reports: readonly ReportBlock[];
}

export interface ReceiverReport {
  readonly type: "receiverReport";
  readonly ssrc: number;
  /** At most 31. */
  readonly reports: readonly ReportBlock[];
}

/** The CNAME of one source; other items and further chunks of what arrived are not kept. */
export interface SourceDescription {
  readonly type: "sourceDescription";
  readonly ssrc: number;
  readonly cname: string;
}

/** A source leaves. */
export interface Goodbye {
  readonly type: "goodbye";
  readonly ssrcs: readonly number[];
}

/** Well-formed, and of no use to us. */
export interface OtherRtcp {
  readonly type: "other";
  readonly packetType: number;
}

export type RtcpPacket = SenderReport | ReceiverReport | SourceDescription | Goodbye | OtherRtcp;

/** What can be sent. */
export type OutboundRtcpPacket = Exclude<RtcpPacket, OtherRtcp>;

/** The packets of a compound, one after the other, ready to send. */
export function encodeRtcp(packets: readonly OutboundRtcpPacket[]): Uint8Array {
  let length = 0;
  for (const packet of packets) length += encodedBytes(packet);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const packet of packets) {
    writePacket(view, at, packet);
    at += encodedBytes(packet);
  }
  return bytes;
}

/** Reads a compound or reduced-size packet: each packet in it, or the first error. At most `rtcpPacketsMax` packets. */
export function decodeRtcp(bytes: Uint8Array): Result<readonly RtcpPacket[], WireError> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const packets: RtcpPacket[] = [];
  let at = 0;
  do {
    if (packets.length === rtcpPacketsMax) return fault("packets", "too-long", at);
    if (at + 4 > bytes.length) return fault("header", "truncated", at);
    if (view.getUint8(at) >> 6 !== 2) return fault("version", "out-of-range", at);
    const end = at + 4 + 4 * view.getUint16(at + 2);
    if (end > bytes.length) return fault("length", "wrong-length", at + 2);
    const contentEnd = end - paddingBytes(view, at, end);
    if (contentEnd < at + 4 || (contentEnd < end && end < bytes.length)) {
      return fault("padding", "wrong-length", end - 1);
    }
    const packet = readPacket(view, at, contentEnd);
    if (!packet.ok) return packet;
    packets.push(packet.value);
    at = end;
  } while (at < bytes.length);
  return ok(packets);
}

/** Packet types (RFC 3550 §12.1). */
const typeNumbers = { senderReport: 200, receiverReport: 201, sourceDescription: 202, goodbye: 203 };
const cnameItem = 1;
const blockBytes = 24;

type Faulty = { readonly ok: false; readonly error: WireError };

function readPacket(view: DataView, at: number, end: number): Result<RtcpPacket, WireError> {
  const count = view.getUint8(at) & 0x1f;
  const packetType = view.getUint8(at + 1);
  switch (packetType) {
    case typeNumbers.senderReport:
      return readSenderReport(view, at, end);
    case typeNumbers.receiverReport:
      if (at + 8 + blockBytes * count > end) return fault("receiverReport", "truncated", at);
      return ok({
        type: "receiverReport",
        ssrc: view.getUint32(at + 4),
        reports: readBlocks(view, at + 8, count),
      });
    case typeNumbers.sourceDescription:
      return readSourceDescription(view, at, end);
    case typeNumbers.goodbye: {
      if (at + 4 + 4 * count > end) return fault("goodbye", "truncated", at);
      const ssrcs: number[] = [];
      for (let i = 0; i < count; i++) ssrcs.push(view.getUint32(at + 4 + 4 * i));
      return ok({ type: "goodbye", ssrcs });
    }
    default:
      if (packetType < 192 || packetType > 223) return fault("packetType", "unknown-kind", at + 1);
      return ok({ type: "other", packetType });
  }
}

function readSenderReport(view: DataView, at: number, end: number): Result<RtcpPacket, WireError> {
  const count = view.getUint8(at) & 0x1f;
  if (at + 28 + blockBytes * count > end) return fault("senderReport", "truncated", at);
  return ok({
    type: "senderReport",
    ssrc: view.getUint32(at + 4),
    ntpSeconds: view.getUint32(at + 8),
    ntpFraction: view.getUint32(at + 12),
    timestamp: view.getUint32(at + 16),
    packets: view.getUint32(at + 20),
    payloadBytes: view.getUint32(at + 24),
    reports: readBlocks(view, at + 28, count),
  });
}

function readBlocks(view: DataView, from: number, count: number): ReportBlock[] {
  const blocks: ReportBlock[] = [];
  for (let at = from; at < from + blockBytes * count; at += blockBytes) {
    const lost = view.getUint32(at + 4);
    blocks.push({
      ssrc: view.getUint32(at),
      fractionLost: lost >>> 24,
      cumulativeLost: (lost << 8) >> 8,
      highestSequence: view.getUint32(at + 8),
      jitter: view.getUint32(at + 12),
      lastSenderReport: view.getUint32(at + 16),
      delaySinceLast: view.getUint32(at + 20),
    });
  }
  return blocks;
}

/** The first chunk's CNAME (RFC 3550 §6.5.1); a chunk without one is refused, as every source must give it. */
function readSourceDescription(view: DataView, at: number, end: number): Result<RtcpPacket, WireError> {
  if ((view.getUint8(at) & 0x1f) === 0)
    return ok({ type: "other", packetType: typeNumbers.sourceDescription });
  if (at + 8 > end) return fault("sourceDescription/ssrc", "truncated", at);
  const ssrc = view.getUint32(at + 4);
  let item = at + 8;
  while (item + 2 <= end && view.getUint8(item) !== 0) {
    const length = view.getUint8(item + 1);
    if (item + 2 + length > end) return fault("sourceDescription/item", "truncated", item);
    if (view.getUint8(item) === cnameItem) {
      if (length > cnameCharsMax) return fault("sourceDescription/cname", "too-long", item);
      const cname = decodeText(new Uint8Array(view.buffer, view.byteOffset + item + 2, length));
      if (cname === undefined) return fault("sourceDescription/cname", "bad-text", item);
      return ok({ type: "sourceDescription", ssrc, cname });
    }
    item += 2 + length;
  }
  return fault("sourceDescription/cname", "missing", at);
}

function paddingBytes(view: DataView, at: number, end: number): number {
  if ((view.getUint8(at) & 0x20) === 0) return 0;
  const padding = view.getUint8(end - 1);
  return padding === 0 || padding % 4 !== 0 ? end : padding;
}

function encodedBytes(packet: OutboundRtcpPacket): number {
  switch (packet.type) {
    case "senderReport":
      return 28 + blockBytes * packet.reports.length;
    case "receiverReport":
      return 8 + blockBytes * packet.reports.length;
    case "sourceDescription":
      return 8 + paddedItemBytes(encodeText(packet.cname).length);
    case "goodbye":
      return 4 + 4 * packet.ssrcs.length;
  }
}

/** An item, the zero that ends the list of items, and zeros up to a multiple of four. */
function paddedItemBytes(textBytes: number): number {
  return (2 + textBytes + 4) & ~3;
}

function writePacket(view: DataView, at: number, packet: OutboundRtcpPacket): void {
  writeHead(view, at, packet);
  switch (packet.type) {
    case "senderReport":
      view.setUint32(at + 4, packet.ssrc);
      view.setUint32(at + 8, packet.ntpSeconds);
      view.setUint32(at + 12, packet.ntpFraction);
      view.setUint32(at + 16, packet.timestamp);
      view.setUint32(at + 20, packet.packets);
      view.setUint32(at + 24, packet.payloadBytes);
      return writeBlocks(view, at + 28, packet.reports);
    case "receiverReport":
      view.setUint32(at + 4, packet.ssrc);
      return writeBlocks(view, at + 8, packet.reports);
    case "sourceDescription": {
      const text = encodeText(packet.cname);
      view.setUint32(at + 4, packet.ssrc);
      view.setUint8(at + 8, cnameItem);
      view.setUint8(at + 9, text.length);
      text.forEach((byte, i) => view.setUint8(at + 10 + i, byte));
      return;
    }
    case "goodbye":
      packet.ssrcs.forEach((ssrc, i) => view.setUint32(at + 4 + 4 * i, ssrc));
  }
}

function writeHead(view: DataView, at: number, packet: OutboundRtcpPacket): void {
  view.setUint8(at, 0x80 | itemsIn(packet));
  view.setUint8(at + 1, typeNumbers[packet.type]);
  view.setUint16(at + 2, encodedBytes(packet) / 4 - 1);
}

function itemsIn(packet: OutboundRtcpPacket): number {
  if (packet.type === "sourceDescription") return 1;
  return packet.type === "goodbye" ? packet.ssrcs.length : packet.reports.length;
}

function writeBlocks(view: DataView, from: number, blocks: readonly ReportBlock[]): void {
  blocks.forEach((block, i) => {
    const at = from + blockBytes * i;
    view.setUint32(at, block.ssrc);
    view.setUint32(at + 4, ((block.fractionLost << 24) | (block.cumulativeLost & 0xffffff)) >>> 0);
    view.setUint32(at + 8, block.highestSequence);
    view.setUint32(at + 12, block.jitter);
    view.setUint32(at + 16, block.lastSenderReport);
    view.setUint32(at + 20, block.delaySinceLast);
  });
}

function fault(field: string, kind: WireFault, at: number): Faulty {
  return err({ kind, at, in: `rtcp/${field}` });
}
