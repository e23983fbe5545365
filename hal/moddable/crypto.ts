import {
  convertPublicKey,
  convertSecretKey,
  hmacSha512,
  scalarMult,
  scalarMultBase,
  secretboxOpen,
  secretboxSeal,
  sha512,
  sign,
  signKeyPair,
  verify,
} from "muster/sodium";
import type { Crypto } from "../crypto.js";

/**
 * The Crypto contract over libsodium in C (native/sodium.d.ts). The C writes into arrays made here and allocates
 * nothing; it judges what others sent, and throws a RangeError when our own keys have a wrong size.
 */
export class NativeCrypto implements Crypto {
  sha512(...parts: readonly Uint8Array[]): Uint8Array {
    const hash = new Uint8Array(hashBytes);
    sha512(hash, parts);
    return hash;
  }

  hmacSha512(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
    const code = new Uint8Array(hashBytes);
    hmacSha512(code, key, parts);
    return code;
  }

  signKeyPair(seed: Uint8Array): { publicKey: Uint8Array; secretKey: Uint8Array } {
    const secretKey = new Uint8Array(64);
    signKeyPair(secretKey, seed);
    return { publicKey: secretKey.slice(32), secretKey };
  }

  sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array {
    const signature = new Uint8Array(64);
    sign(signature, message, secretKey);
    return signature;
  }

  verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
    return verify(message, signature, publicKey);
  }

  scalarMultBase(secret: Uint8Array): Uint8Array {
    const publicKey = new Uint8Array(32);
    scalarMultBase(publicKey, secret);
    return publicKey;
  }

  scalarMult(secret: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
    const shared = new Uint8Array(32);
    return scalarMult(shared, secret, publicKey) ? shared : undefined;
  }

  convertPublicKey(publicKey: Uint8Array): Uint8Array | undefined {
    const converted = new Uint8Array(32);
    return convertPublicKey(converted, publicKey) ? converted : undefined;
  }

  convertSecretKey(secretKey: Uint8Array): Uint8Array {
    const converted = new Uint8Array(32);
    convertSecretKey(converted, secretKey);
    return converted;
  }

  secretboxSeal(plaintext: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array {
    const sealed = new Uint8Array(plaintext.length + tagBytes);
    secretboxSeal(sealed, plaintext, nonce, key);
    return sealed;
  }

  secretboxOpen(sealed: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array | undefined {
    const count = sealed.length - tagBytes;
    if (count < 0) return undefined;
    const plaintext = new Uint8Array(count);
    return secretboxOpen(plaintext, sealed, nonce, key) ? plaintext : undefined;
  }
}

const hashBytes = 64;
const tagBytes = 16;
