import assert from "node:assert/strict";
import fc from "fast-check";
import { nodeId } from "../../firmware/core/node-id.js";
import {
  decodeRegistration,
  destinationsOf,
  encodeRegistration,
  peerRegistration,
} from "../../firmware/usage/registration.js";
import { mutated } from "../support/mutation.js";
import { MutationSource, rounds, seed, seeded } from "../support/seed.js";

const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(nodeId);
const registration = fc
  .array(fc.array(id, { minLength: 1, maxLength: 2 }), { maxLength: 3 })
  .map((ways) => ({ ways }));

describe("registration", () => {
  it("of a peer is one byte, and leads to the peer itself", () => {
    assert.deepEqual(encodeRegistration(peerRegistration()), Uint8Array.of(0x80));
    const device = nodeId(new Uint8Array(16).fill(7));
    assert.deepEqual(destinationsOf(device, peerRegistration()), [{ first: device }]);
  });

  it("of a client leads through its associated peers, best first", () => {
    const [device, a, b, c] = [1, 2, 3, 4].map((fill) => nodeId(new Uint8Array(16).fill(fill)));
    assert.ok(device !== undefined && a !== undefined && b !== undefined && c !== undefined);
    const value = encodeRegistration({ ways: [[a], [b, c]] });
    assert.equal(value.length, 1 + (1 + 17) + (1 + 34));
    assert.deepEqual(destinationsOf(device, { ways: [[a], [b, c]] }), [
      { first: a, client: device },
      { first: b, client: c },
    ]);
  });

  it("is read as it was written", () => {
    fc.assert(
      fc.property(registration, (each) => {
        const read = decodeRegistration(encodeRegistration(each));
        assert.deepEqual(read, { ok: true, value: each });
      }),
      seeded(300),
    );
  });

  it("of random bytes and of mutated ones: a value that is written the same, or a named error", () => {
    const source = new MutationSource(seed);
    const counts = { read: 0, refused: 0 };
    for (const each of fc.sample(registration, { seed, numRuns: rounds(3000) })) {
      const bytes = mutated(encodeRegistration(each), source);
      const read = decodeRegistration(bytes);
      if (read.ok) assert.deepEqual(encodeRegistration(read.value), bytes);
      else assert.ok(read.error.in.startsWith("registration"));
      counts[read.ok ? "read" : "refused"]++;
    }
    console.log(`      MUSTER_SEED=${seed}: read ${counts.read}, refused ${counts.refused}`);
    assert.ok(counts.read > 0 && counts.refused > 0);
  });

  const refused: readonly [string, readonly number[], string][] = [
    ["four ways", [0x84, 0x80, 0x80, 0x80, 0x80], "registration/ways"],
    ["an empty way", [0x81, 0x80], "registration/way"],
    ["a short Node-ID", [0x81, 0x81, 0x41, 0], "registration/id"],
    ["something behind", [0x80, 0x80], "registration"],
    ["nothing", [], "registration/ways"],
  ];
  for (const [what, bytes, where] of refused) {
    it(`refuses ${what}`, () => {
      const read = decodeRegistration(Uint8Array.from(bytes));
      assert.ok(!read.ok);
      assert.equal(read.error.in, where);
    });
  }
});
