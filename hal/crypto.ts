/**
 * The primitives of NaCl, synchronous. Implementations agree bit for bit on valid and on invalid input:
 * whatever comes from outside and is not acceptable (wrong length, S ≥ L, non-canonical or small-order point,
 * all-zero shared secret) is refused by value, never by an exception. A wrong length of our *own* key is a
 * bug and stops.
 */
export interface Crypto {
  /** SHA-512 of the parts one after the other, 64 B (FIPS 180-4). */
  sha512(...parts: readonly Uint8Array[]): Uint8Array;
  /** HMAC-SHA-512, 64 B (RFC 2104). */
  hmacSha512(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;
  /**
   * The Ed25519 key pair of a 32-byte seed (RFC 8032 §5.1.5): public key 32 B, secret key 64 B (seed, then
   * public key).
   */
  signKeyPair(seed: Uint8Array): { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };
  /** Ed25519 signature, 64 B, deterministic (RFC 8032 §5.1.6). */
  sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array;
  /** Strict Ed25519 verification: false for S ≥ L, non-canonical or small-order A or R, any wrong length. */
  verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean;
  /** X25519 public key of a 32-byte secret (RFC 7748 §6.1). */
  scalarMultBase(secret: Uint8Array): Uint8Array;
  /** X25519 shared secret, 32 B; `undefined` when it is all zero or `publicKey` is not 32 B. */
  scalarMult(secret: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined;
  /**
   * The X25519 key of an Ed25519 public key; `undefined` for small-order points, points outside the prime
   * subgroup, non-points, wrong lengths.
   */
  convertPublicKey(publicKey: Uint8Array): Uint8Array | undefined;
  /** The X25519 secret, 32 B, of a 64-byte Ed25519 secret key. */
  convertSecretKey(secretKey: Uint8Array): Uint8Array;
  /** XSalsa20-Poly1305: 16 B longer than `plaintext`. Nonce 24 B, key 32 B. */
  secretboxSeal(plaintext: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array;
  /** The plaintext, or `undefined` when it was not sealed so (or is shorter than 16 B). */
  secretboxOpen(sealed: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array | undefined;
}
