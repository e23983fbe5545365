import { equalBytes } from "../core/bytes.js";
import { sameId, type NodeId } from "../core/node-id.js";
import { err, ok, type Result } from "../core/result.js";
import { shortHashBytes, type HelloForm } from "../wire/frame.js";
import {
  checkCredentialSignature,
  credentialStanding,
  readCredential,
  type Credential,
} from "./credential.js";
import type { HandshakeFault, HandshakeSide } from "./handshake.js";
import type { KnownCredential } from "./known-credentials.js";

/**
 * The other side's credential on its way from the opened hello to a key for X25519: read, verified, converted.
 * One public-key operation per `advance()`; none at all where the credential is known from before.
 */
export class RemoteCredential {
  readonly credential: Credential;
  readonly #side: HandshakeSide;
  #verified: boolean;
  #agreementKey: Uint8Array | undefined;

  constructor(side: HandshakeSide, credential: Credential, known: KnownCredential | undefined) {
    this.credential = credential;
    this.#side = side;
    this.#verified = known !== undefined;
    this.#agreementKey = known?.agreementKey;
  }

  /** The converted key, once verified and converted. */
  get agreementKey(): Uint8Array | undefined {
    return this.#agreementKey;
  }

  /** Does the next operation; the fault ends the attempt. */
  advance(): HandshakeFault | undefined {
    const { crypto, admission } = this.#side;
    if (!this.#verified) {
      this.#verified = checkCredentialSignature(crypto, admission, this.credential);
      return this.#verified ? undefined : { credential: { kind: "bad-signature" } };
    }
    if (this.#agreementKey !== undefined) return undefined;
    this.#agreementKey = crypto.convertPublicKey(this.credential.publicKey);
    return this.#agreementKey === undefined ? "key-not-convertible" : undefined;
  }
}

/**
 * Begins with what a hello held, opened: the credential (full) or 8 B of its hash (short). `expected` is the
 * credential whose owner was greeted; `sought` the Node-ID. No public-key operation.
 */
export function beginRemoteCredential(
  side: HandshakeSide,
  held: { readonly form: HelloForm; readonly plaintext: Uint8Array },
  expected: KnownCredential | undefined,
  sought: NodeId | undefined,
): Result<RemoteCredential, HandshakeFault> {
  const found =
    held.form === "short"
      ? findShort(side, held.plaintext, expected)
      : readFull(side, held.plaintext, expected);
  if (!found.ok) return found;
  const { nodeId } = found.value.credential;
  if (sameId(nodeId, side.keyRing.nodeId)) return err("own-node");
  if (sought !== undefined && !sameId(nodeId, sought)) return err("wrong-node");
  return found;
}

function findShort(
  side: HandshakeSide,
  shortHash: Uint8Array,
  expected: KnownCredential | undefined,
): Result<RemoteCredential, HandshakeFault> {
  if (shortHash.length !== shortHashBytes) return err("malformed");
  const known = beginsWith(expected, shortHash) ? expected : side.known.find(shortHash);
  if (known === undefined) return err("unknown-credential");
  const fault = credentialStanding(side.admission, known.credential);
  return fault === undefined
    ? ok(new RemoteCredential(side, known.credential, known))
    : err({ credential: fault });
}

function readFull(
  side: HandshakeSide,
  bytes: Uint8Array,
  expected: KnownCredential | undefined,
): Result<RemoteCredential, HandshakeFault> {
  const read = readCredential(side.crypto, side.admission, bytes);
  if (!read.ok) return err({ credential: read.error });
  const known = beginsWith(expected, read.value.hash) ? expected : side.known.find(read.value.hash);
  const same = known !== undefined && equalBytes(known.credential.bytes, bytes);
  return ok(new RemoteCredential(side, read.value, same ? known : undefined));
}

function beginsWith(known: KnownCredential | undefined, hash: Uint8Array): known is KnownCredential {
  return (
    known !== undefined &&
    equalBytes(known.credential.hash.subarray(0, shortHashBytes), hash.subarray(0, shortHashBytes))
  );
}
