import { concatBytes } from "../core/bytes.js";
import { encodeDataHeader } from "../wire/frame.js";
import type { Crypto } from "../../hal/crypto.js";

/** Which frame of a session it is. Under one key, no place may be used twice. */
export interface DataPlace {
  /** The receiver's number of the link, 24 bits. */
  readonly index: number;
  /** The whole counter, below 2^53; its low 16 bits are on the wire. */
  readonly counter: number;
}

/** A whole data frame, 22 B longer than `plaintext`. */
export function sealData(
  crypto: Crypto,
  key: Uint8Array,
  place: DataPlace,
  plaintext: Uint8Array,
): Uint8Array {
  const header = encodeDataHeader(place.index, place.counter);
  return concatBytes(header, crypto.secretboxSeal(plaintext, dataNonce(header, place.counter), key));
}

/** The plaintext of a data frame's sealed part, or `undefined` when it was not sealed with this key for this place. */
export function openData(
  crypto: Crypto,
  key: Uint8Array,
  place: DataPlace,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const header = encodeDataHeader(place.index, place.counter);
  return crypto.secretboxOpen(sealed, dataNonce(header, place.counter), key);
}

/**
 * First byte, index, counter (64 bits, big-endian), zeros: 24 B. So the header is authenticated without being
 * sealed. Made for each frame, so without a view.
 */
function dataNonce(header: Uint8Array, counter: number): Uint8Array {
  const nonce = new Uint8Array(24);
  for (let at = 0; at < 4; at++) nonce[at] = header[at] ?? 0;
  let rest = counter;
  for (let at = 11; rest > 0; at--) {
    nonce[at] = rest & 0xff;
    rest = Math.floor(rest / 256);
  }
  return nonce;
}
