import assert from "node:assert/strict";
import { signRecord, verifyRecord } from "../../firmware/identity/record-signature.js";
import { resourceIdOf } from "../../firmware/identity/resource-id.js";
import type { Record, RecordPlace } from "../../firmware/wire/kinds/record.js";
import { flipped, openIdentity, openOverlay, seedOf, sodium } from "./fixtures.js";

const owner = openIdentity("alice");
const place: RecordPlace = {
  overlayId: openOverlay,
  resource: resourceIdOf(sodium, openOverlay, "user", "alice"),
  kind: 1,
};
const unsigned = {
  key: owner.nodeId,
  generation: 3 * 65_536 + 5,
  lifetimeS: 1800,
  epoch: 7,
  value: Uint8Array.of(0x80),
};

function verifies(record: Record, at: RecordPlace = place): boolean {
  return verifyRecord(sodium, owner.publicKey, at, record);
}

describe("record signature", () => {
  const record = signRecord(sodium, owner.secretKey, place, unsigned);

  it("verifies for its owner only", () => {
    assert.ok(verifies(record));
    assert.ok(!verifyRecord(sodium, openIdentity("bobby").publicKey, place, record));
  });

  it("covers every field of the record", () => {
    const changes: Partial<Record>[] = [
      { key: flipped(unsigned.key, 3) },
      { key: new Uint8Array(0) },
      { generation: unsigned.generation + 1 },
      { lifetimeS: 1801 },
      { epoch: 6 },
      { value: Uint8Array.of(0x81, 0x00) },
      { value: null },
    ];
    for (const change of changes) assert.ok(!verifies({ ...record, ...change }), Object.keys(change)[0]);
    for (let bit = 0; bit < 512; bit++)
      assert.ok(!verifies({ ...record, signature: flipped(record.signature, bit) }));
  });

  it("covers where the record stands: no replay to another resource, kind or overlay", () => {
    assert.ok(!verifies(record, { ...place, kind: 2 }));
    assert.ok(!verifies(record, { ...place, overlayId: seedOf("other").slice(0, 8) }));
    assert.ok(!verifies(record, { ...place, resource: resourceIdOf(sodium, openOverlay, "user", "bobby") }));
  });

  it("a tombstone is no record with a null value", () => {
    const tombstone = signRecord(sodium, owner.secretKey, place, { ...unsigned, value: null });
    assert.ok(verifies(tombstone));
    assert.ok(!verifies({ ...tombstone, value: Uint8Array.of(0xf6) }));
  });

  it("a signature of wrong length is none", () => {
    assert.ok(!verifies({ ...record, signature: record.signature.slice(0, 63) }));
    assert.ok(!verifies({ ...record, signature: new Uint8Array(0) }));
  });
});
