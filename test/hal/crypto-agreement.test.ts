import assert from "node:assert/strict";
import { toHex } from "../../firmware/core/bytes.js";
import type { Crypto } from "../../hal/crypto.js";
import {
  addPoints,
  basePoint,
  fieldPrime,
  isInPrimeSubgroup,
  isSmallOrder,
  littleEndianBytes,
  multiplyPoint,
} from "../../hal/portable/edwards25519.js";
import { TweetNaClCrypto } from "../../hal/portable/tweetnacl-crypto.js";
import { implementations } from "./crypto-implementations.js";
import { stream, torsionPoint, smallOrderEncodings, torsionSignature } from "./crypto-points.js";

/** The one whose checks are written out in plain TypeScript. */
const oracle: Crypto = new TweetNaClCrypto();

for (const implementation of implementations().filter(({ name }) => name !== "tweetnacl")) {
  describe(`Crypto over ${implementation.name} and over tweetnacl`, () => {
    let crypto: Crypto;

    before(function () {
      crypto = implementation.open(this);
    });

    after(() => implementation.close());

    it("convert the same of 300 random strings, of which about a sixteenth are keys", () => {
      let converted = 0;
      for (let i = 0; i < 300; i++) {
        const bytes = stream(`point ${i}`, 32);
        const one = oracle.convertPublicKey(bytes);
        assert.deepEqual(crypto.convertPublicKey(bytes), one);
        if (one !== undefined) converted++;
      }
      assert.ok(converted > 5 && converted < 60, `${converted}`);
    });

    it("agree on keys and commitments outside the prime subgroup, of which some verify", () => {
      const torsion = torsionPoint();
      let accepted = 0;
      for (let i = 0; i < 64; i++) {
        const message = stream(`torsion ${i}`, 8);
        const [a, r] = [BigInt(i + 3), BigInt(7 * i + 5)];
        const { key, signature } = torsionSignature(
          { scalar: a, torsion: multiplyPoint(BigInt(i % 8), torsion) },
          { scalar: r, torsion: multiplyPoint(BigInt(i >> 3), torsion) },
          message,
        );
        const verdict = oracle.verify(message, signature, key);
        assert.equal(crypto.verify(message, signature, key), verdict);
        if (verdict) accepted++;
      }
      assert.ok(accepted > 0 && accepted < 40, `${accepted}: without cofactor, so one in eight or so`);
    });

    it("agree on 200 signatures with one bit changed in signature, key or message", () => {
      const { publicKey, secretKey } = oracle.signKeyPair(stream("bits", 32));
      const message = stream("message", 20);
      const signature = oracle.sign(message, secretKey);
      for (let i = 0; i < 200; i++) {
        const parts = [message.slice(), signature.slice(), publicKey.slice()] as const;
        const part = parts[i % 3] ?? message;
        const at = (7 * i) % part.length;
        part[at] = (part[at] ?? 0) ^ (1 << (i & 7));
        assert.equal(oracle.verify(...parts), false);
        assert.equal(crypto.verify(...parts), false);
      }
    }).timeout(30_000);

    it("agree on 60 random keys and messages: signatures, secrets, boxes and what of a box is changed", () => {
      for (let i = 0; i < 60; i++) {
        const [seed, message] = [stream(`seed ${i}`, 32), stream(`message ${i}`, (i * 37) % 400)];
        const pair = oracle.signKeyPair(seed);
        assert.deepEqual(crypto.signKeyPair(seed), pair);
        assert.deepEqual(crypto.sign(message, pair.secretKey), oracle.sign(message, pair.secretKey));
        assert.deepEqual(crypto.convertSecretKey(pair.secretKey), oracle.convertSecretKey(pair.secretKey));
        const [other, nonce] = [crypto.scalarMultBase(stream(`other ${i}`, 32)), stream(`nonce ${i}`, 24)];
        const key = crypto.scalarMult(seed, other);
        assert.ok(key);
        assert.deepEqual(oracle.scalarMult(seed, other), key);
        const box = crypto.secretboxSeal(message, nonce, key);
        assert.deepEqual(box, oracle.secretboxSeal(message, nonce, key));
        const changed = box.with(i % box.length, (box[i % box.length] ?? 0) ^ (1 << (i & 7)));
        assert.deepEqual(crypto.secretboxOpen(box, nonce, key), message);
        assert.equal(crypto.secretboxOpen(changed, nonce, key), undefined);
        assert.equal(oracle.secretboxOpen(changed, nonce, key), undefined);
      }
    }).timeout(30_000);

    it("agree on X25519 of low-order and non-canonical coordinates", () => {
      const secret = stream("secret", 32);
      let refused = 0;
      for (let k = 0n; k < 19n; k++) {
        for (const u of [k, fieldPrime + k, fieldPrime - k - 1n, (1n << 255n) + k]) {
          const one = oracle.scalarMult(secret, littleEndianBytes(u));
          assert.deepEqual(crypto.scalarMult(secret, littleEndianBytes(u)), one);
          if (one === undefined) refused++;
        }
      }
      assert.ok(refused >= 6, `${refused}`);
    });
  });
}

describe("edwards25519", () => {
  it("knows its orders", () => {
    assert.ok(isInPrimeSubgroup(basePoint()));
    assert.ok(!isSmallOrder(basePoint()));
    const torsion = torsionPoint();
    assert.ok(isSmallOrder(torsion));
    assert.ok(!isInPrimeSubgroup(torsion));
    assert.ok(!isInPrimeSubgroup(addPoints(basePoint(), torsion)));
    assert.equal(new Set(smallOrderEncodings().map(toHex)).size, 14, "8 points, 6 more encodings of them");
  });
});
