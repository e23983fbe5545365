import { concatBytes } from "../core/bytes.js";
import { credentialBytesMax, datagramBytesMax } from "../core/limits.js";
import { err, ok, type Result } from "../core/result.js";
import { helloParametersBytes, wideHelloParametersBytes } from "./hello-parameters.js";
import type { WireError, WireFault } from "./wire-error.js";

/**
 * The binary frames of a link (protocol §2): what stands in a datagram whose first byte is 192 .. 223.
 *
 * | first byte | frame  | then                                                                                 |
 * |------------|--------|--------------------------------------------------------------------------------------|
 * | C0 .. C3   | hello1 | idxI 3, eI 32, [hint 8: bit 0], [cookie 16: bit 1], zeros                              |
 * | C8 .. CF   | hello2 | (bit 1 clear) idxI 3, idxR 3, eR 32, sealed credential or hash, sealed parameters       |
 * |            | hello3 | (bit 1 set) idxR 3, sealed credential or hash, sealed parameters                       |
 * | D0         | cookie | idxI 3, cookie 16                                                                    |
 * | D8         | data   | idx 3, counter 2, sealed plaintext                                                   |
 *
 * In hello2 and hello3 bit 0 says short (8 bytes of the credential's hash instead of the credential) and
 * bit 2 says wide: the parameters hold an IPv6 endpoint. Sealed parameters therefore have one of two
 * lengths, which ends the sealed credential before them without a length on the wire. An index (idx) is the
 * receiver's name for the session, 24 bits, never 0. The decoded byte strings are views into the datagram.
 */
export type Frame = Hello1 | Hello2 | Hello3 | Cookie | Data;

/** The initiator's first message: an ephemeral key, in the clear. */
export interface Hello1 {
  readonly type: "hello1";
  readonly initiatorIndex: number;
  /** X25519 public key, 32 B. */
  readonly ephemeral: Uint8Array;
  /** 8 B: "I know your credential", for the one who has it only. */
  readonly hint?: Uint8Array;
  /** 16 B, as the responder demanded. */
  readonly cookie?: Uint8Array;
  /** Zero bytes at the end: they let the responder answer at length (3x rule). */
  readonly paddingBytes: number;
}

/** The responder's answer. */
export interface Hello2 {
  readonly type: "hello2";
  readonly form: HelloForm;
  readonly initiatorIndex: number;
  readonly responderIndex: number;
  /** X25519 public key, 32 B. */
  readonly ephemeral: Uint8Array;
  /** Sealed: the credential (full) or the first 8 B of its hash (short); 16 B longer than what it holds. */
  readonly sealedCredential: Uint8Array;
  /** Sealed: `HelloParameters`. */
  readonly sealedParameters: Uint8Array;
}

/** The initiator's credential: after it, data. */
export interface Hello3 {
  readonly type: "hello3";
  readonly form: HelloForm;
  readonly responderIndex: number;
  readonly sealedCredential: Uint8Array;
  readonly sealedParameters: Uint8Array;
}

/** "Say that again with this": the responder is under load, or must not send more than it got. 16 B. */
export interface Cookie {
  readonly type: "cookie";
  readonly initiatorIndex: number;
  readonly cookie: Uint8Array;
}

/** Anything after the handshake. */
export interface Data {
  readonly type: "data";
  readonly receiverIndex: number;
  /** The low 16 bits of the frame's counter. */
  readonly counter: number;
  /** 16 B longer than the plaintext. */
  readonly sealed: Uint8Array;
}

/** full: the credential itself; short: the first 8 B of its hash, for who has it. */
export type HelloForm = "full" | "short";

/** First bytes. */
export const hello1Byte: number = 0xc0;
export const hello2Byte: number = 0xc8;
export const hello3Byte: number = 0xca;
export const cookieByte: number = 0xd0;
export const dataByte: number = 0xd8;

/** Bytes of hello2 before its sealed parts, and of hello3: what the transcript mixes first. */
export const hello2HeaderBytes: number = 39;
export const hello3HeaderBytes: number = 4;
/** Poly1305's tag. */
export const sealBytes: number = 16;
/** Bytes of a data frame before its sealed part, and what a frame has over its plaintext. */
export const dataHeaderBytes: number = 6;
export const dataOverheadBytes: number = 22;
/** Lengths of fields. */
export const ephemeralBytes: number = 32;
export const hintBytes: number = 8;
export const cookieBytes: number = 16;
export const shortHashBytes: number = 8;
export const cookieFrameBytes: number = 20;
/** What hello1 without a hint is padded to, so that an answer with an open credential stays within 3x; the least. */
export const hello1PaddedBytes: number = 84;
export const hello1BytesMin: number = 36;

const hintBit = 1;
const cookieBit = 2;
const shortBit = 1;
const wideBit = 4;

/** Any frame, as bytes. Its parts are of our own making: wrong lengths are bugs. */
export function encodeFrame(frame: Frame): Uint8Array {
  switch (frame.type) {
    case "hello1":
      return encodeHello1(frame);
    case "hello2":
    case "hello3":
      return concatBytes(encodeHelloHeader(frame), frame.sealedCredential, frame.sealedParameters);
    case "cookie":
      return concatBytes(encodeIndexHeader(cookieByte, frame.initiatorIndex), frame.cookie);
    case "data":
      return concatBytes(encodeDataHeader(frame.receiverIndex, frame.counter), frame.sealed);
  }
}

function encodeHelloHeader(frame: Hello2 | Hello3): Uint8Array {
  const length = frame.sealedParameters.length;
  return frame.type === "hello2" ? encodeHello2Header(frame, length) : encodeHello3Header(frame, length);
}

/** What the transcript mixes of hello2 before anything is sealed, 39 B; `sealedParametersBytes` is 27 or 39. */
export function encodeHello2Header(
  hello: Pick<Hello2, "form" | "initiatorIndex" | "responderIndex" | "ephemeral">,
  sealedParametersBytes: number,
): Uint8Array {
  const header = new Uint8Array(hello2HeaderBytes);
  header[0] = hello2Byte | formBits(hello.form, sealedParametersBytes);
  writeUint(header, 1, hello.initiatorIndex, 3);
  writeUint(header, 4, hello.responderIndex, 3);
  header.set(hello.ephemeral, 7);
  return header;
}

/** What the transcript mixes of hello3 before anything is sealed, 4 B; `sealedParametersBytes` is 27 or 39. */
export function encodeHello3Header(
  hello: Pick<Hello3, "form" | "responderIndex">,
  sealedParametersBytes: number,
): Uint8Array {
  return encodeIndexHeader(hello3Byte | formBits(hello.form, sealedParametersBytes), hello.responderIndex);
}

/** The 6 bytes before a data frame's sealed part: D8, index, low 16 bits of the counter. */
export function encodeDataHeader(receiverIndex: number, counter: number): Uint8Array {
  const header = new Uint8Array(dataHeaderBytes);
  header[0] = dataByte;
  writeUint(header, 1, receiverIndex, 3);
  header[4] = (counter >>> 8) & 0xff;
  header[5] = counter & 0xff;
  return header;
}

/** A frame from a datagram, or what was wrong with it. Total: any bytes give an answer. */
export function decodeFrame(bytes: Uint8Array): Result<Frame, WireError> {
  const first = bytes[0];
  if (first === undefined) return fault("truncated", 0, "frame");
  if (bytes.length > datagramBytesMax) return fault("too-long", datagramBytesMax, "frame");
  if (first >= hello1Byte && first <= (hello1Byte | hintBit | cookieBit)) return decodeHello1(bytes, first);
  if (first >= hello2Byte && first <= (hello3Byte | shortBit | wideBit)) {
    return (first & 2) === 0 ? decodeHello2(bytes, first) : decodeHello3(bytes, first);
  }
  if (first === cookieByte) return decodeCookie(bytes);
  if (first === dataByte) return decodeData(bytes);
  return fault("unknown-kind", 0, "frame");
}

function encodeHello1(hello: Hello1): Uint8Array {
  const hint = hello.hint;
  const cookie = hello.cookie;
  const fixed = hello1BytesMin + (hint?.length ?? 0) + (cookie?.length ?? 0);
  const bytes = new Uint8Array(fixed + hello.paddingBytes);
  bytes[0] = hello1Byte | (hint === undefined ? 0 : hintBit) | (cookie === undefined ? 0 : cookieBit);
  writeUint(bytes, 1, hello.initiatorIndex, 3);
  bytes.set(hello.ephemeral, 4);
  if (hint !== undefined) bytes.set(hint, hello1BytesMin);
  if (cookie !== undefined) bytes.set(cookie, fixed - cookie.length);
  return bytes;
}

function decodeHello1(bytes: Uint8Array, first: number): Result<Hello1, WireError> {
  const hinted = (first & hintBit) !== 0;
  const cookied = (first & cookieBit) !== 0;
  const hintEnd = hello1BytesMin + (hinted ? hintBytes : 0);
  const end = hintEnd + (cookied ? cookieBytes : 0);
  if (bytes.length < end) return fault("truncated", bytes.length, "hello1");
  const initiatorIndex = readUint(bytes, 1, 3);
  if (initiatorIndex === 0) return fault("out-of-range", 1, "hello1/initiator-index");
  for (let i = end; i < bytes.length; i++) {
    if (bytes[i] !== 0) return fault("trailing-bytes", i, "hello1/padding");
  }
  return ok({
    type: "hello1",
    initiatorIndex,
    ephemeral: bytes.subarray(4, hello1BytesMin),
    ...(hinted ? { hint: bytes.subarray(hello1BytesMin, hintEnd) } : {}),
    ...(cookied ? { cookie: bytes.subarray(hintEnd, end) } : {}),
    paddingBytes: bytes.length - end,
  });
}

function decodeHello2(bytes: Uint8Array, first: number): Result<Hello2, WireError> {
  const split = parametersStart(bytes, first, hello2HeaderBytes);
  if (split === undefined) return fault("wrong-length", bytes.length, "hello2");
  const initiatorIndex = readUint(bytes, 1, 3);
  const responderIndex = readUint(bytes, 4, 3);
  if (initiatorIndex === 0) return fault("out-of-range", 1, "hello2/initiator-index");
  if (responderIndex === 0) return fault("out-of-range", 4, "hello2/responder-index");
  return ok({
    type: "hello2",
    form: formOf(first),
    initiatorIndex,
    responderIndex,
    ephemeral: bytes.subarray(7, hello2HeaderBytes),
    sealedCredential: bytes.subarray(hello2HeaderBytes, split),
    sealedParameters: bytes.subarray(split),
  });
}

function decodeHello3(bytes: Uint8Array, first: number): Result<Hello3, WireError> {
  const split = parametersStart(bytes, first, hello3HeaderBytes);
  if (split === undefined) return fault("wrong-length", bytes.length, "hello3");
  const responderIndex = readUint(bytes, 1, 3);
  if (responderIndex === 0) return fault("out-of-range", 1, "hello3/responder-index");
  return ok({
    type: "hello3",
    form: formOf(first),
    responderIndex,
    sealedCredential: bytes.subarray(hello3HeaderBytes, split),
    sealedParameters: bytes.subarray(split),
  });
}

function decodeCookie(bytes: Uint8Array): Result<Cookie, WireError> {
  if (bytes.length !== cookieFrameBytes) return fault("wrong-length", bytes.length, "cookie");
  const initiatorIndex = readUint(bytes, 1, 3);
  if (initiatorIndex === 0) return fault("out-of-range", 1, "cookie/initiator-index");
  return ok({ type: "cookie", initiatorIndex, cookie: bytes.subarray(4) });
}

function decodeData(bytes: Uint8Array): Result<Data, WireError> {
  if (bytes.length < dataOverheadBytes) return fault("truncated", bytes.length, "data");
  const receiverIndex = readUint(bytes, 1, 3);
  if (receiverIndex === 0) return fault("out-of-range", 1, "data/receiver-index");
  return ok({
    type: "data",
    receiverIndex,
    counter: readUint(bytes, 4, 2),
    sealed: bytes.subarray(dataHeaderBytes),
  });
}

/** Where the sealed parameters begin; `undefined` where what is before them has no possible length. */
function parametersStart(bytes: Uint8Array, first: number, header: number): number | undefined {
  const parameters = ((first & wideBit) === 0 ? helloParametersBytes : wideHelloParametersBytes) + sealBytes;
  const start = bytes.length - parameters;
  const held = start - header - sealBytes;
  const fits = (first & shortBit) === 0 ? held >= 1 && held <= credentialBytesMax : held === shortHashBytes;
  return fits ? start : undefined;
}

function formBits(form: HelloForm, sealedParametersBytes: number): number {
  const wide = sealedParametersBytes === wideHelloParametersBytes + sealBytes;
  return (form === "short" ? shortBit : 0) | (wide ? wideBit : 0);
}

function formOf(first: number): HelloForm {
  return (first & shortBit) === 0 ? "full" : "short";
}

function encodeIndexHeader(first: number, index: number): Uint8Array {
  const header = new Uint8Array(4);
  header[0] = first;
  writeUint(header, 1, index, 3);
  return header;
}

function writeUint(bytes: Uint8Array, at: number, value: number, width: number): void {
  for (let i = width - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256))
    bytes[at + i] = rest % 256;
}

function readUint(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

function fault(kind: WireFault, at: number, place: string): Result<never, WireError> {
  return err({ kind, at, in: place });
}
