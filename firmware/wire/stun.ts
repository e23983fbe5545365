/**
 * STUN (RFC 8489), as much of it as telling somebody where his datagrams come from takes: the Binding method without
 * credentials. FINGERPRINT is checked where it stands; integrity is not: who asks proves nothing.
 */
import { present } from "../core/assert.js";
import { checksum } from "../core/checksum.js";
import { addressBytes, addressText, type Endpoint } from "../core/endpoint.js";
import { stunAttributesMax, stunStrangeMax } from "../core/limits.js";
import { err, ok, type Result } from "../core/result.js";
import type { WireError, WireFault } from "./wire-error.js";

/** What a message is (RFC 8489 §5); its place in `stunClasses` is its number. */
export type StunClass = "request" | "indication" | "success" | "error";

/** The Binding method. */
export const bindingMethod = 1;
/** The error of a request with an attribute that must be understood and is not (RFC 8489 §6.3.1). */
export const unknownAttributeError = 420;

/** A message as it is written. */
export interface StunContent {
  readonly is: StunClass;
  /** 12 bit */
  readonly method: number;
  /** 12 B, drawn by who asks; the answer has the same. */
  readonly transaction: Uint8Array;
  /** Where the request was seen to come from: XOR-MAPPED-ADDRESS. */
  readonly mapped?: Endpoint;
  /** 300 .. 699: ERROR-CODE, whose words are left out. */
  readonly errorCode?: number;
  /** Which attributes of the request were not understood: UNKNOWN-ATTRIBUTES, the first `stunStrangeMax`. */
  readonly refused?: readonly number[];
  /** Whether FINGERPRINT stands at the end. */
  readonly hasFingerprint: boolean;
}

/** A message as it came. */
export interface StunMessage extends StunContent {
  /** Its attributes that must be understood (0 .. 7fff) and are not known here, the first `stunStrangeMax`. */
  readonly strange: readonly number[];
}

/** The bytes of a message: 20 and its attributes. */
export function encodeStun({ is, method, transaction, ...content }: StunContent): Uint8Array {
  const attributes: { readonly type: number; readonly value: Uint8Array }[] = [];
  const { mapped, errorCode, refused, hasFingerprint } = content;
  if (mapped !== undefined) attributes.push({ type: xorMappedType, value: mappedValue(mapped, transaction) });
  if (errorCode !== undefined)
    attributes.push({
      type: errorCodeType,
      value: Uint8Array.of(0, 0, Math.floor(errorCode / 100), errorCode % 100),
    });
  if (refused !== undefined)
    attributes.push({
      type: unknownType,
      value: Uint8Array.from(refused.flatMap((type) => [type >>> 8, type & 0xff])),
    });
  if (hasFingerprint) attributes.push({ type: fingerprintType, value: new Uint8Array(4) });
  let length = headerBytes;
  for (const { value } of attributes) length += 4 + padded(value.length);
  const bytes = new Uint8Array(length);
  const view = viewOf(bytes);
  view.setUint16(0, typeNumber(stunClasses.indexOf(is), method));
  view.setUint16(2, length - headerBytes);
  view.setUint32(4, magicCookie);
  bytes.set(transaction, 8);
  let at = headerBytes;
  for (const { type, value } of attributes) {
    view.setUint16(at, type);
    view.setUint16(at + 2, value.length);
    bytes.set(value, at + 4);
    at += 4 + padded(value.length);
  }
  if (hasFingerprint) view.setUint32(at - 4, fingerprintOf(bytes, at - 8));
  return bytes;
}

/**
 * Reads a message; any bytes in, a value or a named error out. What is not known here is stepped over; of attributes
 * that come twice the first counts, and of those behind an integrity only FINGERPRINT (RFC 8489 §14, §14.5).
 * `transaction` is a view into `bytes`.
 */
export function decodeStun(bytes: Uint8Array): Result<StunMessage, WireError> {
  const view = viewOf(bytes);
  const fault = headerFault(view);
  if (fault !== undefined) return err(fault);
  const transaction = bytes.subarray(8, headerBytes);
  const found: Found = { count: 0, isSealed: false, hasFingerprint: false, strange: [] };
  let at = headerBytes;
  while (at < bytes.length) {
    const type = view.getUint16(at);
    const length = view.getUint16(at + 2);
    const end = at + 4 + padded(length);
    const wrong =
      end > bytes.length
        ? faultOf("attribute-length", "truncated", at + 2)
        : noteAttribute(found, { type, value: bytes.subarray(at + 4, at + 4 + length), at, bytes });
    if (wrong !== undefined) return err(wrong);
    at = end;
  }
  const { mapped, errorCode, refused, strange, hasFingerprint } = found;
  const type = view.getUint16(0);
  return ok({
    is: stunClasses[((type >>> 7) & 2) | ((type >>> 4) & 1)] ?? "request",
    method: ((type >>> 2) & 0xf80) | ((type >>> 1) & 0x70) | (type & 0xf),
    transaction,
    ...(mapped !== undefined && { mapped }),
    ...(errorCode !== undefined && { errorCode }),
    ...(refused !== undefined && { refused }),
    strange,
    hasFingerprint,
  });
}

/** What has been read of a message so far. */
interface Found {
  count: number;
  /** An integrity has stood there. */
  isSealed: boolean;
  hasFingerprint: boolean;
  mapped?: Endpoint;
  errorCode?: number;
  refused?: readonly number[];
  readonly strange: number[];
}

/** An attribute, and where it begins in its message. */
interface Attribute {
  readonly type: number;
  readonly value: Uint8Array;
  readonly at: number;
  readonly bytes: Uint8Array;
}

function headerFault(view: DataView): WireError | undefined {
  if (view.byteLength < headerBytes) return faultOf("header", "truncated", view.byteLength);
  if (view.getUint8(0) > 0x3f) return faultOf("type", "out-of-range", 0);
  const length = view.getUint16(2);
  if (length % 4 !== 0 || headerBytes + length !== view.byteLength)
    return faultOf("length", "wrong-length", 2);
  return view.getUint32(4) === magicCookie ? undefined : faultOf("cookie", "out-of-range", 4);
}

function noteAttribute(found: Found, attribute: Attribute): WireError | undefined {
  const { type, at } = attribute;
  if (found.hasFingerprint) return faultOf("fingerprint", "trailing-bytes", at);
  if (++found.count > stunAttributesMax) return faultOf("attributes", "too-long", at);
  if (type === fingerprintType) return noteFingerprint(found, attribute);
  if (found.isSealed) return undefined;
  found.isSealed = integrityTypes.includes(type);
  switch (type) {
    case xorMappedType:
      return noteMapped(found, attribute);
    case errorCodeType:
      return noteErrorCode(found, attribute);
    case unknownType:
      return noteRefused(found, attribute);
    default:
      if (!isKnown(type)) noteStrange(found.strange, type);
      return undefined;
  }
}

function isKnown(type: number): boolean {
  return type >= optionalTypeFirst || integrityTypes.includes(type) || ignoredTypes.includes(type);
}

function noteStrange(strange: number[], type: number): void {
  if (strange.length < stunStrangeMax && !strange.includes(type)) strange.push(type);
}

function noteFingerprint(found: Found, { value, at, bytes }: Attribute): WireError | undefined {
  if (value.length !== 4) return faultOf("fingerprint", "wrong-length", at + 2);
  if (viewOf(value).getUint32(0) !== fingerprintOf(bytes, at))
    return faultOf("fingerprint", "out-of-range", at + 4);
  found.hasFingerprint = true;
  return undefined;
}

function noteMapped(found: Found, { value, at, bytes }: Attribute): WireError | undefined {
  if (found.mapped !== undefined) return undefined;
  const family = value[1];
  const addressLength = family === 1 ? 4 : family === 2 ? 16 : undefined;
  if (addressLength === undefined) return faultOf("mapped-family", "out-of-range", at + 5);
  if (value.length !== 4 + addressLength) return faultOf("mapped", "wrong-length", at + 2);
  const port = viewOf(value).getUint16(2) ^ (magicCookie >>> 16);
  if (port === 0) return faultOf("mapped-port", "out-of-range", at + 6);
  const address = new Uint8Array(value.subarray(4));
  // The mask is the cookie and the transaction, which stand one after the other in the header (RFC 8489 §14.2).
  for (let i = 0; i < addressLength; i++) address[i] = (address[i] ?? 0) ^ (bytes[4 + i] ?? 0);
  found.mapped = { address: addressText(address), port };
  return undefined;
}

function noteErrorCode(found: Found, { value, at }: Attribute): WireError | undefined {
  if (found.errorCode !== undefined) return undefined;
  if (value.length < 4) return faultOf("error-code", "wrong-length", at + 2);
  const hundreds = (value[2] ?? 0) & 7;
  const rest = value[3] ?? 0;
  if (hundreds < 3 || hundreds > 6 || rest > 99) return faultOf("error-code", "out-of-range", at + 6);
  found.errorCode = 100 * hundreds + rest;
  return undefined;
}

function noteRefused(found: Found, { value, at }: Attribute): WireError | undefined {
  if (found.refused !== undefined) return undefined;
  if (value.length % 2 !== 0) return faultOf("unknown-attributes", "wrong-length", at + 2);
  const types: number[] = [];
  for (let i = 0; i < value.length && types.length < stunStrangeMax; i += 2)
    types.push(((value[i] ?? 0) << 8) | (value[i + 1] ?? 0));
  found.refused = types;
  return undefined;
}

function mappedValue({ address, port }: Endpoint, transaction: Uint8Array): Uint8Array {
  const raw = present(addressBytes(address), "an address where datagrams come from");
  const value = new Uint8Array(4 + raw.length);
  const view = viewOf(value);
  value[1] = raw.length === 4 ? 1 : 2;
  view.setUint16(2, port ^ (magicCookie >>> 16));
  value.set(raw, 4);
  view.setUint32(4, (view.getUint32(4) ^ magicCookie) >>> 0);
  for (let i = 8; i < value.length; i++) value[i] = (value[i] ?? 0) ^ (transaction[i - 8] ?? 0);
  return value;
}

/** FINGERPRINT of a message whose attribute of that name begins at `at` (RFC 8489 §14.7). */
function fingerprintOf(bytes: Uint8Array, at: number): number {
  return (checksum(bytes.subarray(0, at)) ^ fingerprintMask) >>> 0;
}

/** Class and method in one number: the bits of the class stand between those of the method (RFC 8489 §5). */
function typeNumber(classNumber: number, method: number): number {
  const split = ((method & 0xf80) << 2) | ((method & 0x70) << 1) | (method & 0xf);
  return split | ((classNumber & 2) << 7) | ((classNumber & 1) << 4);
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function faultOf(field: string, kind: WireFault, at: number): WireError {
  return { kind, at, in: `stun/${field}` };
}

const stunClasses: readonly StunClass[] = ["request", "indication", "success", "error"];
const headerBytes = 20;
const magicCookie = 0x2112a442;
const fingerprintMask = 0x5354554e;

const errorCodeType = 0x0009;
const unknownType = 0x000a;
const xorMappedType = 0x0020;
const fingerprintType = 0x8028;
/** Types from here on need not be understood. */
const optionalTypeFirst = 0x8000;
/** MESSAGE-INTEGRITY and MESSAGE-INTEGRITY-SHA256. */
const integrityTypes: readonly number[] = [0x0008, 0x001c];
/**
 * Known, of no use here, and no reason to refuse a request: MAPPED-ADDRESS, USERNAME, REALM, NONCE, PASSWORD-ALGORITHM
 * and USERHASH (RFC 8489 §6.3).
 */
const ignoredTypes: readonly number[] = [0x0001, 0x0006, 0x0014, 0x0015, 0x001d, 0x001e];
