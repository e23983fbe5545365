import { datagramBytesMax, fragmentsMax, messageBytesMax } from "../../core/limits.js";
import type { CborReader } from "../cbor-reader.js";
import { CborWriter } from "../cbor-writer.js";

/** A SIP message over the end-to-end link: `[18, text]`. */
export interface Sip {
  readonly type: "sip";
  /** As RFC 3261 writes it; a byte string, for a body may be anything. */
  readonly text: Uint8Array;
}

/** "I do not know the credential whose hash you sent; send it whole" (protocol §2): `[19]`. */
export interface UnknownCredential {
  readonly type: "unknownCredential";
}

/** A part of a message too long for one datagram: `[22, id, index, count, bytes]`. */
export interface Fragment {
  readonly type: "fragment";
  /** Which message of the link it is part of, 8 bit. */
  readonly id: number;
  /** 0 .. count-1 */
  readonly index: number;
  /** 2 or 3 */
  readonly count: number;
  readonly bytes: Uint8Array;
}

export function encodeSip(message: Sip): Uint8Array {
  return new CborWriter("sip").array(2).uint(18).bytes(message.text).finish();
}

export function readSip(reader: CborReader): Sip {
  return { type: "sip", text: reader.bytes("text", 1, messageBytesMax) };
}

export function encodeUnknownCredential(): Uint8Array {
  return new CborWriter("unknown-credential").array(1).uint(19).finish();
}

export function encodeFragment(message: Fragment): Uint8Array {
  const writer = new CborWriter("fragment").array(5).uint(22).uint(message.id);
  return writer.uint(message.index).uint(message.count).bytes(message.bytes).finish();
}

export function readFragment(reader: CborReader): Fragment {
  const id = reader.uint("id", 0xff);
  const at = reader.offset;
  const index = reader.uint("index", fragmentsMax - 1);
  const count = reader.uint("count", fragmentsMax);
  if (count < 2 || index >= count) reader.fail("index", "out-of-range", at);
  return { type: "fragment", id, index, count, bytes: reader.bytes("bytes", 1, datagramBytesMax) };
}
