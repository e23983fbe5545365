import assert from "node:assert/strict";
import { makeOpenIdentity, openNodeId } from "../../firmware/identity/node-identity.js";
import { sha512 } from "../support/sha512.js";
import { openOverlay, seedOf, sodium } from "./fixtures.js";

describe("node identity", () => {
  it("is found in steps, and is the same however large the steps are", () => {
    const whole = makeOpenIdentity(sodium, openOverlay, seedOf("a"), 8).advance(100_000);
    assert.ok(whole);
    const work = makeOpenIdentity(sodium, openOverlay, seedOf("a"), 8);
    let steps = 0;
    let found = work.advance(7);
    for (; found === undefined; steps++) {
      assert.equal(work.hashes, 7 * (steps + 1));
      found = work.advance(7);
    }
    assert.deepEqual(found, whole);
    assert.ok(steps > 1);
  });

  it("costs 2^bits hashes on average", () => {
    let hashes = 0;
    for (let i = 0; i < 60; i++) {
      const work = makeOpenIdentity(sodium, openOverlay, seedOf(`node ${i}`), 6);
      assert.ok(work.advance(10_000));
      hashes += work.hashes;
    }
    assert.ok(hashes / 60 > 35 && hashes / 60 < 110, `${hashes / 60}`);
  });

  it("binds Node-ID, key, nonce and overlay in one hash", () => {
    const identity = makeOpenIdentity(sodium, openOverlay, seedOf("b"), 10).advance(100_000);
    assert.ok(identity);
    const digest = sha512("Muster/1 node", openOverlay, identity.publicKey, identity.nonce);
    assert.deepEqual(new Uint8Array(identity.nodeId), digest.slice(0, 16));
    assert.equal(digest[16], 0);
    assert.equal((digest[17] ?? 255) >> 6, 0);
    const { publicKey, nonce } = identity;
    assert.deepEqual(openNodeId(sodium, openOverlay, { publicKey, nonce }, 10), identity.nodeId);
    assert.equal(openNodeId(sodium, openOverlay, { publicKey, nonce }, 60), undefined);
    assert.notDeepEqual(
      openNodeId(sodium, seedOf("o").slice(0, 8), { publicKey, nonce }, 0),
      identity.nodeId,
    );
  });

  it("tells exactly how many zero bits there are", () => {
    const key = { publicKey: seedOf("c"), nonce: new Uint8Array(4) };
    for (let i = 0; i < 400; i++) {
      key.nonce[3] = i & 0xff;
      key.nonce[2] = i >> 8;
      const digest = sha512("Muster/1 node", openOverlay, key.publicKey, key.nonce);
      const bits = [...digest.subarray(16, 20)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
      const zeros = bits.indexOf("1");
      assert.ok(openNodeId(sodium, openOverlay, key, zeros));
      assert.equal(openNodeId(sodium, openOverlay, key, zeros + 1), undefined);
    }
  });
});
