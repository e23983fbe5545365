import {
  recordToBeSigned,
  type Record,
  type RecordPlace,
  type UnsignedRecord,
} from "../wire/kinds/record.js";
import type { Crypto } from "../../hal/crypto.js";

/** The record with its owner's signature: over all its fields and over where it stands (overlay, resource, kind). */
export function signRecord(
  crypto: Crypto,
  secretKey: Uint8Array,
  place: RecordPlace,
  record: UnsignedRecord,
): Record {
  return { ...record, signature: crypto.sign(recordToBeSigned(place, record), secretKey) };
}

/** Whether `publicKey` signed `record` for `place`; one signature verification. */
export function verifyRecord(
  crypto: Crypto,
  publicKey: Uint8Array,
  place: RecordPlace,
  record: Record,
): boolean {
  return crypto.verify(recordToBeSigned(place, record), record.signature, publicKey);
}
