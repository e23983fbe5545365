import type { Crypto } from "../../hal/crypto.js";
import { equalBytes } from "../core/bytes.js";
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

  constructor(crypto: Crypto, admission: Admission, capacity: number) {
    this.#crypto = crypto;
    this.#admission = admission;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#all.length;
  }

  /** The verified credential of a node; finding it makes it the last to go. */
  find(nodeId: Uint8Array): Credential | undefined {
    const at = this.#all.findIndex((credential) => sameId(credential.nodeId, nodeId));
    if (at < 0) return undefined;
    const [credential] = this.#all.splice(at, 1);
    if (credential !== undefined) this.#all.push(credential);
    return credential;
  }

  /** The credential of these bytes if it is one we have verified already: no public-key operation. */
  findBytes(bytes: Uint8Array): Credential | undefined {
    const hash = credentialHash(this.#crypto, bytes);
    return this.#all.find((credential) => equalBytes(credential.hash, hash));
  }

  /** Keeps a credential that was verified, in place of a former one of the same node. */
  remember(credential: Credential): void {
    const at = this.#all.findIndex((former) => sameId(former.nodeId, credential.nodeId));
    if (at >= 0) this.#all.splice(at, 1);
    else if (this.#all.length >= this.#capacity) this.#all.shift();
    this.#all.push(credential);
  }

  /** Verifies a credential and keeps it; one public-key operation. `undefined` for one that is not good. */
  verify(bytes: Uint8Array): Credential | undefined {
    const read = readCredential(this.#crypto, this.#admission, bytes);
    if (!read.ok || !checkCredentialSignature(this.#crypto, this.#admission, read.value)) return undefined;
    this.remember(read.value);
    return read.value;
  }
}
