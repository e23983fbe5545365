import assert from "node:assert/strict";
import { CheapCrypto } from "../../../host-sim/sim/cheap-crypto.js";
import { Prng } from "../../../host-sim/virtual/prng.js";

const crypto = new CheapCrypto();
const prng = new Prng(11);
const bytes = (count: number): Uint8Array => prng.fill(new Uint8Array(count));

/** The same bytes with one bit changed, at a place drawn by chance. */
function changed(from: Uint8Array): Uint8Array {
  const other = from.slice();
  const at = prng.below(from.length);
  other[at] = (other[at] ?? 0) ^ (1 << prng.below(8));
  return other;
}

describe("cheap crypto tells right from wrong", () => {
  it("signatures: of this message by this key, and of no other", () => {
    for (let round = 0; round < 200; round++) {
      const { publicKey, secretKey } = crypto.signKeyPair(bytes(32));
      const message = bytes(1 + prng.below(100));
      const signature = crypto.sign(message, secretKey);
      assert.equal(signature.length, 64);
      assert.ok(crypto.verify(message, signature, publicKey));
      assert.ok(!crypto.verify(changed(message), signature, publicKey));
      assert.ok(!crypto.verify(message, changed(signature), publicKey));
      assert.ok(!crypto.verify(message, signature, changed(publicKey)));
    }
  });

  it("agreement: both sides get the same secret, a third another", () => {
    for (let round = 0; round < 200; round++) {
      const [a, b, c] = [crypto.signKeyPair(bytes(32)), bytes(32), bytes(32)];
      const own = crypto.convertSecretKey(a.secretKey);
      const its = crypto.convertPublicKey(a.publicKey);
      assert.ok(its !== undefined);
      assert.deepEqual(its, crypto.scalarMultBase(own));
      assert.deepEqual(crypto.scalarMult(b, its), crypto.scalarMult(own, crypto.scalarMultBase(b)));
      assert.notDeepEqual(crypto.scalarMult(c, its), crypto.scalarMult(b, its));
    }
    assert.equal(crypto.scalarMult(bytes(32), new Uint8Array(32)), undefined);
    assert.equal(crypto.scalarMult(bytes(32), bytes(31)), undefined);
  });

  it("boxes: opened with the same key and nonce only, and 16 bytes longer", () => {
    for (let round = 0; round < 200; round++) {
      const [plaintext, nonce, key] = [bytes(prng.below(200)), bytes(24), bytes(32)];
      const sealed = crypto.secretboxSeal(plaintext, nonce, key);
      assert.equal(sealed.length, plaintext.length + 16);
      assert.deepEqual(crypto.secretboxOpen(sealed, nonce, key), plaintext);
      assert.equal(crypto.secretboxOpen(changed(sealed), nonce, key), undefined);
      assert.equal(crypto.secretboxOpen(sealed, changed(nonce), key), undefined);
      assert.equal(crypto.secretboxOpen(sealed, nonce, changed(key)), undefined);
    }
    assert.equal(crypto.secretboxOpen(new Uint8Array(15), bytes(24), bytes(32)), undefined);
  });

  it("hashes: parts count as one text, and each bit of the result falls evenly", () => {
    const ones = new Array<number>(512).fill(0);
    const rounds = 2000;
    for (let round = 0; round < rounds; round++) {
      const hash = crypto.sha512(Uint8Array.of(round & 0xff, round >> 8));
      for (let bit = 0; bit < 512; bit++)
        if (((hash[bit >> 3] ?? 0) >> (bit & 7)) & 1) ones[bit] = (ones[bit] ?? 0) + 1;
    }
    // Six standard deviations of a fair coin: sqrt(2000) / 2 = 22.
    for (const [bit, count] of ones.entries())
      assert.ok(Math.abs(count - rounds / 2) < 134, `bit ${bit}: ${count}`);
    const [a, b] = [bytes(5), bytes(9)];
    assert.deepEqual(crypto.sha512(a, b), crypto.sha512(Uint8Array.of(...a, ...b)));
  });
});
