import type { Crypto } from "../../hal/crypto.js";
import { equalBytes } from "../core/bytes.js";
import { indexFor, type IdIndex } from "../core/id-index.js";
import { sameId } from "../core/node-id.js";
import {
  checkCredentialSignature,
  credentialHash,
  readCredential,
  type Admission,
  type Credential,
} from "../identity/credential.js";

/** Credentials verified here, by Node-ID: those of linked nodes and of owners of records. The least used makes room. */
export class CredentialCache {
  readonly #crypto: Crypto;
  readonly #admission: Admission;
  readonly #capacity: number;
  /** The one used last stands last. */
  readonly #all: Credential[] = [];
  readonly #byNodeId: IdIndex<Credential> | undefined;

  constructor(crypto: Crypto, admission: Admission, capacity: number) {
    this.#crypto = crypto;
    this.#admission = admission;
    this.#capacity = capacity;
    this.#byNodeId = indexFor(capacity, (credential) => credential.nodeId);
  }

  get size(): number {
    return this.#all.length;
  }

  /** The verified credential of a node; finding it makes it the last to go. */
  find(nodeId: Uint8Array): Credential | undefined {
    const credential = this.ofNode(nodeId);
    if (credential === undefined) return undefined;
    this.#all.splice(this.#all.indexOf(credential), 1);
    this.#all.push(credential);
    return credential;
  }

  /** The credential of these bytes if it is one we have verified already: no public-key operation. */
  findBytes(bytes: Uint8Array): Credential | undefined {
    const hash = credentialHash(this.#crypto, bytes);
    return this.#all.find((credential) => equalBytes(credential.hash, hash));
  }

  /** Keeps a credential that was verified, in place of a former one of the same node. */
  remember(credential: Credential): void {
    const { nodeId } = credential;
    const displaced = this.ofNode(nodeId) ?? (this.#all.length < this.#capacity ? undefined : this.#all[0]);
    if (displaced !== undefined) this.remove(displaced);
    this.#all.push(credential);
    this.#byNodeId?.add(credential);
  }

  /** Verifies a credential and keeps it; one public-key operation. `undefined` for one that is not good. */
  verify(bytes: Uint8Array): Credential | undefined {
    const read = readCredential(this.#crypto, this.#admission, bytes);
    if (!read.ok || !checkCredentialSignature(this.#crypto, this.#admission, read.value)) return undefined;
    this.remember(read.value);
    return read.value;
  }
  private ofNode(nodeId: Uint8Array): Credential | undefined {
    if (this.#byNodeId !== undefined) return this.#byNodeId.find(nodeId);
    return this.#all.find((credential) => sameId(credential.nodeId, nodeId));
  }

  private remove(credential: Credential): void {
    this.#all.splice(this.#all.indexOf(credential), 1);
    this.#byNodeId?.remove(credential);
  }
}
