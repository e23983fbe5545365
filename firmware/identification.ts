import type { Crypto } from "../hal/crypto.js";
import { assert } from "./core/assert.js";
import { hashesPerTurn } from "./core/limits.js";
import { randomBytes, type Random } from "./core/random.js";
import { notEnrolledText } from "./enrollment.js";
import {
  openAdmission,
  type Admission,
  type EnrolledAdmission,
  type OpenAdmission,
} from "./identity/admission.js";
import { issueOpenCredential } from "./identity/credential.js";
import { decodeKeyRing, encodeBareKey, makeKeyRing, storedSeed, type KeyRing } from "./identity/key-ring.js";
import { makeOpenIdentity, type OpenIdentityWork } from "./identity/node-identity.js";

/** Whose phone this is, in which open overlay. */
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
  /** The overlay that it is for. */
  readonly admission: OpenAdmission;
  readonly #crypto: Crypto;
  readonly #userName: string;
  readonly #seed: Uint8Array;
  readonly #work: OpenIdentityWork;

  /** `seed`: 32 B, the secret key's origin. The same seed, name and overlay always give the same key ring. */
  constructor(crypto: Crypto, identity: Identity, seed: Uint8Array) {
    this.#crypto = crypto;
    this.#userName = identity.userName;
    this.admission = openAdmission(identity.overlayId, identity.workBits);
    this.#seed = seed;
    this.#work = makeOpenIdentity(crypto, identity.overlayId, seed, identity.workBits);
  }

  /** One step of the work; the key ring, once it is done. */
  advance(): KeyRing | undefined {
    const found = this.#work.advance(hashesPerTurn);
    if (found === undefined) return undefined;
    const { overlayId } = this.admission;
    const credential = issueOpenCredential(this.#crypto, overlayId, this.#userName, found);
    const keyRing = makeKeyRing(this.#crypto, this.admission, this.#seed, credential);
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
  const { kind } = keyRing.error;
  const seed = kind === "bad-credential" || kind === "no-credential" ? storedSeed(stored) : undefined;
  if (seed === undefined) return { kind: "damaged", reason: kind };
  return { kind: "seedOnly", seed, misfits: kind === "bad-credential" };
}

/** How a device finds out who it is: it knows, or has to work for it, or waits for an authority to say it. */
export interface Beginning {
  /** What it has to tell, in a sentence. */
  readonly complaint: string | undefined;
  readonly found: KeyRing | Identification | undefined;
  /** A key that was made for want of one, to be stored. */
  readonly fresh?: Uint8Array;
}

/** What a device is made with, and what it has stored of itself; `undefined`: nothing. */
interface Origin {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly stored: Uint8Array | undefined;
}

/** Takes what is stored as far as it is good in the overlay; what is missing is to be made. */
export function beginIdentification(origin: Origin, userName: string, admission: Admission): Beginning {
  const { crypto, random } = origin;
  if (admission.kind === "enrolled") return beginEnrolled(origin, userName, admission);
  if (userName === "")
    return { complaint: "This phone has no name yet. Type: set name <user>", found: undefined };
  const identity = { userName, ...admission };
  const stored = readIdentity(crypto, identity, origin.stored);
  if (stored.kind === "ready") return { complaint: undefined, found: stored.keyRing };
  const seed = stored.kind === "seedOnly" ? stored.seed : randomBytes(random, 32);
  return { complaint: identityComplaint(stored), found: new Identification(crypto, identity, seed) };
}

/**
 * What is stored stays as it is while it is no good here: it may be in another overlay. The name is as the authority
 * has it, whatever is set.
 */
function beginEnrolled(
  { crypto, random, stored }: Origin,
  userName: string,
  admission: EnrolledAdmission,
): Beginning {
  const keyRing = stored && decodeKeyRing(crypto, admission, stored);
  if (keyRing?.ok === true) {
    const { userName: enrolledAs } = keyRing.value;
    const isAs = userName === "" || userName === enrolledAs;
    const complaint = `This phone is enrolled as ${enrolledAs}: that is its name here, not ${userName}.`;
    return { complaint: isAs ? undefined : complaint, found: keyRing.value };
  }
  const kept = stored && storedSeed(stored);
  const seed = kept ?? randomBytes(random, 32);
  const complaint = notEnrolledText(crypto.signKeyPair(seed).publicKey, keyRing?.error);
  return { complaint, found: undefined, ...(kept === undefined && { fresh: encodeBareKey(seed) }) };
}

/** What a person is to be told of what was found, in a sentence. */
export function identityComplaint(stored: StoredIdentity): string | undefined {
  if (stored.kind === "damaged")
    return `The stored key cannot be used (${stored.reason}): this phone gets a new one, and others will notice.`;
  if (stored.kind === "seedOnly" && stored.misfits)
    return "The stored credential is damaged or of another overlay: a new one is made, with the same key.";
  return undefined;
}
