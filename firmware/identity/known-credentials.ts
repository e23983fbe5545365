import { equalBytes, toHex } from "../core/bytes.js";
import { shortHashBytes } from "../wire/frame.js";
import type { Credential } from "./credential.js";

/** A verified credential with what was worked out about it. */
export interface KnownCredential {
  readonly credential: Credential;
  /** Its key converted to X25519, 32 B; converting costs as much as an X25519, so it is kept. */
  readonly agreementKey?: Uint8Array;
  /** Its owner has verified ours: a hello3 to it may be short. */
  readonly knowsUs: boolean;
}

/**
 * Credentials this node has verified, by the first 8 B of their hash: what makes short hellos possible.
 * Bounded: the one not used for longest makes room.
 */
export class KnownCredentials {
  readonly #entries = new Map<string, KnownCredential>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The credential whose hash begins with the first 8 B of `hash`; finding it makes it the last to be given up. */
  find(hash: Uint8Array): KnownCredential | undefined {
    const key = keyOf(hash);
    const known = this.#entries.get(key);
    if (known === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, known);
    return known;
  }

  /** Keeps a credential that was verified; what is known of it already is kept where `known` does not say it. */
  remember(known: KnownCredential): void {
    const key = keyOf(known.credential.hash);
    const before = this.#entries.get(key);
    this.#entries.delete(key);
    this.#entries.set(key, merged(before, known));
    if (this.#entries.size <= this.#capacity) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  /** Notes whether the owner of a credential has verified ours; without effect where the credential is not known. */
  noteKnowsUs(hash: Uint8Array, knowsUs: boolean): void {
    const key = keyOf(hash);
    const known = this.#entries.get(key);
    if (known !== undefined) this.#entries.set(key, { ...known, knowsUs });
  }

  /** Forgets a credential: revoked, expired, replaced. */
  forget(hash: Uint8Array): void {
    this.#entries.delete(keyOf(hash));
  }
}

function keyOf(hash: Uint8Array): string {
  return toHex(hash.subarray(0, shortHashBytes));
}

/** Two credentials may share 8 B of hash (somebody worked for that): only the same credential keeps what was known. */
function merged(before: KnownCredential | undefined, known: KnownCredential): KnownCredential {
  if (before === undefined || !equalBytes(before.credential.hash, known.credential.hash)) return known;
  const agreementKey = known.agreementKey ?? before.agreementKey;
  return {
    credential: known.credential,
    knowsUs: known.knowsUs || before.knowsUs,
    ...(agreementKey === undefined ? {} : { agreementKey }),
  };
}
