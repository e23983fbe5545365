import { recordKeyBytesMax } from "../core/limits.js";

/**
 * How the values that one Kind has at one resource are told apart (RFC 6940 §7.2), by the key of each record: there is
 * one and its key is empty; they are numbered; or each has a key of 1 .. 20 B.
 */
export type DataModel = "single" | "array" | "dictionary";

/** Whether a key has the form of the data model. */
export function keyFitsModel(model: DataModel, key: Uint8Array): boolean {
  switch (model) {
    case "single":
      return key.length === 0;
    case "array":
      return key.length === indexBytes;
    case "dictionary":
      return key.length > 0 && key.length <= recordKeyBytesMax;
  }
}

/** The key of an entry of an array: its index, 32 bit. Indices may have gaps: what was never written is not there. */
export function indexKey(index: number): Uint8Array {
  const key = new Uint8Array(indexBytes);
  new DataView(key.buffer).setUint32(0, index);
  return key;
}

/** The index that a key of an array says. */
export function indexOf(key: Uint8Array): number {
  return new DataView(key.buffer, key.byteOffset, indexBytes).getUint32(0);
}

/** The greatest index; what is appended after it has no place. */
export const indexMax = 0xffffffff;

const indexBytes = 4;
