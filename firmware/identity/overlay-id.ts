import { encodeText } from "../core/text.js";
import type { Crypto } from "../../hal/crypto.js";

/** Length of an Overlay-ID, bytes. */
export const overlayIdBytes: number = 8;

/**
 * The Overlay-ID, 8 B: of the overlay's name and the authority's public key (32 B), or no key for an open
 * overlay. Two overlays of one name are the same only where it is equal; it is in every handshake, signature,
 * Resource-ID and beacon.
 */
export function overlayIdOf(crypto: Crypto, name: string, signer?: Uint8Array): Uint8Array {
  return crypto
    .sha512(encodeText("Muster/1 overlay"), encodeText(name), signer ?? new Uint8Array(0))
    .slice(0, overlayIdBytes);
}
