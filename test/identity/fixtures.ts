import { concatBytes } from "../../firmware/core/bytes.js";
import type { Random } from "../../firmware/core/random.js";
import { encodeText } from "../../firmware/core/text.js";
import type { HandshakeSide } from "../../firmware/identity/handshake.js";
import { openAdmission } from "../../firmware/identity/admission.js";
import { issueEnrolledCredential, issueOpenCredential } from "../../firmware/identity/credential.js";
import type { EnrolledAdmission } from "../../firmware/identity/admission.js";
import { makeKeyRing } from "../../firmware/identity/key-ring.js";
import { KnownCredentials } from "../../firmware/identity/known-credentials.js";
import { makeOpenIdentity, type NodeIdentity } from "../../firmware/identity/node-identity.js";
import { overlayIdOf } from "../../firmware/identity/overlay-id.js";
import { nodeId } from "../../firmware/core/node-id.js";
import { SodiumCrypto } from "../../hal/node/sodium-crypto.js";
import type { Crypto } from "../../hal/crypto.js";

export const sodium: SodiumCrypto = new SodiumCrypto();
/** Little work: the tests make many identities. */
export const testWorkBits = 4;
export const openOverlay: Uint8Array = overlayIdOf(sodium, "office.example");

/** 32 bytes that stand for `name`. */
export function seedOf(name: string): Uint8Array {
  return sodium.sha512(encodeText(name)).slice(0, 32);
}

/** Bytes of a hash chain: the same for the same name. */
export class TestRandom implements Random {
  #state: Uint8Array;

  constructor(name: string) {
    this.#state = seedOf(name);
  }

  fill(target: Uint8Array): Uint8Array {
    for (let at = 0; at < target.length; at += 32) {
      this.#state = sodium.sha512(this.#state).slice(0, 32);
      target.set(this.#state.subarray(0, Math.min(32, target.length - at)), at);
    }
    return target;
  }
}

/** The identity of a device in the open overlay. */
export function openIdentity(
  device: string,
  overlayId: Uint8Array = openOverlay,
  workBits = testWorkBits,
): NodeIdentity {
  const work = makeOpenIdentity(sodium, overlayId, seedOf(device), workBits);
  const identity = work.advance(1 << (workBits + 8));
  if (identity === undefined) throw new Error("no nonce found");
  return identity;
}

/** Everything a node of the open overlay needs for handshakes. */
export function openSide(userName: string, services?: number, crypto: Crypto = sodium): HandshakeSide {
  const identity = { ...openIdentity(userName), ...(services === undefined ? {} : { services }) };
  const admission = openAdmission(openOverlay, testWorkBits);
  const credential = issueOpenCredential(sodium, openOverlay, userName, identity);
  return side(crypto, admission, userName, credential);
}

export const authorityKeys: { publicKey: Uint8Array; secretKey: Uint8Array } = sodium.signKeyPair(
  seedOf("authority"),
);
export const enrolledOverlay: Uint8Array = overlayIdOf(sodium, "office.example", authorityKeys.publicKey);

export function enrolledAdmission(change: Partial<EnrolledAdmission> = {}): EnrolledAdmission {
  return {
    kind: "enrolled",
    overlayId: enrolledOverlay,
    authority: authorityKeys.publicKey,
    lowestTimeS: 1_765_000_000,
    serialFloor: 0,
    revokedSerials: [],
    ...change,
  };
}

/** A credential as an authority issues it: serial 300, valid until 1797000000. */
export function enrolledCredential(userName: string, serial = 300): Uint8Array {
  const claims = {
    kind: "enrolled" as const,
    userName,
    publicKey: sodium.signKeyPair(seedOf(userName)).publicKey,
    nodeId: nodeId(seedOf(`id of ${userName}`).slice(0, 16)),
    serial,
    expiresAtS: 1_797_000_000,
    issuedAtS: 1_765_000_000,
    services: 0x1f,
  };
  return issueEnrolledCredential(sodium, enrolledOverlay, claims, authorityKeys.secretKey);
}

export function enrolledSide(userName: string): HandshakeSide {
  return side(sodium, enrolledAdmission(), userName, enrolledCredential(userName));
}

function side(
  crypto: Crypto,
  admission: HandshakeSide["admission"],
  userName: string,
  credential: Uint8Array,
): HandshakeSide {
  const keyRing = makeKeyRing(sodium, admission, seedOf(userName), credential);
  if (!keyRing.ok) throw new Error(JSON.stringify(keyRing.error));
  return {
    crypto,
    random: new TestRandom(`random of ${userName}`),
    keyRing: keyRing.value,
    admission,
    known: new KnownCredentials(8),
  };
}

/** `bytes` with one bit changed. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = concatBytes(bytes);
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}
