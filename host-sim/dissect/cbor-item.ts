import { toHex } from "../../firmware/core/bytes.js";
import type { Result } from "../../firmware/core/result.js";
import { CborReader } from "../../firmware/wire/cbor-reader.js";
import type { WireError } from "../../firmware/wire/wire-error.js";

/** A CBOR item with the bytes it stands in, and what is in it. */
export interface CborItem {
  readonly raw: Uint8Array;
  readonly value: number | boolean | null | string | Uint8Array | readonly CborItem[] | CborPairs;
}

/** The pairs of a map. */
export interface CborPairs {
  readonly pairs: readonly (readonly [CborItem, CborItem])[];
}

const depthMax = 8;
const itemsMax = 512;

/** The one item in `bytes`, or why there is none. */
export function readCborItem(bytes: Uint8Array): Result<CborItem, WireError> {
  const reader = new CborReader(bytes, "item");
  return reader.finish(readItem(reader, bytes, depthMax));
}

/** Diagnostic notation (RFC 8949 §8). */
export function diagnosticText(item: CborItem): string {
  const { value } = item;
  if (value instanceof Uint8Array) return `h'${toHex(value)}'`;
  if (typeof value === "string") return JSON.stringify(value);
  if (isItems(value)) return `[${value.map(diagnosticText).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return `{${value.pairs.map(([key, item]) => `${diagnosticText(key)}: ${diagnosticText(item)}`).join(", ")}}`;
}

/** Whether a value is an array's items. */
export function isItems(value: CborItem["value"]): value is readonly CborItem[] {
  return Array.isArray(value);
}

function readItem(reader: CborReader, bytes: Uint8Array, depth: number): CborItem {
  const start = reader.offset;
  if (depth < 0) reader.fail("depth", "too-deep");
  const value = readValue(reader, bytes, depth);
  return { raw: bytes.subarray(start, reader.offset), value };
}

function readValue(reader: CborReader, bytes: Uint8Array, depth: number): CborItem["value"] {
  switch (reader.peek()) {
    case "uint":
    case "negative":
      return reader.int("number", -Infinity, Infinity);
    case "bytes":
      return reader.bytes("bytes", 0, bytes.length);
    case "text":
      return reader.text("text", 0, bytes.length);
    case "boolean":
      return reader.boolean("boolean");
    case "array":
      return times(reader, reader.array("array", 0, itemsMax), () => readItem(reader, bytes, depth - 1));
    case "map":
      return {
        pairs: times(reader, reader.map("map", 0, itemsMax), () => readPair(reader, bytes, depth - 1)),
      };
    case "null":
    case "other":
    case "end":
      if (!reader.null()) reader.fail("item", "wrong-type");
      return null;
  }
}

function readPair(reader: CborReader, bytes: Uint8Array, depth: number): readonly [CborItem, CborItem] {
  const key = readItem(reader, bytes, depth);
  return [key, readItem(reader, bytes, depth)];
}

function times<T>(reader: CborReader, count: number, read: () => T): T[] {
  const items: T[] = [];
  while (items.length < count && !reader.failed) items.push(read());
  return items;
}
