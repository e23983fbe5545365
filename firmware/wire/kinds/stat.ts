import { recordKeyBytesMax, recordValueBytesMax, statEntriesMax } from "../../core/limits.js";
import type { CborReader } from "../cbor-reader.js";
import { CborWriter } from "../cbor-writer.js";
import { generationMax } from "./record.js";
import {
  answerHeaderItems,
  avoidItems,
  readAnswerHeader,
  readAvoid,
  readRequestHeader,
  requestHeaderItems,
  writeAnswerHeader,
  writeAvoid,
  writeRequestHeader,
  type AnswerHeader,
  type RequestHeader,
} from "./routed.js";

/** Asks which records of a kind stand at `destination`, without their values: `[24, header…, kind, ? key, ? avoid]`. */
export interface StatRequest extends RequestHeader {
  readonly type: "stat";
  readonly kind: number;
  /** Only the entry of this key; absent: all. */
  readonly key?: Uint8Array;
}

/** `[25, header…, ? [entry…]]`, four items for each entry. Unsigned: what must be certain is fetched. */
export interface StatAnswer extends AnswerHeader {
  readonly type: "statAnswer";
  /** At most 32. */
  readonly entries: readonly StatEntry[];
}

/** What of a record is told without its value. */
export interface StatEntry {
  readonly key: Uint8Array;
  readonly generation: number;
  /** Seconds of the lifetime that are left where it is held. */
  readonly remainingS: number;
  /** Bytes of the value; null: it was removed. */
  readonly valueBytes: number | null;
}

export function encodeStatRequest(message: StatRequest): Uint8Array {
  const { kind, key } = message;
  const optional = (key === undefined ? 0 : 1) + avoidItems(message);
  const writer = new CborWriter("stat-request").array(requestHeaderItems + 1 + optional);
  writeRequestHeader(writer, 24, message);
  writer.uint(kind);
  if (key !== undefined) writer.bytes(key);
  writeAvoid(writer, message);
  return writer.finish();
}

/** `items` counts the type. */
export function readStatRequest(reader: CborReader, items: number): StatRequest {
  const header = readRequestHeader(reader);
  const kind = reader.uint("kind", 0xffffffff);
  let left = items - requestHeaderItems - 1;
  const optional: { key?: Uint8Array } = {};
  if (left > 0 && reader.peek() === "bytes") {
    optional.key = reader.bytes("key", 0, recordKeyBytesMax);
    left--;
  }
  return { type: "stat", ...header, kind, ...optional, ...readAvoid(reader, left) };
}

export function encodeStatAnswer(message: StatAnswer): Uint8Array {
  const { entries } = message;
  const items = answerHeaderItems + (entries.length === 0 ? 0 : 1);
  const writer = new CborWriter("stat-answer").array(items);
  writeAnswerHeader(writer, 25, message);
  if (entries.length === 0) return writer.finish();
  writer.array(entryItems * entries.length);
  for (const { key, generation, remainingS, valueBytes } of entries) {
    writer.bytes(key).uint(generation).uint(remainingS);
    if (valueBytes === null) writer.null();
    else writer.uint(valueBytes);
  }
  return writer.finish();
}

/** `items` counts the type. */
export function readStatAnswer(reader: CborReader, items: number): StatAnswer {
  const header = readAnswerHeader(reader);
  if (items === answerHeaderItems) return { type: "statAnswer", ...header, entries: [] };
  const at = reader.offset;
  const count = reader.array("entries", entryItems, entryItems * statEntriesMax);
  if (count % entryItems !== 0) reader.fail("entries", "wrong-length", at);
  const entries: StatEntry[] = [];
  for (let i = 0; i < count && !reader.failed; i += entryItems) entries.push(readEntry(reader));
  return { type: "statAnswer", ...header, entries };
}

function readEntry(reader: CborReader): StatEntry {
  return {
    key: reader.bytes("key", 0, recordKeyBytesMax),
    generation: reader.uint("generation", generationMax),
    remainingS: reader.uint("remaining", 0xffffffff),
    valueBytes: reader.null() ? null : reader.uint("value-bytes", recordValueBytesMax),
  };
}

const entryItems = 4;
