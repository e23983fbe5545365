import { assert } from "../core/assert.js";
import { copyBytes } from "../core/bytes.js";
import { publishedRecordsMax } from "../core/limits.js";
import { idBytes, resourceId, type ResourceId } from "../core/node-id.js";
import type { CborReader } from "../wire/cbor-reader.js";
import { CborWriter } from "../wire/cbor-writer.js";

/**
 * A record this phone has published. Its generation stands for all of the same start: the next start publishes above
 * them.
 */
export interface OwnRecord {
  readonly resource: ResourceId;
  readonly kind: number;
  readonly generation: number;
}

const generationMax = 2 ** 48 - 1;

/** Own records as a content for storage, at most `publishedRecordsMax` (rule `stored-records`). */
export function encodeOwnRecords(records: readonly OwnRecord[]): Uint8Array {
  assert(records.length <= publishedRecordsMax, "more records than are published");
  const writer = new CborWriter("stored-records").array(records.length);
  for (const { resource, kind, generation } of records)
    writer.array(3).bytes(resource).uint(kind).uint(generation);
  return writer.finish();
}

/** Own records from storage. Total. */
export function readOwnRecords(reader: CborReader): OwnRecord[] {
  const count = reader.array("records", 0, publishedRecordsMax);
  const records: OwnRecord[] = [];
  for (let i = 0; i < count && !reader.failed; i++) {
    reader.array("record", 3, 3);
    const resource = resourceId(copyBytes(reader.bytes("resource", idBytes)));
    const kind = reader.uint("kind", 0xffffffff);
    records.push({ resource, kind, generation: reader.uint("generation", generationMax) });
  }
  return records;
}
