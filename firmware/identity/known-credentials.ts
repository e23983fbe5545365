import { equalBytes } from "../core/bytes.js";
import { sameId, type NodeId } from "../core/node-id.js";
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
 * Credentials this node has verified: what makes short hellos possible. Few and seldom sought, so they stand in a
 * plain list, the one not used for longest first; that one makes room.
 */
export class KnownCredentials {
  readonly #entries: KnownCredential[] = [];
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** The credential whose hash begins with the first 8 B of `hash`; finding it makes it the last to be given up. */
  find(hash: Uint8Array): KnownCredential | undefined {
    return this.use(this.placeOf(hash));
  }

  /** The credential that a node showed last, so that one sought by its Node-ID can be greeted with a hint. */
  findNode(nodeId: NodeId): KnownCredential | undefined {
    return this.use(this.#entries.findLastIndex(({ credential }) => sameId(credential.nodeId, nodeId)));
  }

  /** Keeps a credential that was verified; what is known of it already is kept where `known` does not say it. */
  remember(known: KnownCredential): void {
    const place = this.placeOf(known.credential.hash);
    const before = place < 0 ? undefined : this.#entries.splice(place, 1)[0];
    this.#entries.push(merged(before, known));
    if (this.#entries.length > this.#capacity) this.#entries.shift();
  }

  /** Notes whether the owner of a credential has verified ours; without effect where the credential is not known. */
  noteKnowsUs(hash: Uint8Array, knowsUs: boolean): void {
    const place = this.placeOf(hash);
    const known = this.#entries[place];
    if (known !== undefined) this.#entries[place] = { ...known, knowsUs };
  }

  /** Forgets a credential: revoked, expired, replaced. */
  forget(hash: Uint8Array): void {
    const place = this.placeOf(hash);
    if (place >= 0) this.#entries.splice(place, 1);
  }

  private placeOf(hash: Uint8Array): number {
    return this.#entries.findIndex(({ credential }) => sameShortHash(credential.hash, hash));
  }

  private use(place: number): KnownCredential | undefined {
    const known = this.#entries[place];
    if (known === undefined) return undefined;
    this.#entries.splice(place, 1);
    this.#entries.push(known);
    return known;
  }
}

function sameShortHash(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < shortHashBytes; i++) if (a[i] !== b[i]) return false;
  return true;
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
