/** The message authentication codes of STUN and SRTP, written into the array given first. */
declare module "muster/mac" {
  /** HMAC-SHA-1 of the parts, one after the other, into 20 bytes (RFC 2104, FIPS 180-4). */
  export function hmacSha1(target: Uint8Array, key: Uint8Array, parts: readonly Uint8Array[]): void;
  /** HMAC-SHA-256 of the parts into 32 bytes. */
  export function hmacSha256(target: Uint8Array, key: Uint8Array, parts: readonly Uint8Array[]): void;
}
