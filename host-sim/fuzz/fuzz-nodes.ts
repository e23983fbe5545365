import { assert } from "../../firmware/core/assert.js";
import type { Endpoint } from "../../firmware/core/endpoint.js";
import { nodeIdWorkBits } from "../../firmware/core/limits.js";
import { encodeText } from "../../firmware/core/text.js";
import { openAdmission } from "../../firmware/identity/admission.js";
import type { HandshakeSide } from "../../firmware/identity/handshake.js";
import type { KeyRing } from "../../firmware/identity/key-ring.js";
import { KnownCredentials } from "../../firmware/identity/known-credentials.js";
import type { NodeIdentity } from "../../firmware/identity/node-identity.js";
import { makeOpenIdentity } from "../../firmware/identity/node-identity.js";
import { overlayIdOf } from "../../firmware/identity/overlay-id.js";
import { Identification } from "../../firmware/identification.js";
import { SodiumCrypto } from "../../hal/node/sodium-crypto.js";
import { Prng } from "../virtual/prng.js";

/** Who the nodes of a run are. Keys are made with the real crypto and the full proof of work, once for each name. */

export const crypto: SodiumCrypto = new SodiumCrypto();
export const overlayId: Uint8Array = overlayIdOf(crypto, "fuzz.example");
export const victimAt: Endpoint = { address: "192.0.2.7", port: 6084 };
export const peerAt: Endpoint = { address: "192.0.2.9", port: 6084 };

const keyRings = new Map<string, KeyRing>();

/** 32 bytes that stand for a name. */
export function seedOf(name: string): Uint8Array {
  return crypto.sha512(encodeText(name)).slice(0, 32);
}

/** The keys of a user of the overlay. */
export function keyRingOf(userName: string): KeyRing {
  const known = keyRings.get(userName);
  if (known !== undefined) return known;
  const work = new Identification(
    crypto,
    { userName, overlayId, workBits: nodeIdWorkBits },
    seedOf(userName),
  );
  let keyRing = work.advance();
  while (keyRing === undefined) keyRing = work.advance();
  keyRings.set(userName, keyRing);
  return keyRing;
}

/** The identity behind those keys, to issue other credentials with. */
export function identityOf(userName: string): NodeIdentity {
  const work = makeOpenIdentity(crypto, overlayId, seedOf(userName), nodeIdWorkBits);
  const identity = work.advance(1 << (nodeIdWorkBits + 6));
  assert(identity !== undefined, "the work of an identity is found");
  return identity;
}

/** One side of a handshake. */
export function sideOf(keyRing: KeyRing, seed: string): HandshakeSide {
  const admission = openAdmission(overlayId, nodeIdWorkBits);
  return { crypto, random: new Prng(seed), keyRing, admission, known: new KnownCredentials(8) };
}
