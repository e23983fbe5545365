import { idKey, type NodeId } from "../core/node-id.js";
import type { Credential } from "../identity/credential.js";
import type { KnownCredential, KnownCredentials } from "../identity/known-credentials.js";

/**
 * Which credential a node showed last, so that one sought by its Node-ID can be greeted with a hint.
 * Bounded, oldest first out.
 */
export class KnownNodes {
  readonly #known: KnownCredentials;
  readonly #hashes = new Map<string, Uint8Array>();
  readonly #capacity: number;

  constructor(known: KnownCredentials, capacity: number) {
    this.#known = known;
    this.#capacity = capacity;
  }

  /** A verified credential; `knowsUs` is left as it is where it is known already. */
  remember(credential: Credential): void {
    const key = idKey(credential.nodeId);
    this.#known.remember({ credential, knowsUs: false });
    this.#hashes.delete(key);
    this.#hashes.set(key, credential.hash);
    if (this.#hashes.size <= this.#capacity) return;
    for (const oldest of this.#hashes.keys()) {
      this.#hashes.delete(oldest);
      return;
    }
  }

  /** What is known of a node. */
  find(nodeId: NodeId | undefined): KnownCredential | undefined {
    const hash = nodeId === undefined ? undefined : this.#hashes.get(idKey(nodeId));
    return hash === undefined ? undefined : this.#known.find(hash);
  }
}
