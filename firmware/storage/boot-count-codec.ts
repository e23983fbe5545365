import type { CborReader } from "../wire/cbor-reader.js";
import { CborWriter } from "../wire/cbor-writer.js";

/** 2^32 starts of 2^16 records each: once a minute for 8000 years. */
export const bootCountMax = 0xffffffff;

/** How often the phone was switched on, as a content for storage (rule `stored-boot-count`). */
export function encodeBootCount(count: number): Uint8Array {
  return new CborWriter("stored-boot-count").uint(count).finish();
}

/** The count of starts from storage. Total. */
export function readBootCount(reader: CborReader): number {
  return reader.uint("count", bootCountMax);
}
