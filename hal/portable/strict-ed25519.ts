/**
 * The checks of strict Ed25519 verification that need no arithmetic (RFC 8032 §5.1.7 and more): both
 * implementations of the Crypto contract make them before anything else, so that they agree whatever is below
 * them.
 */

/** Whether lengths are right, S is below the group order, and the y of key and of R are below the field's prime. */
export function wellFormedSignature(signature: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  return (
    canonicalScalar(signature.subarray(32)) && canonicalY(signature.subarray(0, 32)) && canonicalY(publicKey)
  );
}

/** Whether an encoded point's y is below 2^255 - 19: else the point has a second encoding. */
export function canonicalY(encoded: Uint8Array): boolean {
  if (encoded.length !== 32) return false;
  if (((encoded[31] ?? 0) & 0x7f) !== 0x7f) return true;
  for (let i = 30; i > 0; i--) if (encoded[i] !== 0xff) return true;
  return (encoded[0] ?? 0) < 0xed;
}

/** Whether a scalar, lowest byte first, is below 2^252 + 27742317777372353535851937790883648493. */
function canonicalScalar(scalar: Uint8Array): boolean {
  for (let i = 31; i >= 0; i--) {
    const difference = (scalar[i] ?? 0) - (groupOrderBytes[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

const groupOrderBytes: readonly number[] = [
  0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];
