/**
 * CRC-32 (IEEE 802.3, reflected, polynomial EDB88320): finds every change of up to 32 neighbouring bits, and any other
 * with all but one in 2^32. It guards against worn flash and cut writes, and is STUN's FINGERPRINT but for a constant
 * (RFC 8489 §14.7); against people it guards nothing.
 */
export function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
