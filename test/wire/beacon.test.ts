import assert from "node:assert/strict";
import fc from "fast-check";
import { nodeId } from "../../firmware/core/node-id.js";
import { beaconBytes, decodeBeacon, encodeBeacon } from "../../firmware/wire/beacon.js";
import { bytesOf, nodeIds, record, uint16, uint8 } from "../support/arbitraries.js";
import { BranchShare, mutated } from "../support/mutation.js";
import { MutationSource, samples, seeded } from "../support/seed.js";

const beacons = record({
  overlayId: bytesOf(8),
  nodeId: nodeIds,
  flags: uint8,
  clientsFree: uint16,
  load: uint8,
});

describe("wire/beacon", function () {
  this.timeout(30_000);

  it("is 29 B and comes back as it went", () => {
    fc.assert(
      fc.property(beacons, (beacon) => {
        const bytes = encodeBeacon(beacon);
        assert.equal(bytes.length, beaconBytes);
        assert.equal(bytes.length, 29);
        assert.deepEqual(decodeBeacon(bytes), { ok: true, value: beacon });
      }),
      seeded(300),
    );
  });

  it("keeps nothing of the datagram it was read from", () => {
    const bytes = encodeBeacon({
      overlayId: new Uint8Array(8).fill(1),
      nodeId: nodeId(new Uint8Array(16).fill(4)),
      flags: 1,
      clientsFree: 2,
      load: 3,
    });
    const decoded = decodeBeacon(bytes);
    bytes.fill(0);
    assert.ok(decoded.ok && decoded.value.overlayId.every((byte) => byte === 1));
  });

  it("mutants: a beacon of 29 B or a named error", () => {
    const source = new MutationSource();
    const share = new BranchShare("mutants of beacons");
    for (const beacon of samples(beacons, 200)) {
      const mutant = mutated(encodeBeacon(beacon), source);
      const decoded = decodeBeacon(mutant);
      share.count(decoded.ok ? "ok" : decoded.error.kind);
      if (decoded.ok) assert.deepEqual(encodeBeacon(decoded.value), mutant);
    }
    share.print();
    for (const branch of ["ok", "truncated", "trailing-bytes", "unknown-kind"])
      assert.ok(share.of(branch) > 0, branch);
  });

  it("refuses the empty datagram", () => {
    assert.deepEqual(decodeBeacon(new Uint8Array(0)), {
      ok: false,
      error: { kind: "truncated", at: 0, in: "beacon/first-byte" },
    });
  });
});
