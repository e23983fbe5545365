import { equalBytes } from "../core/bytes.js";
import { credentialBytesMax } from "../core/limits.js";
import type { NodeId } from "../core/node-id.js";
import { err, ok, type Result } from "../core/result.js";
import { CborReader } from "../wire/cbor-reader.js";
import { CborWriter } from "../wire/cbor-writer.js";
import type { WireError } from "../wire/wire-error.js";
import type { Crypto } from "../../hal/crypto.js";
import { admitCredential, type Admission, type Credential, type CredentialFault } from "./credential.js";

/** Why a node cannot use what it has stored of itself. */
export type KeyRingFault =
  | { readonly kind: "malformed"; readonly wire: WireError }
  | { readonly kind: "bad-credential"; readonly credential: CredentialFault }
  /** A key that nobody has signed for yet. */
  | { readonly kind: "no-credential" }
  /** The credential is for another key. */
  | { readonly kind: "other-key" };

/**
 * The node's own keys and credential. The secrets stand behind `#`, so that printing a key ring shows none.
 */
export class KeyRing {
  readonly credential: Credential;
  readonly #secretKey: Uint8Array;
  readonly #agreementSecret: Uint8Array;

  /** `secretKey`: 64 B, of the key in `credential`. */
  constructor(crypto: Crypto, credential: Credential, secretKey: Uint8Array) {
    this.credential = credential;
    this.#secretKey = secretKey.slice();
    this.#agreementSecret = crypto.convertSecretKey(secretKey);
  }

  get nodeId(): NodeId {
    return this.credential.nodeId;
  }

  get userName(): string {
    return this.credential.userName;
  }

  /** Ed25519, 32 B. */
  get publicKey(): Uint8Array {
    return this.credential.publicKey;
  }

  /** Ed25519, 64 B: for signing records. */
  get secretKey(): Uint8Array {
    return this.#secretKey;
  }

  /** X25519, 32 B: for handshakes. */
  get agreementSecret(): Uint8Array {
    return this.#agreementSecret;
  }
}

/** A key ring of a 32-byte seed and the credential issued for its key, which is verified. */
export function makeKeyRing(
  crypto: Crypto,
  admission: Admission,
  seed: Uint8Array,
  credentialBytes: Uint8Array,
): Result<KeyRing, KeyRingFault> {
  const credential = admitCredential(crypto, admission, credentialBytes);
  if (!credential.ok) return err({ kind: "bad-credential", credential: credential.error });
  const { publicKey, secretKey } = crypto.signKeyPair(seed);
  if (!equalBytes(publicKey, credential.value.publicKey)) return err({ kind: "other-key" });
  return ok(new KeyRing(crypto, credential.value, secretKey));
}

/** What is kept in storage (key-ring.cddl): secret; never sent. */
export function encodeKeyRing(keyRing: KeyRing): Uint8Array {
  return encodeParts(keyRing.secretKey.subarray(0, seedBytes), keyRing.credential.bytes);
}

/** The same of a key that waits for its credential; `seed`: 32 B, secret. */
export function encodeBareKey(seed: Uint8Array): Uint8Array {
  return encodeParts(seed, new Uint8Array(0));
}

function encodeParts(seed: Uint8Array, credential: Uint8Array): Uint8Array {
  return new CborWriter("key-ring").array(3).uint(storageVersion).bytes(seed).bytes(credential).finish();
}

/** Reads what `encodeKeyRing` wrote; everything in it is checked again. */
export function decodeKeyRing(
  crypto: Crypto,
  admission: Admission,
  bytes: Uint8Array,
): Result<KeyRing, KeyRingFault> {
  const parts = readParts(bytes);
  if (!parts.ok) return err({ kind: "malformed", wire: parts.error });
  if (parts.value.credential.length === 0) return err({ kind: "no-credential" });
  return makeKeyRing(crypto, admission, parts.value.seed, parts.value.credential);
}

/**
 * The 32-byte seed in what `encodeKeyRing` wrote, whatever its credential is worth: for a credential to be issued
 * anew, in another overlay. `undefined` where it cannot be read.
 */
export function storedSeed(bytes: Uint8Array): Uint8Array | undefined {
  const parts = readParts(bytes);
  return parts.ok ? parts.value.seed.slice() : undefined;
}

function readParts(bytes: Uint8Array): Result<StoredParts, WireError> {
  const reader = new CborReader(bytes, "key-ring");
  reader.array("parts", 3, 3);
  if (reader.uint("version", 0xffff) !== storageVersion) reader.fail("version", "unknown-kind");
  const seed = reader.bytes("seed", seedBytes);
  const credential = reader.bytes("credential", 0, credentialBytesMax);
  return reader.finish({ seed, credential });
}

interface StoredParts {
  readonly seed: Uint8Array;
  readonly credential: Uint8Array;
}

const storageVersion = 1;
const seedBytes = 32;
