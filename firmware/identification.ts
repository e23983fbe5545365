import type { Crypto } from "../hal/crypto.js";
import { assert } from "./core/assert.js";
import { hashesPerTurn } from "./core/limits.js";
import { randomBytes, type Random } from "./core/random.js";
import { openAdmission } from "./identity/admission.js";
import { issueOpenCredential } from "./identity/credential.js";
import { decodeKeyRing, makeKeyRing, storedSeed, type KeyRing } from "./identity/key-ring.js";
import { makeOpenIdentity, type OpenIdentityWork } from "./identity/node-identity.js";

/** Whose phone this is, in which overlay. */
export interface Identity {
  readonly userName: string;
  readonly overlayId: Uint8Array;
  /** Leading zero bits the overlay demands of a Node-ID's hash. */
  readonly workBits: number;
}

/** What a phone finds of itself in its storage. */
export type StoredIdentity =
  | { readonly kind: "ready"; readonly keyRing: KeyRing }
  /**
   * The key is there, but its credential is for another name, or no good in this overlay (`misfits`): to be issued
   * anew, by the same key.
   */
  | { readonly kind: "seedOnly"; readonly seed: Uint8Array; readonly misfits: boolean }
  /** First start. */
  | { readonly kind: "none" }
  /** What is stored cannot be used; the reason is for the person. */
  | { readonly kind: "damaged"; readonly reason: string };

/**
 * Makes the key ring of an open overlay, once in a phone's life: a key from 32 random bytes, the proof of work that
 * draws its Node-ID, a credential for the user name. In small steps, one a turn of the loop: on an ESP32-C3
 * it takes 5 s in all.
 */
export class Identification {
  readonly #crypto: Crypto;
  readonly #identity: Identity;
  readonly #seed: Uint8Array;
  readonly #work: OpenIdentityWork;

  /** `seed`: 32 B, the secret key's origin. The same seed, name and overlay always give the same key ring. */
  constructor(crypto: Crypto, identity: Identity, seed: Uint8Array) {
    this.#crypto = crypto;
    this.#identity = identity;
    this.#seed = seed;
    this.#work = makeOpenIdentity(crypto, identity.overlayId, seed, identity.workBits);
  }

  /** One step of the work; the key ring, once it is done. */
  advance(): KeyRing | undefined {
    const found = this.#work.advance(hashesPerTurn);
    if (found === undefined) return undefined;
    const { userName, overlayId, workBits } = this.#identity;
    const credential = issueOpenCredential(this.#crypto, overlayId, userName, found);
    const keyRing = makeKeyRing(this.#crypto, openAdmission(overlayId, workBits), this.#seed, credential);
    assert(keyRing.ok, "a credential just issued is acceptable");
    return keyRing.value;
  }
}

/** Reads the stored key ring and judges it against who this phone is to be. */
export function readIdentity(
  crypto: Crypto,
  identity: Identity,
  stored: Uint8Array | undefined,
): StoredIdentity {
  if (stored === undefined) return { kind: "none" };
  const { userName, overlayId, workBits } = identity;
  const keyRing = decodeKeyRing(crypto, openAdmission(overlayId, workBits), stored);
  if (keyRing.ok && keyRing.value.userName === userName) return { kind: "ready", keyRing: keyRing.value };
  if (keyRing.ok) return { kind: "seedOnly", seed: keyRing.value.secretKey.slice(0, 32), misfits: false };
  // A credential is bound to its overlay: one for another cannot be told from a bad one, and the key is good.
  const seed = keyRing.error.kind === "bad-credential" ? storedSeed(stored) : undefined;
  if (seed === undefined) return { kind: "damaged", reason: keyRing.error.kind };
  return { kind: "seedOnly", seed, misfits: true };
}

/** How a device finds out who it is: it knows, or has to work for it. */
export interface Beginning {
  /** What it has to tell, in a sentence. */
  readonly complaint: string | undefined;
  readonly found: KeyRing | Identification;
}

/** Takes what is stored (`undefined`: nothing) as far as it is good; what is missing is to be made. */
export function beginIdentification(
  { crypto, random }: { readonly crypto: Crypto; readonly random: Random },
  identity: Identity,
  keyRing: Uint8Array | undefined,
): Beginning {
  const stored = readIdentity(crypto, identity, keyRing);
  if (stored.kind === "ready") return { complaint: undefined, found: stored.keyRing };
  const seed = stored.kind === "seedOnly" ? stored.seed : randomBytes(random, 32);
  return { complaint: identityComplaint(stored), found: new Identification(crypto, identity, seed) };
}

/** What a person is to be told of what was found, in a sentence. */
export function identityComplaint(stored: StoredIdentity): string | undefined {
  if (stored.kind === "damaged")
    return `The stored key cannot be used (${stored.reason}): this phone gets a new one, and others will notice.`;
  if (stored.kind === "seedOnly" && stored.misfits)
    return "The stored credential is damaged or of another overlay: a new one is made, with the same key.";
  return undefined;
}
