import { assert } from "../../core/assert.js";
import { credentialBytesMax, recordKeyBytesMax, recordsInAnswerMax } from "../../core/limits.js";
import { idBytes } from "../../core/node-id.js";
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

/**
 * A copy lent to whoever passes the answer on, which may answer in place of the holder for a time: what the answer
 * holds are all records of this kind at this resource.
 */
export interface Loan {
  /** Resource-ID, 16 B. */
  readonly resource: Uint8Array;
  readonly kind: number;
  /** 1 .. 255 */
  readonly seconds: number;
}

/**
 * `[9, header…, ? [record, ...], ? [credential, ...], ? resource, kind, seconds]`; credentials and a loan come only
 * with records.
 */
export interface FetchAnswer extends AnswerHeader {
  readonly type: "fetchAnswer";
  /** At most 8. */
  readonly records: readonly HeldRecord[];
  /** At most 8; each owner's once, in no particular order. */
  readonly credentials: readonly Uint8Array[];
  readonly loan?: Loan;
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
  const { records, credentials, loan } = message;
  const lists = records.length === 0 ? 0 : credentials.length === 0 ? 1 : 2;
  assert(loan === undefined || lists > 0, "what is lent is in the answer");
  const lent = loan === undefined ? 0 : loanItems;
  const writer = new CborWriter("fetch-answer").array(answerHeaderItems + lists + lent);
  writeAnswerHeader(writer, 9, message);
  if (lists > 0) writer.array(records.length);
  for (const record of records) writeHeldRecord(writer, record);
  if (lists > 1) writer.array(credentials.length);
  for (const credential of credentials) writer.bytes(credential);
  if (loan !== undefined) writer.bytes(loan.resource).uint(loan.kind).uint(loan.seconds);
  return writer.finish();
}

/** `items` counts the type. */
export function readFetchAnswer(reader: CborReader, items: number): FetchAnswer {
  const header = readAnswerHeader(reader);
  let left = items - answerHeaderItems;
  const records: HeldRecord[] = [];
  const recordCount = left > 0 ? reader.array("records", 1, recordsInAnswerMax) : 0;
  for (let i = 0; i < recordCount && !reader.failed; i++) records.push(readHeldRecord(reader));
  left--;
  const credentials: Uint8Array[] = [];
  const hasCredentials = left > 0 && reader.peek() === "array";
  const credentialCount = hasCredentials ? reader.array("credentials", 1, recordsInAnswerMax) : 0;
  for (let i = 0; i < credentialCount && !reader.failed; i++) {
    credentials.push(reader.bytes("credential", 1, credentialBytesMax));
  }
  if (hasCredentials) left--;
  const answer = { type: "fetchAnswer", ...header, records, credentials } as const;
  return left > 0 ? { ...answer, loan: readLoan(reader, left) } : answer;
}

function readLoan(reader: CborReader, items: number): Loan {
  if (items !== loanItems) reader.refuseItem("items");
  const resource = reader.bytes("resource", idBytes);
  const kind = reader.uint("kind", 0xffffffff);
  const at = reader.offset;
  const seconds = reader.uint("seconds", 0xff);
  if (seconds === 0) reader.fail("seconds", "out-of-range", at);
  return { resource, kind, seconds };
}

const loanItems = 3;
