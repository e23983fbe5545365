import { equalBytes } from "../core/bytes.js";
import { indexFor, type IdIndex } from "../core/id-index.js";
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
 * Credentials this node has verified: what makes short hellos possible. A plain list, the one not used for longest
 * first; that one makes room. A host has thousands of them, and finds them by index.
 */
export class KnownCredentials {
  readonly #entries: KnownCredential[] = [];
  readonly #capacity: number;
  readonly #byHash: IdIndex<KnownCredential> | undefined;
  readonly #byNodeId: IdIndex<KnownCredential> | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#byHash = indexFor(capacity, hashOf, sameShortHash);
    this.#byNodeId = indexFor(capacity, nodeIdOf);
  }

  get size(): number {
    return this.#entries.length;
  }

  /** The credential whose hash begins with the first 8 B of `hash`; finding it makes it the last to be given up. */
  find(hash: Uint8Array): KnownCredential | undefined {
    return this.use(this.byHash(hash));
  }

  /** The credential that a node showed last, so that one sought by its Node-ID can be greeted with a hint. */
  findNode(nodeId: NodeId): KnownCredential | undefined {
    const known =
      this.#byNodeId === undefined
        ? this.#entries.findLast(({ credential }) => sameId(credential.nodeId, nodeId))
        : this.#byNodeId.find(nodeId);
    return this.use(known);
  }

  /** Keeps a credential that was verified; what is known of it already is kept where `known` does not say it. */
  remember(known: KnownCredential): void {
    const before = this.byHash(known.credential.hash);
    if (before !== undefined) this.remove(before);
    this.add(merged(before, known));
    const oldest = this.#entries[0];
    if (oldest !== undefined && this.#entries.length > this.#capacity) this.remove(oldest);
  }

  /** Notes whether the owner of a credential has verified ours; without effect where the credential is not known. */
  noteKnowsUs(hash: Uint8Array, knowsUs: boolean): void {
    const known = this.byHash(hash);
    if (known === undefined || known.knowsUs === knowsUs) return;
    this.remove(known);
    this.add({ ...known, knowsUs });
  }

  /** Forgets a credential: revoked, expired, replaced. */
  forget(hash: Uint8Array): void {
    const known = this.byHash(hash);
    if (known !== undefined) this.remove(known);
  }

  private byHash(hash: Uint8Array): KnownCredential | undefined {
    return this.#byHash === undefined
      ? this.#entries.find(({ credential }) => sameShortHash(credential.hash, hash))
      : this.#byHash.find(hash);
  }

  private add(known: KnownCredential): void {
    this.#entries.push(known);
    this.#byHash?.add(known);
    this.#byNodeId?.add(known);
  }

  private remove(known: KnownCredential): void {
    this.#entries.splice(this.#entries.indexOf(known), 1);
    this.#byHash?.remove(known);
    this.#byNodeId?.remove(known);
  }

  private use(known: KnownCredential | undefined): KnownCredential | undefined {
    if (known === undefined) return undefined;
    this.remove(known);
    this.add(known);
    return known;
  }
}

function hashOf({ credential }: KnownCredential): Uint8Array {
  return credential.hash;
}

function nodeIdOf({ credential }: KnownCredential): Uint8Array {
  return credential.nodeId;
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
