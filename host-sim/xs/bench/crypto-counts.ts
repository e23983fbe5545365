import { instructions } from "muster/memory";
import { NativeCrypto } from "../../../hal/moddable/crypto.js";
import { nodeIdWorkBits } from "../../../firmware/core/limits.js";
import { makeOpenIdentity } from "../../../firmware/identity/node-identity.js";
import { overlayIdOf } from "../../../firmware/identity/overlay-id.js";
import { signRecord, verifyRecord } from "../../../firmware/identity/record-signature.js";
import { resourceIdOf } from "../../../firmware/identity/resource-id.js";
import {
  encodeRegistration,
  peerRegistration,
  registrationKind,
  registrationLifetimeS,
} from "../../../firmware/usage/registration.js";
import { benchKeyRing, benchOverlay, seedOf } from "./identities.js";

const hashesCounted = 64;

/** Verifying the signature of a registration. */
export function countRecordVerified(): number {
  const crypto = new NativeCrypto();
  const ring = benchKeyRing(crypto, "alice");
  const overlayId = overlayIdOf(crypto, benchOverlay);
  const resource = resourceIdOf(crypto, overlayId, "user", ring.userName);
  const place = { overlayId, resource, kind: registrationKind };
  const record = signRecord(crypto, ring.secretKey, place, {
    key: ring.nodeId,
    value: encodeRegistration(peerRegistration()),
    lifetimeS: registrationLifetimeS,
    generation: 1,
    epoch: 0,
  });
  const before = instructions();
  const isGood = verifyRecord(crypto, ring.publicKey, place, record);
  const count = instructions() - before;
  if (!isGood) throw new Error("a good record was refused");
  return count;
}

/** The work of a new Node-ID: a part of it, for its mean. */
export function countNodeIdWork(): number {
  const crypto = new NativeCrypto();
  const overlayId = overlayIdOf(crypto, benchOverlay);
  const neverFound = 128;
  const work = makeOpenIdentity(crypto, overlayId, seedOf(crypto, "carol"), neverFound);
  const before = instructions();
  work.advance(hashesCounted);
  return ((instructions() - before) / hashesCounted) * 2 ** nodeIdWorkBits;
}
