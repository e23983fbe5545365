import { assert, present } from "../core/assert.js";
import { addressBytes, addressText } from "../core/endpoint.js";
import { dnsEntriesMax } from "../core/limits.js";
import type { Result } from "../core/result.js";
import { decodeText, encodeText } from "../core/text.js";
import { DnsReader, type DnsName } from "./dns-reader.js";
import type { WireError } from "./wire-error.js";

/** What a record says, of the types that DNS-SD needs (RFC 6763); lifetimes in seconds, 32 bit. */
export type DnsData =
  /** One of several of that name: an instance of a service. */
  | { readonly type: "PTR"; readonly target: DnsName }
  /** Where an instance is. */
  | { readonly type: "SRV"; readonly port: number; readonly target: DnsName }
  /** What else is to be known of it: "key=value", each up to 255 B. */
  | { readonly type: "TXT"; readonly texts: readonly string[] }
  /** An IPv4 address. */
  | { readonly type: "A"; readonly address: string };

export type DnsRecord = DnsData & {
  readonly name: DnsName;
  readonly ttlS: number;
  /** All of this name and type: what was heard before counts no more (RFC 6762 §10.2). */
  readonly isWhole: boolean;
};

export interface DnsQuestion {
  readonly name: DnsName;
  /** Absent: any type. */
  readonly type?: DnsData["type"];
  /** Whether the answer may come to the asker alone (RFC 6762 §5.4). */
  readonly wantsUnicast: boolean;
}

/** A message of multicast DNS (RFC 6762 §18). */
export interface DnsMessage {
  /** 16 bit; 0 but in one-shot questions and their answers. */
  readonly id: number;
  readonly isAnswer: boolean;
  readonly questions: readonly DnsQuestion[];
  readonly answers: readonly DnsRecord[];
  /** What the asker is likely to want next. */
  readonly additional: readonly DnsRecord[];
}

/** The message in its bytes; names are written in full. What is given must be within the bounds of the decoder. */
export function encodeDnsMessage(message: DnsMessage): Uint8Array {
  const { id, isAnswer, questions, answers, additional } = message;
  const bytes = [...uint16(id), ...uint16(isAnswer ? answerFlags : 0)];
  for (const count of [questions.length, answers.length, 0, additional.length]) bytes.push(...uint16(count));
  for (const { name, type, wantsUnicast } of questions)
    bytes.push(
      ...nameBytes(name),
      ...uint16(numberOf(type)),
      ...uint16(internet | (wantsUnicast ? flag : 0)),
    );
  for (const record of [...answers, ...additional]) bytes.push(...recordBytes(record));
  return Uint8Array.from(bytes);
}

/**
 * The message in `bytes`. Questions and records of other types and classes are left out, and so are the records of the
 * authority section, with which names are fought over. A message with an error code, or that does anything but ask and
 * answer, is refused (RFC 6762 §18.3, §18.11).
 */
export function decodeDnsMessage(bytes: Uint8Array): Result<DnsMessage, WireError> {
  const reader = new DnsReader(bytes);
  const id = reader.uint("id", 2);
  const flags = reader.uint("flags", 2);
  if ((flags & (opcodeMask | errorMask)) !== 0) reader.fail("flags", "out-of-range", 2);
  const [questions, answers, authority, additional] = [
    reader.uint("questions", 2),
    reader.uint("answers", 2),
    reader.uint("authority", 2),
    reader.uint("additional", 2),
  ];
  if (questions + answers + authority + additional > dnsEntriesMax) reader.fail("entries", "too-long");
  const asked = listOf(reader, questions, readQuestion);
  const given = listOf(reader, answers, readRecord);
  listOf(reader, authority, readRecord);
  const besides = listOf(reader, additional, readRecord);
  const isAnswer = (flags & answerFlag) !== 0;
  return reader.finish({ id, isAnswer, questions: asked, answers: given, additional: besides });
}

/** Those of so many entries that are of use. */
function listOf<T>(reader: DnsReader, count: number, read: (reader: DnsReader) => T | undefined): T[] {
  const all: T[] = [];
  for (let left = count; left > 0 && !reader.failed; left--) {
    const one = read(reader);
    if (one !== undefined) all.push(one);
  }
  return all;
}

function readQuestion(reader: DnsReader): DnsQuestion | undefined {
  const name = reader.name("question/name");
  const number = reader.uint("question/type", 2);
  const category = reader.uint("question/class", 2);
  const type = typeOf(number);
  const isOurs = (category & ~flag) === internet || (category & ~flag) === anyNumber;
  if (!isOurs || (type === undefined && number !== anyNumber)) return undefined;
  return { name, ...(type !== undefined && { type }), wantsUnicast: (category & flag) !== 0 };
}

function readRecord(reader: DnsReader): DnsRecord | undefined {
  const name = reader.name("record/name");
  const type = typeOf(reader.uint("record/type", 2));
  const category = reader.uint("record/class", 2);
  const ttlS = reader.uint("record/ttl", 4);
  const length = reader.uint("record/length", 2);
  const end = reader.offset + length;
  if (type === undefined || (category & ~flag) !== internet) {
    reader.bytes("record/data", length);
    return undefined;
  }
  const data = readData(reader, type, length);
  if (reader.offset !== end) reader.fail("record/data", "wrong-length");
  return { ...data, name, ttlS, isWhole: (category & flag) !== 0 };
}

function readData(reader: DnsReader, type: DnsData["type"], length: number): DnsData {
  switch (type) {
    case "PTR":
      return { type, target: reader.name("ptr/target") };
    case "SRV": {
      reader.bytes("srv/priority-and-weight", 4);
      return { type, port: reader.uint("srv/port", 2), target: reader.name("srv/target") };
    }
    case "TXT":
      return { type, texts: readTexts(reader, reader.offset + length) };
    case "A": {
      const address = reader.bytes("a/address", 4);
      return { type, address: address.length === 4 ? addressText(address) : "" };
    }
  }
}

/** Texts that are empty or not in UTF-8 say nothing to us. */
function readTexts(reader: DnsReader, end: number): string[] {
  const texts: string[] = [];
  while (reader.offset < end && !reader.failed) {
    const text = decodeText(reader.bytes("txt/text", reader.uint("txt/length", 1)));
    if (text !== undefined && text !== "") texts.push(text);
  }
  return texts;
}

function recordBytes({ name, ttlS, isWhole, ...data }: DnsRecord): number[] {
  const content = dataBytes(data);
  const category = internet | (isWhole ? flag : 0);
  return [
    ...nameBytes(name),
    ...uint16(numberOf(data.type)),
    ...uint16(category),
    ...uint16(ttlS >>> 16),
    ...uint16(ttlS & 0xffff),
    ...uint16(content.length),
    ...content,
  ];
}

function dataBytes(data: DnsData): number[] {
  switch (data.type) {
    case "PTR":
      return nameBytes(data.target);
    case "SRV":
      return [...uint16(0), ...uint16(0), ...uint16(data.port), ...nameBytes(data.target)];
    case "TXT":
      return data.texts.length === 0 ? [0] : data.texts.flatMap(textBytes);
    case "A":
      return [...present(addressBytes(data.address), "the address of an A record")];
  }
}

function nameBytes(name: DnsName): number[] {
  return [...name.flatMap(textBytes), 0];
}

function textBytes(text: string): number[] {
  const bytes = encodeText(text);
  assert(bytes.length <= 255, "a text has one byte for its length");
  return [bytes.length, ...bytes];
}

function uint16(value: number): [number, number] {
  return [value >>> 8, value & 0xff];
}

function typeOf(number: number): DnsData["type"] | undefined {
  for (const type of types) if (numbers[type] === number) return type;
  return undefined;
}

function numberOf(type: DnsData["type"] | undefined): number {
  return type === undefined ? anyNumber : numbers[type];
}

/** RFC 1035 §3.2.2, RFC 2782; and any type, or class. */
const numbers: { readonly [type in DnsData["type"]]: number } = { A: 1, PTR: 12, TXT: 16, SRV: 33 };
const types: readonly DnsData["type"][] = ["A", "PTR", "TXT", "SRV"];
const anyNumber = 255;
const internet = 1;
/** Of a class: unicast wanted, or all of it (RFC 6762 §18.12, §18.13). */
const flag = 0x8000;
/** This is an answer; and one with authority, as all of multicast DNS are (RFC 6762 §18.4). */
const answerFlag = 0x8000;
const answerFlags = 0x8400;
const opcodeMask = 0x7800;
const errorMask = 0x000f;
