import nacl from "tweetnacl";

/** A whole data frame, straight down from firmware/identity/README.md over tweetnacl's secretbox; `index` is 3 B. */
export function referenceData(
  key: Uint8Array,
  index: Uint8Array,
  counter: bigint,
  plaintext: Uint8Array,
): Uint8Array {
  const nonce = new Uint8Array(24);
  nonce[0] = 0xd8;
  nonce.set(index, 1);
  new DataView(nonce.buffer).setBigUint64(4, counter);
  const sealed = nacl.secretbox(plaintext, nonce, key);
  return Uint8Array.from([0xd8, ...index, ...nonce.subarray(10, 12), ...sealed]);
}
