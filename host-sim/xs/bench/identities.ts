import config from "mc/config";
import type { Crypto } from "../../../hal/crypto.js";
import { nodeIdWorkBits } from "../../../firmware/core/limits.js";
import { encodeText } from "../../../firmware/core/text.js";
import { openAdmission } from "../../../firmware/identity/admission.js";
import { makeKeyRing, type KeyRing } from "../../../firmware/identity/key-ring.js";
import { overlayIdOf } from "../../../firmware/identity/overlay-id.js";
import { fromHex } from "../../../firmware/core/bytes.js";

/** The overlay of the counts. */
export const benchOverlay = "bench";

/** 32 bytes that stand for a name. */
export function seedOf(crypto: Crypto, name: string): Uint8Array {
  return crypto.sha512(encodeText(name)).slice(0, 32);
}

/**
 * The keys of a node of the counts. Its credential, with the work done, comes from the configuration
 * (`credential-<name>`, hex): finding it on the chip would take minutes.
 */
export function benchKeyRing(crypto: Crypto, name: string): KeyRing {
  const given = config[`credential-${name}`];
  const credential = typeof given === "string" ? fromHex(given) : undefined;
  if (credential === undefined) throw new Error(`the configuration has no credential-${name}`);
  const admission = openAdmission(overlayIdOf(crypto, benchOverlay), nodeIdWorkBits);
  const ring = makeKeyRing(crypto, admission, seedOf(crypto, name), credential);
  if (!ring.ok) throw new Error(`credential-${name} is of no use`);
  return ring.value;
}
