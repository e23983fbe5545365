import { assert } from "../../core/assert.js";
import { candidatesMax, credentialBytesMax } from "../../core/limits.js";
import type { CborReader } from "../cbor-reader.js";
import { CborWriter } from "../cbor-writer.js";
import { readContacts, writeContacts, type Contact } from "./contact.js";
import {
  generationMax,
  readHeldRecord,
  readRecord,
  writeHeldRecord,
  writeRecord,
  type HeldRecord,
  type Record,
} from "./record.js";
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

/** Places a record at `destination`: `[6, header…, kind, record, ? remaining, ? credential, ? avoid]`. */
export interface StoreRequest extends RequestHeader {
  readonly type: "store";
  readonly kind: number;
  readonly record: Record;
  /** In a handover between peers: seconds left of the lifetime. */
  readonly remainingS?: number;
  /** The owner's credential, where the receiver may not have it. */
  readonly credential?: Uint8Array;
}

/** `[7, header…, ? generation, ? newer | candidates]`. */
export interface StoreAnswer extends AnswerHeader {
  readonly type: "storeAnswer";
  /** Generation now held. */
  readonly generation?: number;
  /** Only with "generation-too-low": the record that is newer. */
  readonly newer?: HeldRecord;
  /** Only with "full": 1 .. 3 nodes to try. */
  readonly candidates?: readonly Contact[];
}

export function encodeStoreRequest(message: StoreRequest): Uint8Array {
  const { remainingS, credential } = message;
  const optional =
    (remainingS === undefined ? 0 : 1) + (credential === undefined ? 0 : 1) + avoidItems(message);
  const writer = new CborWriter("store-request").array(requestHeaderItems + 2 + optional);
  writeRequestHeader(writer, 6, message);
  writer.uint(message.kind);
  writeRecord(writer, message.record);
  if (remainingS !== undefined) writer.uint(remainingS);
  if (credential !== undefined) writer.bytes(credential);
  writeAvoid(writer, message);
  return writer.finish();
}

/** `items` counts the type. */
export function readStoreRequest(reader: CborReader, items: number): StoreRequest {
  const header = readRequestHeader(reader);
  const kind = reader.uint("kind", 0xffffffff);
  const record = readRecord(reader);
  let left = items - requestHeaderItems - 2;
  const optional: { remainingS?: number; credential?: Uint8Array } = {};
  if (left > 0 && reader.peek() === "uint") {
    optional.remainingS = reader.uint("remaining", 0xffffffff);
    left--;
  }
  if (left > 0 && reader.peek() === "bytes") {
    optional.credential = reader.bytes("credential", 1, credentialBytesMax);
    left--;
  }
  return { type: "store", ...header, kind, record, ...optional, ...readAvoid(reader, left) };
}

export function encodeStoreAnswer(message: StoreAnswer): Uint8Array {
  const { status, generation, newer } = message;
  const candidates = message.candidates?.length === 0 ? undefined : message.candidates;
  assert(
    newer === undefined || status === "generation-too-low",
    "a newer record tells why the generation is too low",
  );
  assert(candidates === undefined || status === "full", "candidates are named by a full store");
  const contents = [generation, newer, candidates].filter((item) => item !== undefined);
  const writer = new CborWriter("store-answer").array(answerHeaderItems + contents.length);
  writeAnswerHeader(writer, 7, message);
  if (generation !== undefined) writer.uint(generation);
  if (newer !== undefined) writeHeldRecord(writer, newer);
  if (candidates !== undefined) writeContacts(writer, candidates);
  return writer.finish();
}

/** `items` counts the type. */
export function readStoreAnswer(reader: CborReader, items: number): StoreAnswer {
  const header = readAnswerHeader(reader);
  let left = items - answerHeaderItems;
  const contents: { generation?: number; newer?: HeldRecord; candidates?: readonly Contact[] } = {};
  if (left > 0 && reader.peek() === "uint") {
    contents.generation = reader.uint("generation", generationMax);
    left--;
  }
  if (left > 0 && header.status === "generation-too-low") {
    contents.newer = readHeldRecord(reader);
    left--;
  } else if (left > 0 && header.status === "full") {
    contents.candidates = readContacts(reader, "candidates", 1, candidatesMax);
    left--;
  }
  if (left > 0) reader.refuseItem("items");
  return { type: "storeAnswer", ...header, ...contents };
}
