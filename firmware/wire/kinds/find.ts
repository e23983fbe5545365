import { avoidPrefixBytes, contactsInMessageMax, traceBytesMax } from "../../core/limits.js";
import type { CborReader } from "../cbor-reader.js";
import { CborWriter } from "../cbor-writer.js";
import { readContacts, writeContacts, type Contact } from "./contact.js";
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

/** Asks for the nodes nearest `destination`: `[10, header…, count, ? trace, ? avoid]`. */
export interface FindRequest extends RequestHeader {
  readonly type: "find";
  /** 1 .. 8 */
  readonly count: number;
  /** First 4 B of the nodes that have passed it on, in order; absent: the way is not wanted. 0 .. 68 B */
  readonly trace?: Uint8Array;
}

/** `[11, header…, ? [contact, ...], ? trace]`; no contacts, no array. */
export interface FindAnswer extends AnswerHeader {
  readonly type: "findAnswer";
  /** At most 8, nearest first. */
  readonly contacts: readonly Contact[];
  /** The trace of the request as it was answered, the first 4 B of the answerer at its end. */
  readonly trace?: Uint8Array;
}

export function encodeFindRequest(message: FindRequest): Uint8Array {
  const { count, trace } = message;
  const optional = (trace === undefined ? 0 : 1) + avoidItems(message);
  const writer = new CborWriter("find-request").array(requestHeaderItems + 1 + optional);
  writeRequestHeader(writer, 10, message);
  writer.uint(count);
  if (trace !== undefined) writer.bytes(trace);
  writeAvoid(writer, message);
  return writer.finish();
}

/** `items` counts the type. */
export function readFindRequest(reader: CborReader, items: number): FindRequest {
  const header = readRequestHeader(reader);
  const at = reader.offset;
  const count = reader.uint("count", contactsInMessageMax);
  if (count === 0) reader.fail("count", "out-of-range", at);
  const left = items - requestHeaderItems - 1;
  if (left === 0 || reader.peek() !== "bytes")
    return { type: "find", ...header, count, ...readAvoid(reader, left) };
  const trace = readTrace(reader);
  return { type: "find", ...header, count, trace, ...readAvoid(reader, left - 1) };
}

export function encodeFindAnswer(message: FindAnswer): Uint8Array {
  const { contacts, trace } = message;
  const optional = (contacts.length === 0 ? 0 : 1) + (trace === undefined ? 0 : 1);
  const writer = new CborWriter("find-answer").array(answerHeaderItems + optional);
  writeAnswerHeader(writer, 11, message);
  if (contacts.length > 0) writeContacts(writer, contacts);
  if (trace !== undefined) writer.bytes(trace);
  return writer.finish();
}

/** `items` counts the type. */
export function readFindAnswer(reader: CborReader, items: number): FindAnswer {
  const header = readAnswerHeader(reader);
  let left = items - answerHeaderItems;
  const hasContacts = left > 0 && reader.peek() !== "bytes";
  const contacts = hasContacts ? readContacts(reader, "contacts", 1, contactsInMessageMax) : [];
  if (hasContacts) left--;
  if (left === 0) return { type: "findAnswer", ...header, contacts };
  if (left > 1) reader.refuseItem("items");
  return { type: "findAnswer", ...header, contacts, trace: readTrace(reader) };
}

function readTrace(reader: CborReader): Uint8Array {
  const at = reader.offset;
  const trace = reader.bytes("trace", 0, traceBytesMax);
  if (trace.length % avoidPrefixBytes !== 0) reader.fail("trace", "wrong-length", at);
  return trace;
}
