import assert from "node:assert/strict";
import { enroll } from "../../firmware/enrollment.js";
import {
  beginIdentification,
  Identification,
  identityComplaint,
  readIdentity,
  type Beginning,
  type Identity,
} from "../../firmware/identification.js";
import { openAdmission } from "../../firmware/identity/admission.js";
import { encodeBareKey, encodeKeyRing, type KeyRing } from "../../firmware/identity/key-ring.js";
import { overlayIdOf } from "../../firmware/identity/overlay-id.js";
import {
  enrolledAdmission,
  enrolledCredential,
  openOverlay,
  seedOf,
  sodium,
  TestRandom,
  testWorkBits,
} from "../identity/fixtures.js";

const here: Identity = { userName: "alice", overlayId: openOverlay, workBits: testWorkBits };
const seed = seedOf("alice's phone");

function identified(identity: Identity, from: Uint8Array = seed): KeyRing {
  const work = new Identification(sodium, identity, from);
  for (let turns = 0; turns < 1_000; turns++) {
    const keyRing = work.advance();
    if (keyRing !== undefined) return keyRing;
  }
  throw new Error("no nonce found");
}

describe("handset: who a phone is", () => {
  const stored = encodeKeyRing(identified(here));

  it("is what it was", () => {
    const found = readIdentity(sodium, here, stored);
    assert.ok(found.kind === "ready");
    assert.deepEqual(found.keyRing.nodeId, identified(here).nodeId);
    assert.equal(readIdentity(sodium, here, undefined).kind, "none");
  });

  const others: readonly [string, Partial<Identity>][] = [
    ["another name", { userName: "bob" }],
    ["another overlay", { overlayId: overlayIdOf(sodium, "elsewhere.example") }],
  ];
  for (const [what, change] of others) {
    it(`keeps its key under ${what}, and is the same as before when it comes back`, () => {
      const there = { ...here, ...change };
      const found = readIdentity(sodium, there, stored);
      assert.ok(found.kind === "seedOnly");
      assert.deepEqual(found.seed, seed);
      assert.equal(identityComplaint(found) !== undefined, found.misfits);
      assert.equal(found.misfits, change.overlayId !== undefined);
      const moved = identified(there, found.seed);
      assert.deepEqual(moved.publicKey, identified(here).publicKey);
      const back = readIdentity(sodium, here, encodeKeyRing(moved));
      assert.ok(back.kind === "seedOnly");
      assert.deepEqual(encodeKeyRing(identified(here, back.seed)), stored);
    });
  }

  it("says what is damaged, and never takes a key that does not fit its credential", () => {
    assert.equal(readIdentity(sodium, here, stored.slice(0, 40)).kind, "damaged");
    const otherSeed = stored.slice();
    otherSeed[10] = (otherSeed[10] ?? 0) ^ 1;
    const found = readIdentity(sodium, here, otherSeed);
    assert.ok(found.kind === "damaged" && found.reason === "other-key");
    assert.match(identityComplaint(found) ?? "", /new one/);
    const otherSignature = stored.slice();
    otherSignature[stored.length - 1] = (stored.at(-1) ?? 0) ^ 1;
    const kept = readIdentity(sodium, here, otherSignature);
    assert.ok(kept.kind === "seedOnly" && kept.misfits);
  });
});

describe("handset: who a phone is in an enrolled overlay", () => {
  const random = new TestRandom("enrolled");
  const bare = encodeBareKey(seedOf("alice"));

  function begun(stored: Uint8Array | undefined, userName = ""): Beginning {
    return beginIdentification({ crypto: sodium, random, stored }, userName, enrolledAdmission());
  }

  it("has a key made for it, which waits for the authority", () => {
    const first = begun(undefined);
    assert.ok(first.fresh !== undefined && first.found === undefined);
    const again = begun(first.fresh);
    assert.equal(again.fresh, undefined);
    assert.equal(again.complaint, first.complaint);
    assert.match(first.complaint ?? "", /not enrolled.*[0-9a-f]{64}/);
  });

  it("is by its credential whom the authority says, whatever it is called", () => {
    const keyRing = enroll(sodium, enrolledAdmission(), seedOf("alice"), enrolledCredential("alice"));
    assert.ok(keyRing.ok);
    const stored = encodeKeyRing(keyRing.value);
    assert.equal(begun(stored, "alice").complaint, undefined);
    const found = begun(stored, "bob");
    assert.ok(found.found !== undefined && "userName" in found.found);
    assert.equal(found.found.userName, "alice");
    assert.match(found.complaint ?? "", /enrolled as alice.*not bob/);
  });

  it("keeps what is stored where that is of another overlay, and makes a key where it is damaged", () => {
    const open = begun(encodeKeyRing(identified(here, seedOf("alice"))));
    assert.equal(open.fresh, undefined);
    assert.match(open.complaint ?? "", /signed by its owner/);
    const damaged = begun(bare.slice(0, 20));
    assert.ok(damaged.fresh !== undefined);
    assert.match(damaged.complaint ?? "", /cannot be used/);
  });

  it("goes on with the same key when the overlay is an open one again", () => {
    const found = readIdentity(sodium, here, bare);
    assert.ok(found.kind === "seedOnly" && !found.misfits);
    assert.deepEqual(found.seed, seedOf("alice"));
    assert.equal(identityComplaint(found), undefined);
  });

  it("is not enrolled in an open overlay, nor without a key", () => {
    const credential = enrolledCredential("alice");
    const open = openAdmission(openOverlay, testWorkBits);
    assert.deepEqual(enroll(sodium, open, seed, credential), { ok: false, error: "open-overlay" });
    assert.deepEqual(enroll(sodium, enrolledAdmission(), undefined, credential), {
      ok: false,
      error: "no-key",
    });
  });
});
