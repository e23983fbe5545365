/**
 * libsodium's primitives, called as they are: each writes into the array given first. What others sent and is not
 * acceptable is answered by false; a wrong size of anything of our own is a RangeError.
 */
declare module "muster/sodium" {
  type Bytes = Uint8Array;

  /** SHA-512 of the parts, one after the other, into 64 bytes (FIPS 180-4). */
  export function sha512(target: Bytes, parts: readonly Bytes[]): void;
  /** HMAC-SHA-512 of the parts into 64 bytes (RFC 2104). */
  export function hmacSha512(target: Bytes, key: Bytes, parts: readonly Bytes[]): void;
  /** The Ed25519 key pair of a 32-byte seed: 64 bytes of secret key, of which the last 32 are the public key. */
  export function signKeyPair(secretKey: Bytes, seed: Bytes): void;
  /** Ed25519 signature into 64 bytes (RFC 8032 §5.1.6). */
  export function sign(target: Bytes, message: Bytes, secretKey: Bytes): void;
  /** Strict verification: S below the group order, A and R canonical and not of small order. */
  export function verify(message: Bytes, signature: Bytes, publicKey: Bytes): boolean;
  /** The X25519 public key of a secret, both 32 bytes (RFC 7748 §6.1). */
  export function scalarMultBase(target: Bytes, secret: Bytes): void;
  /** X25519 into 32 bytes. False: a public key of another size, or an all-zero result. */
  export function scalarMult(target: Bytes, secret: Bytes, publicKey: Bytes): boolean;
  /** The X25519 key of an Ed25519 public key. False: no point, not canonical, outside the prime subgroup. */
  export function convertPublicKey(target: Bytes, publicKey: Bytes): boolean;
  /** The X25519 secret, 32 bytes, of an Ed25519 secret key of 64. */
  export function convertSecretKey(target: Bytes, secretKey: Bytes): void;
  /** XSalsa20-Poly1305 into 16 bytes more than the plaintext; nonce 24 bytes, key 32. */
  export function secretboxSeal(target: Bytes, plaintext: Bytes, nonce: Bytes, key: Bytes): void;
  /** The reverse, into 16 bytes less than `sealed`. False: it was not sealed so; the target is then as it was. */
  export function secretboxOpen(target: Bytes, sealed: Bytes, nonce: Bytes, key: Bytes): boolean;
}
