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
import {
  implementations,
  stream,
  torsionPoint,
  smallOrderEncodings,
  torsionSignature,
} from "./crypto-points.js";

describe("Crypto: both implementations", () => {
  const [first, second] = implementations.map(({ crypto }) => crypto) as [Crypto, Crypto];

  it("convert the same of 300 random strings, of which about a sixteenth are keys", () => {
    let converted = 0;
    for (let i = 0; i < 300; i++) {
      const bytes = stream(`point ${i}`, 32);
      const one = first.convertPublicKey(bytes);
      assert.deepEqual(second.convertPublicKey(bytes), one);
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
      const verdict = first.verify(message, signature, key);
      assert.equal(second.verify(message, signature, key), verdict);
      if (verdict) accepted++;
    }
    assert.ok(accepted > 0 && accepted < 40, `${accepted}: without cofactor, so one in eight or so`);
  });

  it("agree on 200 signatures with one bit changed in signature, key or message", () => {
    const { publicKey, secretKey } = first.signKeyPair(stream("bits", 32));
    const message = stream("message", 20);
    const signature = first.sign(message, secretKey);
    for (let i = 0; i < 200; i++) {
      const parts = [message.slice(), signature.slice(), publicKey.slice()] as const;
      const part = parts[i % 3] ?? message;
      const at = (7 * i) % part.length;
      part[at] = (part[at] ?? 0) ^ (1 << (i & 7));
      assert.equal(first.verify(...parts), false);
      assert.equal(second.verify(...parts), false);
    }
  }).timeout(30_000);

  it("agree on X25519 of low-order and non-canonical coordinates", () => {
    const secret = stream("secret", 32);
    let refused = 0;
    for (let k = 0n; k < 19n; k++) {
      for (const u of [k, fieldPrime + k, fieldPrime - k - 1n, (1n << 255n) + k]) {
        const one = first.scalarMult(secret, littleEndianBytes(u));
        assert.deepEqual(second.scalarMult(secret, littleEndianBytes(u)), one);
        if (one === undefined) refused++;
      }
    }
    assert.ok(refused >= 6, `${refused}`);
  });
});

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
