import { cdeDecodeOptions, decode, Tag, type DecodeOptions } from "cbor2";

/** What a strictly decoded item is: integers, Uint8Array, string, boolean, null, arrays, Map, and nothing else. */
export type Value = unknown;

/** RFC 8949 §4.2 and what our profile leaves out besides: floats, undefined, other simple values, bignums. */
const strict: DecodeOptions = {
  ...cdeDecodeOptions,
  rejectDuplicateKeys: true,
  rejectFloats: true,
  rejectSimple: true,
  rejectUndefined: true,
  rejectBigInts: true,
  ignoreGlobalTags: true,
  preferMap: true,
  maxDepth: 64,
};

/** The one item in `bytes`. Throws where the bytes are not one deterministic item without tags. */
export function decodeStrictly(bytes: Uint8Array): Value {
  const value: Value = decode(new Uint8Array(bytes), strict);
  if (hasTag(value)) throw new Error("a tag");
  return value;
}

function hasTag(value: Value): boolean {
  if (Array.isArray(value)) return value.some(hasTag);
  if (value instanceof Map) return [...value].flat().some(hasTag);
  return value instanceof Tag;
}
