import { contactsInMessageMax } from "../../core/limits.js";
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

/** Asks for the nodes nearest `destination`: `[10, header…, count, ? avoid]`. */
export interface FindRequest extends RequestHeader {
  readonly type: "find";
  /** 1 .. 8 */
  readonly count: number;
}

/** `[11, header…, ? [contact, ...]]`; no contacts, no array. */
export interface FindAnswer extends AnswerHeader {
  readonly type: "findAnswer";
  /** At most 8, nearest first. */
  readonly contacts: readonly Contact[];
}

export function encodeFindRequest(message: FindRequest): Uint8Array {
  const writer = new CborWriter("find-request").array(requestHeaderItems + 1 + avoidItems(message));
  writeRequestHeader(writer, 10, message);
  writer.uint(message.count);
  writeAvoid(writer, message);
  return writer.finish();
}

/** `items` counts the type. */
export function readFindRequest(reader: CborReader, items: number): FindRequest {
  const header = readRequestHeader(reader);
  const at = reader.offset;
  const count = reader.uint("count", contactsInMessageMax);
  if (count === 0) reader.fail("count", "out-of-range", at);
  return { type: "find", ...header, count, ...readAvoid(reader, items - requestHeaderItems - 1) };
}

export function encodeFindAnswer(message: FindAnswer): Uint8Array {
  const { contacts } = message;
  const writer = new CborWriter("find-answer").array(answerHeaderItems + (contacts.length === 0 ? 0 : 1));
  writeAnswerHeader(writer, 11, message);
  if (contacts.length > 0) writeContacts(writer, contacts);
  return writer.finish();
}

/** `items` counts the type. */
export function readFindAnswer(reader: CborReader, items: number): FindAnswer {
  const header = readAnswerHeader(reader);
  const contacts = items > answerHeaderItems ? readContacts(reader, "contacts", 1, contactsInMessageMax) : [];
  return { type: "findAnswer", ...header, contacts };
}
