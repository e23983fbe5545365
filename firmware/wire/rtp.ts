/**
 * RTP packets (RFC 3550 §5.1): the fixed header, what may stand between it and the payload, and telling RTP from RTCP
 * on one port (RFC 5761 §4). SRTP leaves this header readable, so the same view serves both.
 */
import { rtpPayloadBytesMax } from "../core/limits.js";
import { err, ok } from "../core/result.js";
import type { Result } from "../core/result.js";
import type { WireError, WireFault } from "./wire-error.js";

/** Bytes of the header we send: no contributing sources, no extension. */
export const rtpHeaderBytes = 12;

/** What the sender fills in (RFC 3550 §5.1). */
export interface RtpHeader {
  /** Begins a talk spurt, or an event. */
  readonly marker: boolean;
  /** 0 .. 127 */
  readonly payloadType: number;
  /** 16 bit */
  readonly sequence: number;
  /** 32 bit, in samples */
  readonly timestamp: number;
  /** 32 bit: the synchronisation source */
  readonly ssrc: number;
}

/** A packet as it arrived; `payload` is a view into the bytes it was read from, without padding. */
export interface RtpPacket extends RtpHeader {
  readonly payload: Uint8Array;
}

/** Which of the two the datagram is, or neither: version 2 makes it one, its second byte says which (RFC 5761 §4). */
export function rtpKind(bytes: Uint8Array): "rtp" | "rtcp" | "neither" {
  if (bytes.length < 2 || (bytes[0] ?? 0) >> 6 !== 2) return "neither";
  const second = bytes[1] ?? 0;
  return second >= 192 && second <= 223 ? "rtcp" : "rtp";
}

/**
 * Reads an RTP packet; any bytes in, a view or a named error out. Contributing sources and the header extension are
 * skipped, padding is taken off.
 */
export function decodeRtp(bytes: Uint8Array): Result<RtpPacket, WireError> {
  if (bytes.length < rtpHeaderBytes) return fault("header", "truncated", bytes.length);
  if ((bytes[0] ?? 0) >> 6 !== 2) return fault("version", "out-of-range", 0);
  const second = bytes[1] ?? 0;
  const payloadType = second & 0x7f;
  if (payloadType >= 64 && payloadType <= 95) return fault("payloadType", "unknown-kind", 1);
  const start = payloadStart(bytes);
  if (!start.ok) return start;
  const end = payloadEnd(bytes);
  if (end < start.value) return fault("padding", "wrong-length", bytes.length - 1);
  if (end - start.value > rtpPayloadBytesMax) return fault("payload", "too-long", start.value);
  return ok({
    marker: second >= 0x80,
    payloadType,
    sequence: uint16At(bytes, 2),
    timestamp: uint32At(bytes, 4),
    ssrc: uint32At(bytes, 8),
    payload: bytes.subarray(start.value, end),
  });
}

/** Writes the 12-byte header at the start of `target`, which the sender keeps and uses again. */
export function writeRtpHeader(target: Uint8Array, header: RtpHeader): void {
  target[0] = 0x80;
  target[1] = header.marker ? header.payloadType | 0x80 : header.payloadType;
  target[2] = header.sequence >> 8;
  target[3] = header.sequence;
  target[4] = header.timestamp >>> 24;
  target[5] = header.timestamp >>> 16;
  target[6] = header.timestamp >>> 8;
  target[7] = header.timestamp;
  target[8] = header.ssrc >>> 24;
  target[9] = header.ssrc >>> 16;
  target[10] = header.ssrc >>> 8;
  target[11] = header.ssrc;
}

/** Where the payload begins, behind contributing sources and extension (RFC 3550 §5.3.1). */
function payloadStart(bytes: Uint8Array): Result<number, WireError> {
  const first = bytes[0] ?? 0;
  const start = rtpHeaderBytes + 4 * (first & 0x0f);
  if (start > bytes.length) return fault("csrc", "truncated", rtpHeaderBytes);
  if ((first & 0x10) === 0) return ok(start);
  if (start + 4 > bytes.length) return fault("extension", "truncated", start);
  const behind = start + 4 + 4 * uint16At(bytes, start + 2);
  return behind > bytes.length ? fault("extension", "truncated", bytes.length) : ok(behind);
}

/** Where the payload ends, before its padding; -1 where the packet says it is padded with nothing. */
function payloadEnd(bytes: Uint8Array): number {
  if (((bytes[0] ?? 0) & 0x20) === 0) return bytes.length;
  const padding = bytes[bytes.length - 1] ?? 0;
  return padding === 0 ? -1 : bytes.length - padding;
}

function uint16At(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function uint32At(bytes: Uint8Array, at: number): number {
  return uint16At(bytes, at) * 0x10000 + uint16At(bytes, at + 2);
}

function fault(
  field: string,
  kind: WireFault,
  at: number,
): { readonly ok: false; readonly error: WireError } {
  return err({ kind, at, in: `rtp/${field}` });
}
