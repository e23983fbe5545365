import type { Crypto } from "../../hal/crypto.js";
import { toHex } from "../core/bytes.js";
import { idKey } from "../core/node-id.js";
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
  readonly #byId = new Map<string, Credential>();

  constructor(crypto: Crypto, admission: Admission, capacity: number) {
    this.#crypto = crypto;
    this.#admission = admission;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** The verified credential of a node; finding it makes it the last to go. */
  find(nodeId: Uint8Array): Credential | undefined {
    const key = idKey(nodeId);
    const credential = this.#byId.get(key);
    if (credential === undefined) return undefined;
    this.#byId.delete(key);
    this.#byId.set(key, credential);
    return credential;
  }

  /** The credential of these bytes if it is one we have verified already: no public-key operation. */
  findBytes(bytes: Uint8Array): Credential | undefined {
    const hash = toHex(credentialHash(this.#crypto, bytes));
    for (const credential of this.#byId.values()) if (toHex(credential.hash) === hash) return credential;
    return undefined;
  }

  /** Keeps a credential that was verified. */
  remember(credential: Credential): void {
    const key = idKey(credential.nodeId);
    this.#byId.delete(key);
    this.#byId.set(key, credential);
    if (this.#byId.size <= this.#capacity) return;
    for (const oldest of this.#byId.keys()) {
      this.#byId.delete(oldest);
      return;
    }
  }

  /** Verifies a credential and keeps it; one public-key operation. `undefined` for one that is not good. */
  verify(bytes: Uint8Array): Credential | undefined {
    const read = readCredential(this.#crypto, this.#admission, bytes);
    if (!read.ok || !checkCredentialSignature(this.#crypto, this.#admission, read.value)) return undefined;
    this.remember(read.value);
    return read.value;
  }
}
