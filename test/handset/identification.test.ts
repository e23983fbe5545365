import assert from "node:assert/strict";
import {
  Identification,
  identityComplaint,
  readIdentity,
  type Identity,
} from "../../firmware/identification.js";
import { encodeKeyRing, type KeyRing } from "../../firmware/identity/key-ring.js";
import { overlayIdOf } from "../../firmware/identity/overlay-id.js";
import { openOverlay, seedOf, sodium, testWorkBits } from "../identity/fixtures.js";

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
