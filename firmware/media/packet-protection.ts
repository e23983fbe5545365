/**
 * Where SRTP (RFC 3711) fits: between a packet as the session builds it and the datagram on the wire.
 * A session without keys uses `clearMedia`.
 */
export interface PacketProtection {
  /**
   * Protects the first `length` bytes of `packet`, an RTP or RTCP packet by its second byte (RFC 5761), in place.
   * The buffer has at least 16 bytes of room after them. Returns the new length.
   */
  protect(packet: Uint8Array, length: number): number;
  /** The packet inside, authenticated and not seen before, or `undefined`: forged, replayed or not protected. */
  unprotect(packet: Uint8Array): Uint8Array | undefined;
}

/** Media in clear. */
export const clearMedia: PacketProtection = {
  protect: (_packet: Uint8Array, length: number): number => length,
  unprotect: (packet: Uint8Array): Uint8Array => packet,
};
