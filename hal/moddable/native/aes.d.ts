/** AES as SRTP uses it. */
declare module "muster/aes" {
  /**
   * AES-128 in counter mode (NIST SP 800-38A §6.5, RFC 3711 §4.1.1): `bytes` xor the key stream, into as many bytes
   * of `target`, which may be `bytes` itself. Key and counter block are 16 bytes; the block counts as one big-endian
   * number. The same call encrypts and decrypts.
   */
  export function aesCtr(target: Uint8Array, key: Uint8Array, counter: Uint8Array, bytes: Uint8Array): void;
}
