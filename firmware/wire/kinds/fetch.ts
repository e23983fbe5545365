import { credentialBytesMax, recordKeyBytesMax, recordsInAnswerMax } from "../../core/limits.js";
import type { CborReader } from "../cbor-reader.js";
import { CborWriter } from "../cbor-writer.js";
import { readHeldRecord, writeHeldRecord, type HeldRecord } from "./record.js";
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

/** Asks for the records of a kind at `destination`: `[8, header…, kind, ? key, ? true, ? avoid]`. */
export interface FetchRequest extends RequestHeader {
  readonly type: "fetch";
  readonly kind: number;
  /** Only the entry of this key; absent: all. */
  readonly key?: Uint8Array;
  /** Whether the owners' credentials shall come with the records. */
  readonly wantCredentials: boolean;
}

/** `[9, header…, ? [record, ...], ? [credential, ...]]`; credentials come only with records. */
export interface FetchAnswer extends AnswerHeader {
  readonly type: "fetchAnswer";
  /** At most 8. */
  readonly records: readonly HeldRecord[];
  /** At most 8; each owner's once, in no particular order. */
  readonly credentials: readonly Uint8Array[];
}

export function encodeFetchRequest(message: FetchRequest): Uint8Array {
  const { key, wantCredentials } = message;
  const optional = (key === undefined ? 0 : 1) + (wantCredentials ? 1 : 0) + avoidItems(message);
  const writer = new CborWriter("fetch-request").array(requestHeaderItems + 1 + optional);
  writeRequestHeader(writer, 8, message);
  writer.uint(message.kind);
  if (key !== undefined) writer.bytes(key);
  if (wantCredentials) writer.boolean(true);
  writeAvoid(writer, message);
  return writer.finish();
}

/** `items` counts the type. */
export function readFetchRequest(reader: CborReader, items: number): FetchRequest {
  const header = readRequestHeader(reader);
  const kind = reader.uint("kind", 0xffffffff);
  let left = items - requestHeaderItems - 1;
  const optional: { key?: Uint8Array } = {};
  if (left > 0 && reader.peek() === "bytes") {
    optional.key = reader.bytes("key", 0, recordKeyBytesMax);
    left--;
  }
  const wantCredentials = left > 0 && reader.peek() === "boolean";
  if (wantCredentials) {
    if (!reader.boolean("want-credentials")) reader.fail("want-credentials", "out-of-range");
    left--;
  }
  return { type: "fetch", ...header, kind, ...optional, wantCredentials, ...readAvoid(reader, left) };
}

export function encodeFetchAnswer(message: FetchAnswer): Uint8Array {
  const { records, credentials } = message;
  const lists = records.length === 0 ? 0 : credentials.length === 0 ? 1 : 2;
  const writer = new CborWriter("fetch-answer").array(answerHeaderItems + lists);
  writeAnswerHeader(writer, 9, message);
  if (lists > 0) writer.array(records.length);
  for (const record of records) writeHeldRecord(writer, record);
  if (lists < 2) return writer.finish();
  writer.array(credentials.length);
  for (const credential of credentials) writer.bytes(credential);
  return writer.finish();
}

/** `items` counts the type. */
export function readFetchAnswer(reader: CborReader, items: number): FetchAnswer {
  const header = readAnswerHeader(reader);
  const lists = items - answerHeaderItems;
  const records: HeldRecord[] = [];
  const recordCount = lists > 0 ? reader.array("records", 1, recordsInAnswerMax) : 0;
  for (let i = 0; i < recordCount && !reader.failed; i++) records.push(readHeldRecord(reader));
  const credentials: Uint8Array[] = [];
  const credentialCount = lists > 1 ? reader.array("credentials", 1, recordsInAnswerMax) : 0;
  for (let i = 0; i < credentialCount && !reader.failed; i++) {
    credentials.push(reader.bytes("credential", 1, credentialBytesMax));
  }
  return { type: "fetchAnswer", ...header, records, credentials };
}
