import assert from "node:assert/strict";
import { SodiumCrypto } from "../../../hal/node/sodium-crypto.js";
import { RememberingCrypto } from "../../../host-sim/sim/remembering-crypto.js";
import { TestRandom } from "../../identity/fixtures.js";

describe("real crypto that many nodes share", () => {
  const real = new SodiumCrypto();
  const shared = new RememberingCrypto();
  const random = new TestRandom("shared crypto");
  const bytes = (length: number): Uint8Array => random.fill(new Uint8Array(length));

  it("both ends of an agreement get what the primitives give, each bytes of its own", () => {
    const [a, b] = [bytes(32), bytes(32)];
    const [ofA, ofB] = [shared.scalarMultBase(a), shared.scalarMultBase(b)];
    assert.deepEqual(ofA, real.scalarMultBase(a));
    const expected = real.scalarMult(a, ofB);
    const first = shared.scalarMult(a, ofB);
    assert.deepEqual(first, expected);
    first?.fill(0);
    assert.deepEqual(shared.scalarMult(b, ofA), expected, "wiped at one end, whole at the other");
    shared.scalarMultBase(a).fill(0);
    assert.deepEqual(shared.scalarMultBase(a), ofA);
  });

  it("what is refused is refused again: small order, wrong lengths", () => {
    const secret = bytes(32);
    for (let round = 0; round < 2; round++) {
      assert.equal(shared.scalarMult(secret, new Uint8Array(32)), undefined);
      assert.equal(shared.scalarMult(secret, bytes(31)), undefined);
      assert.equal(shared.convertPublicKey(new Uint8Array(32)), undefined);
      assert.equal(shared.convertPublicKey(bytes(33)), undefined);
    }
  });

  it("a signature is judged by itself, its key and its message, asked once or again", () => {
    const { publicKey, secretKey } = shared.signKeyPair(bytes(32));
    const other = shared.signKeyPair(bytes(32));
    const message = bytes(100);
    const signature = shared.sign(message, secretKey);
    const spoilt = signature.slice();
    spoilt[5] = (spoilt[5] ?? 0) ^ 1;
    for (let round = 0; round < 2; round++) {
      assert.equal(shared.verify(message, signature, publicKey), true);
      assert.equal(shared.verify(message, spoilt, publicKey), false);
      assert.equal(shared.verify(message, signature, other.publicKey), false);
      assert.equal(shared.verify(message.subarray(1), signature, publicKey), false);
      assert.equal(shared.verify(message, signature.subarray(1), publicKey), false);
    }
    const converted = shared.convertPublicKey(publicKey);
    converted?.fill(0);
    assert.deepEqual(shared.convertPublicKey(publicKey), real.convertPublicKey(publicKey));
  });
});
