import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import nacl from "tweetnacl";
import { concatBytes, toHex } from "../../firmware/core/bytes.js";
import type { Crypto } from "../../hal/crypto.js";
import {
  addPoints,
  basePoint,
  encodePoint,
  fieldPrime,
  groupOrder,
  littleEndian,
  littleEndianBytes,
  multiplyPoint,
} from "../../hal/portable/edwards25519.js";
import { agreementVectors, boxVectors, hex, signatureVectors, signVectors } from "./crypto-vectors.js";
import { implementations } from "./crypto-implementations.js";
import { stream, torsionPoint, smallOrderEncodings } from "./crypto-points.js";

for (const implementation of implementations()) {
  describe(`Crypto over ${implementation.name}`, () => {
    let crypto: Crypto;

    before(function () {
      crypto = implementation.open(this);
    });

    after(() => implementation.close());

    it("SHA-512 and HMAC-SHA-512 of parts equal Node's of the whole (and RFC 4231 §4.2, §4.7)", () => {
      for (const length of [0, 1, 63, 111, 112, 127, 128, 129, 300]) {
        const bytes = stream("hash", length);
        const parts = [bytes.subarray(0, length >> 1), bytes.subarray(length >> 1)];
        assert.equal(toHex(crypto.sha512(...parts)), createHash("sha512").update(bytes).digest("hex"));
        for (const keyLength of [1, 32, 64, 127, 128, 129, 200]) {
          const key = stream("key", keyLength);
          assert.equal(
            toHex(crypto.hmacSha512(key, ...parts)),
            createHmac("sha512", key).update(bytes).digest("hex"),
          );
        }
      }
      const first = crypto.hmacSha512(new Uint8Array(20).fill(0x0b), Buffer.from("Hi There"));
      assert.ok(toHex(first).startsWith("87aa7cdea5ef619d4ff0b4241a1d6cb0"));
      const longKey = crypto.hmacSha512(
        new Uint8Array(131).fill(0xaa),
        Buffer.from("Test Using Larger Than Block-Size Key - Hash Key First"),
      );
      assert.ok(toHex(longKey).startsWith("80b24263c7c1a3ebb71493c1dd7be8b4"));
    });

    it("signs and verifies the vectors of ed25519.cr.yp.to, the first of which is RFC 8032 §7.1 test 1", () => {
      const vectors = signVectors();
      assert.equal(vectors.length, 256);
      for (const { sk, msg, sig } of vectors) {
        const pair = crypto.signKeyPair(sk.subarray(0, 32));
        assert.deepEqual(pair.secretKey, sk);
        assert.deepEqual(crypto.sign(msg, sk), sig);
        assert.equal(crypto.verify(msg, sig, pair.publicKey), true);
      }
    }).timeout(30_000);

    it("judges every Ed25519 vector of Wycheproof as it says", () => {
      const vectors = signatureVectors();
      assert.ok(vectors.length >= 150);
      for (const { id, key, message, signature, valid } of vectors) {
        assert.equal(crypto.verify(message, signature, key), valid, `tcId ${id}`);
      }
    }).timeout(30_000);

    it("X25519: RFC 7748 §5.2 and §6.1", () => {
      const once = crypto.scalarMult(
        hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
        hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"),
      );
      assert.deepEqual(once, hex("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"));
      const alice = hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
      const bob = hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
      const fromAlice = crypto.scalarMultBase(alice);
      assert.deepEqual(fromAlice, hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"));
      const shared = hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
      assert.deepEqual(crypto.scalarMult(bob, fromAlice), shared);
      assert.deepEqual(crypto.scalarMult(alice, crypto.scalarMultBase(bob)), shared);
    });

    it("X25519: every vector of Wycheproof; an all-zero secret is refused and nothing else", () => {
      const vectors = agreementVectors();
      assert.ok(vectors.length >= 500);
      let refused = 0;
      for (const { id, publicKey, secret, shared } of vectors) {
        const zero = shared.every((byte) => byte === 0);
        if (zero) refused++;
        assert.deepEqual(crypto.scalarMult(secret, publicKey), zero ? undefined : shared, `tcId ${id}`);
      }
      assert.ok(refused >= 20, "the file has low-order keys");
    }).timeout(30_000);

    it("opens and makes NaCl's boxes, refuses each with one bit changed and each cut short", () => {
      const nonce = new Uint8Array(24);
      for (const [i, { pk, sk, msg, box }] of boxVectors().entries()) {
        const shared = crypto.scalarMult(sk, pk);
        assert.ok(shared);
        const key = nacl.box.before(pk, sk);
        assert.deepEqual(crypto.secretboxSeal(msg, nonce, key), box);
        assert.deepEqual(crypto.secretboxOpen(box, nonce, key), msg);
        const changed = Uint8Array.from(box);
        changed[i % box.length] = (changed[i % box.length] ?? 0) ^ (1 << (i & 7));
        assert.equal(crypto.secretboxOpen(changed, nonce, key), undefined);
        assert.equal(crypto.secretboxOpen(box.subarray(0, i % 16), nonce, key), undefined);
        assert.equal(crypto.secretboxOpen(box.subarray(1), nonce, key), undefined);
      }
    }).timeout(30_000);

    it("refuses S + L, and S of any greater size", () => {
      const { publicKey, secretKey } = crypto.signKeyPair(stream("S", 32));
      const signature = crypto.sign(stream("message", 40), secretKey);
      for (let k = 1n; ; k++) {
        const s = littleEndian(signature.subarray(32)) + k * groupOrder;
        if (s >= 1n << 256n) break;
        const forged = concatBytes(signature.subarray(0, 32), littleEndianBytes(s));
        assert.equal(crypto.verify(stream("message", 40), forged, publicKey), false, `S + ${k} L`);
      }
    });

    it("refuses every small-order key and commitment, in every encoding", () => {
      const message = stream("any", 10);
      const { publicKey, secretKey } = crypto.signKeyPair(stream("honest", 32));
      const honest = crypto.sign(message, secretKey);
      const zero = new Uint8Array(32);
      for (const point of smallOrderEncodings()) {
        for (const other of smallOrderEncodings()) {
          assert.equal(crypto.verify(message, concatBytes(other, zero), point), false);
        }
        assert.equal(crypto.verify(message, concatBytes(point, zero), publicKey), false);
        assert.equal(crypto.verify(message, concatBytes(point, honest.subarray(32)), publicKey), false);
        assert.equal(crypto.verify(message, honest, point), false);
        assert.equal(crypto.convertPublicKey(point), undefined);
      }
    }).timeout(30_000);

    it("refuses wrong lengths, without throwing", () => {
      const { publicKey, secretKey } = crypto.signKeyPair(stream("lengths", 32));
      const message = stream("message", 5);
      const signature = crypto.sign(message, secretKey);
      const secret = crypto.convertSecretKey(secretKey);
      for (let length = 0; length < 100; length++) {
        const bytes = concatBytes(signature, signature).slice(0, length);
        if (length !== 64) assert.equal(crypto.verify(message, bytes, publicKey), false);
        if (length === 32) continue;
        assert.equal(
          crypto.verify(
            message,
            signature,
            concatBytes(publicKey, publicKey, publicKey, publicKey).slice(0, length),
          ),
          false,
        );
        assert.equal(crypto.scalarMult(secret, bytes), undefined);
        assert.equal(crypto.convertPublicKey(bytes), undefined);
      }
    });

    it("stops on a wrong length of our own key: that is our mistake", () => {
      const stop = /assertion|RangeError/;
      const short = new Uint8Array(31);
      const box = new Uint8Array(24);
      assert.throws(() => crypto.signKeyPair(short), stop);
      assert.throws(() => crypto.sign(short, short), stop);
      assert.throws(() => crypto.scalarMultBase(short), stop);
      assert.throws(() => crypto.scalarMult(short, new Uint8Array(32)), stop);
      assert.throws(() => crypto.convertSecretKey(short), stop);
      assert.throws(() => crypto.secretboxSeal(short, box, short), stop);
      assert.throws(() => crypto.secretboxOpen(short, box, short), stop);
    });

    it("a converted key pair is a key pair", () => {
      for (let i = 0; i < 20; i++) {
        const { publicKey, secretKey } = crypto.signKeyPair(stream(`convert ${i}`, 32));
        assert.deepEqual(
          crypto.convertPublicKey(publicKey),
          crypto.scalarMultBase(crypto.convertSecretKey(secretKey)),
        );
      }
    });

    it("converts only points of the prime subgroup", () => {
      const honest = multiplyPoint(12345n, basePoint());
      assert.ok(crypto.convertPublicKey(encodePoint(honest)));
      for (let i = 1n; i < 8n; i++) {
        const mixed = addPoints(honest, multiplyPoint(i, torsionPoint()));
        assert.equal(crypto.convertPublicKey(encodePoint(mixed)), undefined);
      }
      for (let y = fieldPrime; y < 1n << 255n; y++) {
        assert.equal(crypto.convertPublicKey(littleEndianBytes(y)), undefined, "non-canonical");
      }
    });
  });
}
