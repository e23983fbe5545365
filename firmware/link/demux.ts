import { questionByte } from "../wire/service-instance.js";

/**
 * Who gets a datagram that came to the one port (RFC 7983 §7, with Muster's frames above it; protocol §2).
 */
export type DatagramClass =
  /** STUN, 0 .. 3 */
  | "stun"
  /** TURN channel data, 64 .. 79 */
  | "channel"
  /** RTP and RTCP, sealed or not, 128 .. 191 */
  | "media"
  /** The frames of a link, 192 .. 223 */
  | "frame"
  /** A beacon on the LAN, 224 */
  | "beacon"
  /** The answer to a question of DNS-SD, 13 */
  | "dns"
  /**
   * Nobody's: counted and dropped. That holds for DTLS (20 .. 63), too, and for QUIC, which RFC 9443 puts
   * at 192 .. 255.
   */
  | "unknown";

/** The class of a datagram by its first byte; an empty one is nobody's. */
export function classify(bytes: Uint8Array): DatagramClass {
  const first = bytes[0];
  if (first === undefined) return "unknown";
  if (first < 64) return first <= 3 ? "stun" : first === questionByte ? "dns" : "unknown";
  if (first < 80) return "channel";
  if (first < 128) return "unknown";
  if (first < 192) return "media";
  if (first < 224) return "frame";
  return first === 224 ? "beacon" : "unknown";
}
