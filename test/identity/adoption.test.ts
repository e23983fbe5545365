import assert from "node:assert/strict";
import fc from "fast-check";
import {
  adoptionCodeChars,
  decodeAdoption,
  encodeAdoption,
  grantProof,
  makeAdoptionCode,
  readAdoptionCode,
  requestProof,
  shownAdoptionCode,
  type AdoptionMessage,
} from "../../firmware/identity/adoption.js";
import { toHex } from "../../firmware/core/bytes.js";
import { adoptCredential, verifyCredential } from "../../firmware/identity/credential.js";
import { mutated } from "../support/mutation.js";
import { MutationSource, rounds, seed, seeded } from "../support/seed.js";
import { openIdentity, openOverlay, openSide, sodium, TestRandom, testWorkBits } from "./fixtures.js";

const proof = fc.uint8Array({ minLength: 16, maxLength: 16 });
const message: fc.Arbitrary<AdoptionMessage> = fc.oneof(
  proof.map((bytes) => ({ kind: "request" as const, proof: bytes })),
  fc
    .tuple(proof, fc.uint8Array({ minLength: 1, maxLength: 320 }))
    .map(([bytes, credential]) => ({ kind: "grant" as const, proof: bytes, credential })),
  fc.constantFrom("closed" as const, "wrong-code" as const).map((reason) => ({
    kind: "refusal" as const,
    reason,
  })),
);

const alice = { ...openIdentity("alice"), userName: "alice" };
const mobile = openSide("mobile", 3).keyRing.credential;
const parties = { overlayId: openOverlay, owner: alice.publicKey, device: mobile.publicKey };

describe("adoption", () => {
  it("a code has ten characters that a person can tell apart, and is read as it may be typed", () => {
    const random = new TestRandom("codes");
    const codes = new Set(Array.from(new Array(200), () => makeAdoptionCode(random)));
    assert.equal(codes.size, 200);
    for (const code of codes) {
      assert.match(code, /^[0-9a-hjkmnp-tv-z]{10}$/);
      assert.equal(code.length, adoptionCodeChars);
      assert.equal(readAdoptionCode(shownAdoptionCode(code).toUpperCase()), code);
    }
    assert.equal(new Set([...codes].flatMap((code) => [...code])).size, 32, "every character is drawn");
    assert.equal(readAdoptionCode("OoIiLl00-11"), "0011110011");
    for (const typed of [
      "",
      "12345",
      "123456789",
      "12345678901",
      "12345-6789u",
      "12345 67890",
      "12345-6789ä",
    ])
      assert.equal(readAdoptionCode(typed), undefined, typed);
  });

  it("a proof is of one code, one pair of phones, one overlay, one direction and one credential", () => {
    const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)];
    const other = openIdentity("mallory").publicKey;
    const all = [
      requestProof(sodium, "0011223344", parties),
      requestProof(sodium, "0011223345", parties),
      requestProof(sodium, "0011223344", { ...parties, owner: other }),
      requestProof(sodium, "0011223344", { ...parties, device: other }),
      requestProof(sodium, "0011223344", { ...parties, owner: parties.device, device: parties.owner }),
      requestProof(sodium, "0011223344", { ...parties, overlayId: new Uint8Array(8) }),
      grantProof(sodium, "0011223344", parties, a),
      grantProof(sodium, "0011223344", parties, b),
    ];
    assert.ok(all.every(({ length }) => length === 16));
    assert.equal(new Set(all.map((bytes) => toHex(bytes))).size, all.length);
    assert.deepEqual(requestProof(sodium, "0011223344", parties), all[0]);
  });

  it("the credential signed for a phone is the user's, with that phone's key, Node-ID and services", () => {
    const bytes = adoptCredential(sodium, openOverlay, mobile, alice);
    assert.ok(bytes !== undefined);
    const read = verifyCredential(sodium, openOverlay, bytes, testWorkBits);
    assert.ok(read.ok);
    assert.equal(read.value.userName, "alice");
    assert.deepEqual(read.value.nodeId, mobile.nodeId);
    assert.deepEqual(read.value.publicKey, mobile.publicKey);
    assert.deepEqual(read.value.ownerKey, alice.publicKey);
    assert.equal(read.value.services, 3);
    const passedOn = adoptCredential(sodium, openOverlay, read.value, { ...alice, userName: "anna" });
    assert.equal(passedOn?.length, bytes.length - 1, "one that was adopted before is signed anew, too");
  });

  it("messages are read as they were written, and all else is refused with a place", () => {
    fc.assert(
      fc.property(message, (each) => {
        assert.deepEqual(decodeAdoption(encodeAdoption(each)), { ok: true, value: each });
      }),
      seeded(200),
    );
    const source = new MutationSource(seed);
    const counts = { read: 0, refused: 0 };
    for (const each of fc.sample(message, { seed, numRuns: rounds(1000) })) {
      const bytes = mutated(encodeAdoption(each), source);
      const read = decodeAdoption(bytes);
      if (read.ok) assert.deepEqual(encodeAdoption(read.value), bytes);
      else assert.ok(read.error.in.startsWith("adoption"));
      counts[read.ok ? "read" : "refused"]++;
    }
    assert.ok(counts.read > 0 && counts.refused > 0);
  });
});
