import { createHmac } from "node:crypto";
import sodium from "sodium-native";
import { assert } from "../../firmware/core/assert.js";
import { concatBytes } from "../../firmware/core/bytes.js";
import type { Crypto } from "../crypto.js";
import { canonicalY, wellFormedSignature } from "../portable/strict-ed25519.js";

/**
 * The Crypto contract over libsodium (sodium-native), but for Node's own HMAC, which takes its input in parts and is
 * the quicker one. libsodium refuses most of what must be refused; lengths and
 * encodings are checked here first, as it answers some of them by throwing and accepts others.
 */
export class SodiumCrypto implements Crypto {
  sha512(...parts: readonly Uint8Array[]): Uint8Array {
    const [first = new Uint8Array(0)] = parts;
    const hash = new Uint8Array(hashBytes);
    sodium.crypto_hash_sha512(view(hash), view(parts.length === 1 ? first : concatBytes(...parts)));
    return hash;
  }

  hmacSha512(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
    const hmac = createHmac("sha512", key);
    for (const part of parts) hmac.update(part);
    return plain(hmac.digest());
  }

  signKeyPair(seed: Uint8Array): { publicKey: Uint8Array; secretKey: Uint8Array } {
    assert(seed.length === 32, "an Ed25519 seed is 32 bytes");
    const publicKey = new Uint8Array(32);
    const secretKey = new Uint8Array(64);
    sodium.crypto_sign_seed_keypair(view(publicKey), view(secretKey), view(seed));
    return { publicKey, secretKey };
  }

  sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array {
    assert(secretKey.length === 64, "an Ed25519 secret key is 64 bytes");
    const signature = new Uint8Array(64);
    sodium.crypto_sign_detached(view(signature), view(message), view(secretKey));
    return signature;
  }

  verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
    if (!wellFormedSignature(signature, publicKey)) return false;
    return sodium.crypto_sign_verify_detached(view(signature), view(message), view(publicKey));
  }

  scalarMultBase(secret: Uint8Array): Uint8Array {
    assert(secret.length === 32, "an X25519 secret is 32 bytes");
    const publicKey = new Uint8Array(32);
    sodium.crypto_scalarmult_base(view(publicKey), view(secret));
    return publicKey;
  }

  scalarMult(secret: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
    assert(secret.length === 32, "an X25519 secret is 32 bytes");
    if (publicKey.length !== 32) return undefined;
    const shared = new Uint8Array(32);
    return accepted(() => sodium.crypto_scalarmult(view(shared), view(secret), view(publicKey)))
      ? shared
      : undefined;
  }

  convertPublicKey(publicKey: Uint8Array): Uint8Array | undefined {
    if (!canonicalY(publicKey)) return undefined;
    const converted = new Uint8Array(32);
    const convert = (): void => sodium.crypto_sign_ed25519_pk_to_curve25519(view(converted), view(publicKey));
    return accepted(convert) ? converted : undefined;
  }

  convertSecretKey(secretKey: Uint8Array): Uint8Array {
    assert(secretKey.length === 64, "an Ed25519 secret key is 64 bytes");
    const converted = new Uint8Array(32);
    sodium.crypto_sign_ed25519_sk_to_curve25519(view(converted), view(secretKey));
    return converted;
  }

  secretboxSeal(plaintext: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array {
    assert(nonce.length === 24 && key.length === 32, "a secretbox has a 24-byte nonce and a 32-byte key");
    const sealed = new Uint8Array(plaintext.length + tagBytes);
    sodium.crypto_secretbox_easy(view(sealed), view(plaintext), view(nonce), view(key));
    return sealed;
  }

  secretboxOpen(sealed: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array | undefined {
    assert(nonce.length === 24 && key.length === 32, "a secretbox has a 24-byte nonce and a 32-byte key");
    if (sealed.length < tagBytes) return undefined;
    const plaintext = new Uint8Array(sealed.length - tagBytes);
    const open = sodium.crypto_secretbox_open_easy(view(plaintext), view(sealed), view(nonce), view(key));
    return open ? plaintext : undefined;
  }
}

const tagBytes = 16;
const hashBytes = 64;

/** sodium-native takes any array of bytes; only its declarations ask for a Buffer. */
function view(bytes: Uint8Array): Buffer {
  return bytes as Buffer;
}

/** A Uint8Array that is no Buffer, whose `slice` copies. */
function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes);
}

/** sodium-native answers a refusal of libsodium by throwing. */
function accepted(operation: () => void): boolean {
  try {
    operation();
    return true;
  } catch {
    return false;
  }
}
