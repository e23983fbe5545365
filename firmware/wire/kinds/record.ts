import type { Endpoint } from "../../core/endpoint.js";
import { recordKeyBytesMax, recordValueBytesMax } from "../../core/limits.js";
import type { CborReader } from "../cbor-reader.js";
import { CborWriter } from "../cbor-writer.js";
import { readEndpoint, writeEndpoint } from "./contact.js";

/**
 * A signed record: `[key, generation, lifetime, epoch, value, signature]`. The resource and the kind it belongs to are
 * beside it in the message and inside its signature (protocol §5).
 */
export interface Record {
  /** Dictionary key, 0 .. 20 B; empty for a kind with a single value. */
  readonly key: Uint8Array;
  /** Boot count · 2^16 + n, below 2^48; the greater wins. */
  readonly generation: number;
  /** Seconds from receipt, 32 bit, as signed. */
  readonly lifetimeS: number;
  /** Configuration sequence the signer knew, 32 bit. */
  readonly epoch: number;
  /** The encoded CBOR item of the value, 1 .. 512 B; null: a tombstone. */
  readonly value: Uint8Array | null;
  /** Ed25519 over `recordToBeSigned`, 64 B. */
  readonly signature: Uint8Array;
}

/** What Fetch answers: `[key, generation, lifetime, epoch, remaining, value, signature, ? held, ? place]`. */
export interface HeldRecord extends Record {
  /** Seconds of the lifetime that are left where it is held. */
  readonly remainingS: number;
  /** Seconds since the holder first saw this owner's claim: "seen 3 days". Absent where nobody contests. */
  readonly heldS?: number;
  /** Where its owner is, whom the holder is linked to: hearsay, like a contact. */
  readonly place?: Endpoint;
}

/** The greatest generation. */
export const generationMax = 0xffffffffffff;

/** What of a record its owner's signature covers. */
export type UnsignedRecord = Omit<Record, "signature">;

/** Where a record stands: together with its own fields this is what is signed. */
export interface RecordPlace {
  /** Overlay-ID, 8 B. */
  readonly overlayId: Uint8Array;
  /** Resource-ID, 16 B. */
  readonly resource: Uint8Array;
  readonly kind: number;
}

const signatureBytes = 64;
const heldItems = 7;

/**
 * The bytes an owner signs and every reader rebuilds:
 * `["Muster/1 rec", Overlay-ID, Resource-ID, kind, key, generation, lifetime, epoch, exists, value]`.
 */
export function recordToBeSigned(place: RecordPlace, record: UnsignedRecord): Uint8Array {
  const writer = new CborWriter("record-to-be-signed").array(10).text("Muster/1 rec");
  writer.bytes(place.overlayId).bytes(place.resource).uint(place.kind);
  writeFields(writer, record);
  writer.boolean(record.value !== null);
  writeValue(writer, record.value);
  return writer.finish();
}

export function writeRecord(writer: CborWriter, record: Record): void {
  writer.array(6);
  writeFields(writer, record);
  writeValue(writer, record.value);
  writer.bytes(record.signature);
}

export function readRecord(reader: CborReader): Record {
  reader.array("record", 6, 6);
  return {
    ...readFields(reader),
    value: readValue(reader),
    signature: reader.bytes("signature", signatureBytes),
  };
}

export function writeHeldRecord(writer: CborWriter, record: HeldRecord): void {
  const { heldS, place } = record;
  writer.array(heldItems + (heldS === undefined ? 0 : 1) + (place === undefined ? 0 : 1));
  writeFields(writer, record);
  writer.uint(record.remainingS);
  writeValue(writer, record.value);
  writer.bytes(record.signature);
  if (heldS !== undefined) writer.uint(heldS);
  if (place !== undefined) writeEndpoint(writer, place);
}

export function readHeldRecord(reader: CborReader): HeldRecord {
  let left = reader.array("record", heldItems, heldItems + 2) - heldItems;
  const record = {
    ...readFields(reader),
    remainingS: reader.uint("remaining", 0xffffffff),
    value: readValue(reader),
    signature: reader.bytes("signature", signatureBytes),
  };
  const optional: { heldS?: number; place?: Endpoint } = {};
  if (left > 0 && (left > 1 || reader.peek() === "uint")) {
    optional.heldS = reader.uint("held", 0xffffffff);
    left--;
  }
  if (left > 0) optional.place = readEndpoint(reader, "place");
  return { ...record, ...optional };
}

function writeFields(writer: CborWriter, record: UnsignedRecord): void {
  writer.bytes(record.key).uint(record.generation).uint(record.lifetimeS).uint(record.epoch);
}

function readFields(reader: CborReader): Pick<Record, "key" | "generation" | "lifetimeS" | "epoch"> {
  return {
    key: reader.bytes("key", 0, recordKeyBytesMax),
    generation: reader.uint("generation", generationMax),
    lifetimeS: reader.uint("lifetime", 0xffffffff),
    epoch: reader.uint("epoch", 0xffffffff),
  };
}

/** The value is carried as a byte string around its encoding: who only stores it need not parse it. */
function writeValue(writer: CborWriter, value: Uint8Array | null): void {
  if (value === null) writer.null();
  else writer.bytes(value);
}

function readValue(reader: CborReader): Uint8Array | null {
  return reader.null() ? null : reader.bytes("value", 1, recordValueBytesMax);
}
