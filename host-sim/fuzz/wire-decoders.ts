import { fromHex } from "../../firmware/core/bytes.js";
import { decodeEndpoint, encodeEndpoint } from "../../firmware/core/endpoint.js";
import { ok, type Result } from "../../firmware/core/result.js";
import { decodeServiceEntry, encodeServiceEntry } from "../../firmware/overlay/service-entry.js";
import { decodeRegistration, encodeRegistration } from "../../firmware/usage/registration.js";
import { decodeBeacon, encodeBeacon } from "../../firmware/wire/beacon.js";
import { CborReader } from "../../firmware/wire/cbor-reader.js";
import { CborWriter } from "../../firmware/wire/cbor-writer.js";
import { decodeDnsMessage, encodeDnsMessage } from "../../firmware/wire/dns-message.js";
import { decodeFrame, encodeFrame } from "../../firmware/wire/frame.js";
import { decodeHelloParameters, encodeHelloParameters } from "../../firmware/wire/hello-parameters.js";
import {
  readHeldRecord,
  readRecord,
  writeHeldRecord,
  writeRecord,
} from "../../firmware/wire/kinds/record.js";
import { decodeMessage, encodeMessage } from "../../firmware/wire/message.js";
import { instanceRecords, serviceName } from "../../firmware/wire/service-instance.js";
import { bindingMethod, decodeStun, encodeStun, type StunMessage } from "../../firmware/wire/stun.js";
import type { WireError } from "../../firmware/wire/wire-error.js";
import { alike, exactly, mustEqual, settled } from "./checks.js";
import { must, pure, type Decoder, type Reader } from "./decoder.js";
import { goldenBytes, goldenFrames } from "./golden-bytes.js";

/** What stands in a datagram of ours, and what stands in a frame of a link. */
export function wireDecoders(): readonly Decoder[] {
  return [
    binary(
      "beacon",
      () => goldenBytes("beacon"),
      (bytes) => exactly(bytes, decodeBeacon, encodeBeacon),
    ),
    ...["hello1", "hello2", "hello3", "cookie", "data"].map((frame) =>
      binary(
        `frame/${frame}`,
        () => goldenFrames(frame),
        (bytes) => exactly(bytes, decodeFrame, encodeFrame),
      ),
    ),
    binary("hello-parameters", helloParameters, (bytes) =>
      alike(bytes, decodeHelloParameters, encodeHelloParameters),
    ),
    binary("endpoint", endpoints, readEndpoint),
    binary("dns", dnsMessages, (bytes) => alike(bytes, decodeDnsMessage, encodeDnsMessage)),
    binary("stun", stunMessages, (bytes) => settled(bytes, decodeStun, encodeStun, stunMeaning)),
    ...messageRules.map((rule) =>
      cbor(
        `message/${rule}`,
        () => goldenBytes(rule),
        (bytes) => exactly(bytes, decodeMessage, encodeMessage),
      ),
    ),
    cbor("record", records, (bytes) => exactly(bytes, decodeRecord, encodeRecord)),
    cbor("record/held", heldRecords, (bytes) => exactly(bytes, decodeHeldRecord, encodeHeldRecord)),
    cbor("registration", () => goldenBytes("registration"), readRegistration),
    cbor(
      "service",
      () => goldenBytes("service"),
      (bytes) => exactly(bytes, decodeServiceEntry, encodeServiceEntry),
    ),
    cbor(
      "cbor-item",
      () => goldenBytes(),
      (bytes) => exactly(bytes, decodeItem, (item) => item),
    ),
  ];
}

/** The rules of the messages that can stand in a data frame. */
const messageRules: readonly string[] = [
  "ping",
  "pong",
  "hop-ack",
  "update",
  "digest",
  "leave",
  "store-request",
  "store-answer",
  "fetch-request",
  "fetch-answer",
  "find-request",
  "find-answer",
  "watch-request",
  "watch-answer",
  "notify",
  "stat-request",
  "stat-answer",
  "error-answer",
  "tunnel",
  "tunnel-back",
  "sip",
  "unknown-credential",
  "fragment",
];

function binary(name: string, examples: Decoder["examples"], feed: Reader["feed"]): Decoder {
  return { name, form: "binary", examples, open: pure(feed) };
}

function cbor(name: string, examples: Decoder["examples"], feed: Reader["feed"]): Decoder {
  return { name, form: "cbor", examples, open: pure(feed) };
}

/** Byte for byte, but for a full name that is none: it is left out, and the rest is read. */
function readRegistration(bytes: Uint8Array): ReturnType<Reader["feed"]> {
  const read = decodeRegistration(bytes);
  const isShorter = read.ok && encodeRegistration(read.value).length < bytes.length;
  if (!isShorter) return exactly(bytes, decodeRegistration, encodeRegistration);
  must(read.value.fullName === undefined, "something else than a full name was left out");
  return settled(bytes, decodeRegistration, encodeRegistration, (registration) => registration);
}

function helloParameters(): readonly Uint8Array[] {
  const said = { configSequence: 7, flags: 3 };
  return [undefined, "192.0.2.7", "2001:db8::7"].map((address) =>
    encodeHelloParameters(address === undefined ? said : { ...said, endpoint: { address, port: 6084 } }),
  );
}

function endpoints(): readonly Uint8Array[] {
  const texts = [
    "c000020717c4",
    "20010db800000000000000000000000717c4",
    "00000000000000000000ffffc000020717c4",
  ];
  return texts.map((text) => fromHex(text) ?? new Uint8Array(0));
}

/** An endpoint has no error but that there is none. */
function readEndpoint(bytes: Uint8Array): string {
  const endpoint = decodeEndpoint(bytes);
  if (endpoint === undefined) return "no-endpoint";
  mustEqual(encodeEndpoint(endpoint) ?? new Uint8Array(0), bytes, "written again");
  return "accepted";
}

function records(): readonly Uint8Array[] {
  return goldenBytes("store-request").flatMap((bytes) => {
    const message = decodeMessage(bytes);
    return message.ok && message.value.type === "store" ? [encodeRecord(message.value.record)] : [];
  });
}

function heldRecords(): readonly Uint8Array[] {
  return goldenBytes("fetch-answer").flatMap((bytes) => {
    const message = decodeMessage(bytes);
    return message.ok && message.value.type === "fetchAnswer"
      ? message.value.records.map(encodeHeldRecord)
      : [];
  });
}

function decodeRecord(bytes: Uint8Array): Result<Parameters<typeof writeRecord>[1], WireError> {
  const reader = new CborReader(bytes, "record");
  return reader.finish(readRecord(reader));
}

function encodeRecord(record: Parameters<typeof writeRecord>[1]): Uint8Array {
  const writer = new CborWriter("record");
  writeRecord(writer, record);
  return writer.finish();
}

function decodeHeldRecord(bytes: Uint8Array): Result<Parameters<typeof writeHeldRecord>[1], WireError> {
  const reader = new CborReader(bytes, "held-record");
  return reader.finish(readHeldRecord(reader));
}

function encodeHeldRecord(record: Parameters<typeof writeHeldRecord>[1]): Uint8Array {
  const writer = new CborWriter("held-record");
  writeHeldRecord(writer, record);
  return writer.finish();
}

/** Any item at all, as it is stepped over where its type is not known. */
function decodeItem(bytes: Uint8Array): Result<Uint8Array, WireError> {
  const reader = new CborReader(bytes, "item");
  const item = reader.finish(reader.item("any", itemDepthMax));
  return item.ok ? ok(item.value) : item;
}

const itemDepthMax = 16;

/** A request, answers of both families, a refusal; with FINGERPRINT, which hardly any change survives, and without. */
function stunMessages(): readonly Uint8Array[] {
  const common = { method: bindingMethod, transaction: new Uint8Array(12).fill(0x5a) };
  const mapped = { address: "192.0.2.7", port: 6084 };
  return [false, false, true].flatMap((hasFingerprint) => [
    encodeStun({ ...common, is: "request", hasFingerprint }),
    encodeStun({ ...common, is: "success", mapped, hasFingerprint }),
    encodeStun({ ...common, is: "success", mapped: { ...mapped, address: "2001:db8::7" }, hasFingerprint }),
    encodeStun({ ...common, is: "error", errorCode: 420, refused: [3, 0x24], hasFingerprint }),
  ]);
}

/** All but which attributes were stepped over: those are not written. */
function stunMeaning({ is, method, transaction, mapped, errorCode, refused }: StunMessage): unknown {
  return { is, method, transaction, mapped, errorCode, refused };
}

/** A question of DNS-SD, an answer to it, and one whose names go on elsewhere, as others write them. */
function dnsMessages(): Uint8Array[] {
  const overlayId = new Uint8Array(8).fill(7);
  const endpoint = { address: "192.0.2.7", port: 6084 };
  const { pointer, details } = instanceRecords({ label: "0123456789abcdef", overlayId, endpoint }, 10);
  const question = { name: serviceName, type: "PTR", wantsUnicast: false } as const;
  const common = { id: 0x0d2a, questions: [question] };
  const packed =
    "0000840000000001000000010474657374055f6874747004" +
    "5f746370056c6f63616c00000c0001000011940002c00c" +
    "c011000100010000007800" +
    "04c0000207";
  return [
    encodeDnsMessage({ ...common, isAnswer: false, answers: [], additional: [] }),
    encodeDnsMessage({ ...common, isAnswer: true, answers: [pointer], additional: details }),
    fromHex(packed) ?? new Uint8Array(0),
  ];
}
