import assert from "node:assert/strict";
import { openAdmission } from "../../firmware/identity/admission.js";
import { decodeKeyRing, encodeBareKey, encodeKeyRing, storedSeed } from "../../firmware/identity/key-ring.js";
import { BranchShare, mutated } from "../support/mutation.js";
import { MutationSource } from "../support/seed.js";
import {
  enrolledAdmission,
  enrolledSide,
  openOverlay,
  openSide,
  seedOf,
  sodium,
  testWorkBits,
} from "./fixtures.js";

const open = openAdmission(openOverlay, testWorkBits);

describe("key ring", () => {
  it("comes back from storage as it went", () => {
    for (const { keyRing, admission } of [openSide("alice", 5), enrolledSide("alice")]) {
      const again = decodeKeyRing(sodium, admission, encodeKeyRing(keyRing));
      assert.ok(again.ok);
      assert.deepEqual(again.value.credential, keyRing.credential);
      assert.deepEqual(again.value.secretKey, keyRing.secretKey);
      assert.deepEqual(again.value.agreementSecret, keyRing.agreementSecret);
      assert.deepEqual(again.value.nodeId, keyRing.nodeId);
      assert.equal(again.value.userName, "alice");
      assert.deepEqual(encodeKeyRing(again.value), encodeKeyRing(keyRing));
    }
  });

  it("waits in storage for its credential", () => {
    const bare = encodeBareKey(seedOf("alice"));
    assert.deepEqual(storedSeed(bare), seedOf("alice"));
    for (const admission of [open, enrolledAdmission()])
      assert.deepEqual(decodeKeyRing(sodium, admission, bare), {
        ok: false,
        error: { kind: "no-credential" },
      });
  });

  it("holds a pair of keys that belong together", () => {
    const { keyRing } = openSide("alice");
    assert.deepEqual(sodium.signKeyPair(seedOf("alice")).publicKey, keyRing.publicKey);
    assert.deepEqual(
      sodium.scalarMultBase(keyRing.agreementSecret),
      sodium.convertPublicKey(keyRing.publicKey),
    );
  });

  it("is refused where anything in storage does not fit", () => {
    const { keyRing } = openSide("alice");
    const stored = encodeKeyRing(keyRing);
    const fault = (bytes: Uint8Array): string => {
      const result = decodeKeyRing(sodium, open, bytes);
      return result.ok ? "accepted" : result.error.kind;
    };
    assert.equal(fault(stored), "accepted");
    assert.equal(fault(stored.subarray(0, 40)), "malformed");
    const version = Uint8Array.from(stored);
    version[1] = 2;
    assert.equal(fault(version), "malformed");
    const otherSeed = Uint8Array.from(stored);
    otherSeed.set(seedOf("bobby"), 4);
    assert.equal(fault(otherSeed), "other-key");
    const elsewhere = decodeKeyRing(sodium, enrolledAdmission(), stored);
    assert.ok(!elsewhere.ok && elsewhere.error.kind === "bad-credential");
    const shares = new BranchShare("stored key ring");
    const source = new MutationSource();
    for (let i = 0; i < 500; i++) {
      const mutant = mutated(stored, source);
      if (Buffer.compare(mutant, stored) === 0) continue;
      shares.count(fault(mutant));
    }
    shares.print();
    assert.equal(shares.of("accepted"), 0);
    for (const branch of ["malformed", "other-key", "bad-credential"])
      assert.ok(shares.of(branch) > 0, branch);
  });
});
