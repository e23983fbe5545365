import { hashesPerTurn } from "../../firmware/core/limits.js";
import { enrolledAdmission, openAdmission, type Admission } from "../../firmware/identity/admission.js";
import { Identification } from "../../firmware/identification.js";
import { makeKeyRing, type KeyRing } from "../../firmware/identity/key-ring.js";
import { overlayIdOf } from "../../firmware/identity/overlay-id.js";
import type { Crypto } from "../../hal/crypto.js";
import { Authority, type Foundation } from "../authority/authority.js";
import { Prng } from "../virtual/prng.js";

/** How nodes of a run come to their keys: each signs for itself, or an authority signs for all. */
export class SimEnrollment {
  readonly #crypto: Crypto;
  readonly #authority: Authority | undefined;
  readonly #overlayId: Uint8Array;

  constructor(crypto: Crypto, isByAuthority: boolean) {
    this.#crypto = crypto;
    if (isByAuthority) {
      const random = new Prng("the simulated authority");
      const seed = random.fill(new Uint8Array(32));
      this.#authority = new Authority({ crypto, random, seed, foundation });
    }
    this.#overlayId = this.#authority?.overlayId ?? overlayIdOf(crypto, overlay);
  }

  /** Whether nobody chooses his place in the overlay. */
  get isByAuthority(): boolean {
    return this.#authority !== undefined;
  }

  /** What a node that is switched on knows of whom it accepts. */
  admission(): Admission {
    const authority = this.#authority;
    return authority === undefined
      ? openAdmission(this.#overlayId, workBits)
      : enrolledAdmission(this.#overlayId, authority.publicKey, enrolledAtS);
  }

  /** The keys of a user's device with their credential; `seed`: 32 B. */
  keyRing(userName: string, seed: Uint8Array): KeyRing {
    return this.#authority === undefined
      ? this.#ownKeyRing(userName, seed)
      : this.#enrolledKeyRing(this.#authority, userName, seed);
  }

  #enrolledKeyRing(authority: Authority, userName: string, seed: Uint8Array): KeyRing {
    const { publicKey } = this.#crypto.signKeyPair(seed);
    const issued = authority.issue({ userName, publicKey, nowS: enrolledAtS, days, isFurther: true });
    if (!issued.ok) throw new Error(`${userName} is not enrolled: ${issued.error}`);
    const keyRing = makeKeyRing(this.#crypto, this.admission(), seed, issued.value.credential);
    if (!keyRing.ok) throw new Error(`${userName} cannot use its credential: ${keyRing.error.kind}`);
    return keyRing.value;
  }

  #ownKeyRing(userName: string, seed: Uint8Array): KeyRing {
    const identity = { userName, overlayId: this.#overlayId, workBits };
    const work = new Identification(this.#crypto, identity, seed);
    for (let turn = 0; turn < turnsMax; turn++) {
      const keyRing = work.advance();
      if (keyRing !== undefined) return keyRing;
    }
    throw new Error(`no identity after ${turnsMax * hashesPerTurn} hashes`);
  }
}

const overlay = "simulation";
/** A sixty-fourth of what real overlays ask: keys of a thousand nodes are made in a second. */
const workBits = 8;
const turnsMax = 10_000;
/** A user who loses all that was in the memory of his device is issued another, as often as it happens in a run. */
const foundation: Foundation = { overlay, bootstrap: "none", devicesMax: 1000 };
/** Everybody was enrolled at one time, for a year: seconds since 1970. */
const enrolledAtS = 1_765_000_000;
const days = 365;
