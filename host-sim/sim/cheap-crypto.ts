import type { Crypto } from "../../hal/crypto.js";

/**
 * Fast stand-ins for the primitives, for overlays so large that the real ones would take most of the time. They have
 * the same lengths and still tell right from wrong: another key, message, nonce or signature is refused. **Nothing is
 * secret**: whoever knows the code forges everything. Each output of a run names them.
 */
export class CheapCrypto implements Crypto {
  sha512(...parts: readonly Uint8Array[]): Uint8Array {
    return digest(hashLabel, parts);
  }

  hmacSha512(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
    return digest(macLabel, [key, ...parts]);
  }

  signKeyPair(seed: Uint8Array): { publicKey: Uint8Array; secretKey: Uint8Array } {
    const publicKey = digest(keyLabel, [seed]).slice(0, 32);
    const secretKey = new Uint8Array(64);
    secretKey.set(seed);
    secretKey.set(publicKey, 32);
    return { publicKey, secretKey };
  }

  sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array {
    return digest(signatureLabel, [secretKey.subarray(32), message]);
  }

  verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
    if (publicKey.length !== 32) return false;
    return isSame(signature, digest(signatureLabel, [publicKey, message]));
  }

  /** Products modulo 2^32 commute, word by word: that is all an agreement needs here. */
  scalarMultBase(secret: Uint8Array): Uint8Array {
    const base = new Uint8Array(32).fill(baseByte);
    return products(secret, base);
  }

  scalarMult(secret: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
    if (publicKey.length !== 32 || publicKey.every((byte) => byte === 0)) return undefined;
    return products(secret, publicKey);
  }

  convertPublicKey(publicKey: Uint8Array): Uint8Array | undefined {
    return publicKey.length === 32 ? this.scalarMultBase(agreementSecretOf(publicKey)) : undefined;
  }

  convertSecretKey(secretKey: Uint8Array): Uint8Array {
    return agreementSecretOf(secretKey.subarray(32));
  }

  secretboxSeal(plaintext: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array {
    const sealed = new Uint8Array(tagBytes + plaintext.length);
    mask(plaintext, key, sealed.subarray(tagBytes));
    sealed.set(digest(boxLabel, [key, nonce, plaintext]).subarray(0, tagBytes));
    return sealed;
  }

  secretboxOpen(sealed: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array | undefined {
    if (sealed.length < tagBytes) return undefined;
    const plaintext = new Uint8Array(sealed.length - tagBytes);
    mask(sealed.subarray(tagBytes), key, plaintext);
    const tag = digest(boxLabel, [key, nonce, plaintext]).subarray(0, tagBytes);
    return isSame(tag, sealed.subarray(0, tagBytes)) ? plaintext : undefined;
  }
}

const tagBytes = 16;
const baseByte = 0x6d;
const hashLabel = 1;
const macLabel = 2;
const keyLabel = 3;
const signatureLabel = 4;
const boxLabel = 5;
const agreementLabel = 6;

function agreementSecretOf(publicKey: Uint8Array): Uint8Array {
  return digest(agreementLabel, [publicKey]).slice(0, 32);
}

/** Four lanes of 32 bits take the bytes one after the other, then how many there were; 16 words come out. */
function digest(label: number, parts: readonly Uint8Array[]): Uint8Array {
  let a = 0x243f6a88 ^ label;
  let b = 0x85a308d3;
  let c = 0x13198a2e;
  let d = 0x03707344;
  let length = 0;
  for (const part of parts) {
    // Half as long as by `of`: this is a twentieth of the time of a large simulation.
    const end = part.length;
    for (let at = 0; at < end; at++) {
      const byte = part[at] ?? 0;
      a = Math.imul(a ^ byte, 0x9e3779b1);
      b = Math.imul(b ^ (a >>> 15) ^ byte, 0x85ebca77);
      c = Math.imul(c + b, 0xc2b2ae3d) ^ (a >>> 7);
      d = (d ^ c) + (b >>> 11);
    }
    length += end;
  }
  a ^= length;
  const words = new Uint32Array(16);
  for (let i = 0; i < 16; i++) {
    a = mixed(a + d + i);
    b = mixed(b ^ a);
    c = mixed(c + b);
    d = mixed(d ^ c);
    words[i] = a ^ d;
  }
  return new Uint8Array(words.buffer);
}

function mixed(word: number): number {
  let value = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  value = Math.imul(value ^ (value >>> 15), 0x735a2d97);
  return value ^ (value >>> 15);
}

function products(secret: Uint8Array, other: Uint8Array): Uint8Array {
  const result = new Uint8Array(32);
  const to = new DataView(result.buffer);
  const a = new DataView(secret.buffer, secret.byteOffset, 32);
  const b = new DataView(other.buffer, other.byteOffset, 32);
  for (let at = 0; at < 32; at += 4) to.setUint32(at, Math.imul(a.getUint32(at) | 1, b.getUint32(at)));
  return result;
}

function mask(from: Uint8Array, key: Uint8Array, to: Uint8Array): void {
  for (let at = 0; at < from.length; at++) to[at] = (from[at] ?? 0) ^ (key[at & 31] ?? 0);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at++) difference |= (a[at] ?? 0) ^ (b[at] ?? 0);
  return difference === 0;
}
