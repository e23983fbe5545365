import nacl from "tweetnacl";
import { assert } from "../../firmware/core/assert.js";
import { concatBytes, isZero } from "../../firmware/core/bytes.js";
import type { Crypto } from "../crypto.js";
import { decodePoint, isInPrimeSubgroup, isSmallOrder, montgomeryU } from "./edwards25519.js";
import { canonicalY, wellFormedSignature } from "./strict-ed25519.js";

/**
 * The Crypto contract over tweetnacl, with the checks that tweetnacl lacks: the oracle against which the native
 * implementations are compared. Not fast, and its checks of points take a time that depends on the (public) points.
 */
export class TweetNaClCrypto implements Crypto {
  sha512(...parts: readonly Uint8Array[]): Uint8Array {
    return nacl.hash(concatBytes(...parts));
  }

  hmacSha512(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
    const block = new Uint8Array(hashBlockBytes);
    block.set(key.length > hashBlockBytes ? nacl.hash(key) : key);
    const inner = nacl.hash(concatBytes(masked(block, 0x36), ...parts));
    return nacl.hash(concatBytes(masked(block, 0x5c), inner));
  }

  signKeyPair(seed: Uint8Array): { publicKey: Uint8Array; secretKey: Uint8Array } {
    assert(seed.length === 32, "an Ed25519 seed is 32 bytes");
    return nacl.sign.keyPair.fromSeed(seed);
  }

  sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array {
    assert(secretKey.length === 64, "an Ed25519 secret key is 64 bytes");
    return nacl.sign.detached(message, secretKey);
  }

  verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
    if (!wellFormedSignature(signature, publicKey)) return false;
    const key = decodePoint(publicKey);
    const commitment = decodePoint(signature.subarray(0, 32));
    if (key === undefined || commitment === undefined) return false;
    if (isSmallOrder(key) || isSmallOrder(commitment)) return false;
    return nacl.sign.detached.verify(message, signature, publicKey);
  }

  scalarMultBase(secret: Uint8Array): Uint8Array {
    assert(secret.length === 32, "an X25519 secret is 32 bytes");
    return nacl.scalarMult.base(secret);
  }

  scalarMult(secret: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
    assert(secret.length === 32, "an X25519 secret is 32 bytes");
    if (publicKey.length !== 32) return undefined;
    const shared = nacl.scalarMult(secret, publicKey);
    return isZero(shared) ? undefined : shared;
  }

  convertPublicKey(publicKey: Uint8Array): Uint8Array | undefined {
    const point = canonicalY(publicKey) ? decodePoint(publicKey) : undefined;
    if (point === undefined || isSmallOrder(point) || !isInPrimeSubgroup(point)) return undefined;
    return montgomeryU(point);
  }

  convertSecretKey(secretKey: Uint8Array): Uint8Array {
    assert(secretKey.length === 64, "an Ed25519 secret key is 64 bytes");
    const scalar = nacl.hash(secretKey.subarray(0, 32)).slice(0, 32);
    scalar[0] = (scalar[0] ?? 0) & 0xf8;
    scalar[31] = ((scalar[31] ?? 0) & 0x7f) | 0x40;
    return scalar;
  }

  secretboxSeal(plaintext: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array {
    assert(nonce.length === 24 && key.length === 32, "a secretbox has a 24-byte nonce and a 32-byte key");
    return nacl.secretbox(plaintext, nonce, key);
  }

  secretboxOpen(sealed: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array | undefined {
    assert(nonce.length === 24 && key.length === 32, "a secretbox has a 24-byte nonce and a 32-byte key");
    return nacl.secretbox.open(sealed, nonce, key) ?? undefined;
  }
}

const hashBlockBytes = 128;

function masked(block: Uint8Array, mask: number): Uint8Array {
  return block.map((byte) => byte ^ mask);
}
