import type { NodeId } from "../core/node-id.js";
import { err, ok, type Result } from "../core/result.js";
import { decodeHelloParameters, type HelloParameters } from "../wire/hello-parameters.js";
import type { Hello2, Hello3 } from "../wire/frame.js";
import type { HandshakeFault, HandshakeSide } from "./handshake.js";
import type { KnownCredential } from "./known-credentials.js";
import { beginRemoteCredential, type RemoteCredential } from "./remote-credential.js";
import type { SymmetricState } from "./symmetric-state.js";

/** Who sent a hello2 or hello3: it has proved that it owns the key of its credential. */
export interface ProvenIdentity {
  readonly remote: RemoteCredential;
  readonly agreementKey: Uint8Array;
  readonly parameters: HelloParameters;
}

/** What the reader of a hello brings: its ephemeral secret, and the transcript so far, which goes on with it. */
export interface ReaderState {
  readonly secret: Uint8Array;
  readonly state: SymmetricState;
}

/** Whom the reader expects, where it does. */
export interface Expected {
  readonly known?: KnownCredential | undefined;
  readonly sought?: NodeId | undefined;
}

/** Opens the credential, or its hash, of a hello2 or hello3. No public-key operation. */
export function openSealedIdentity(
  side: HandshakeSide,
  reader: ReaderState,
  frame: Hello2 | Hello3,
  expected: Expected,
): Result<SealedIdentity, HandshakeFault> {
  const plaintext = reader.state.open(frame.sealedCredential);
  if (plaintext === undefined) return err("credential-not-authentic");
  const { known, sought } = expected;
  const remote = beginRemoteCredential(side, { form: frame.form, plaintext }, known, sought);
  return remote.ok ? ok(new SealedIdentity(side, reader, frame.sealedParameters, remote.value)) : remote;
}

/** The second half of reading a hello: the credential is verified, then the parameters prove its key. */
export class SealedIdentity {
  readonly #side: HandshakeSide;
  readonly #reader: ReaderState;
  readonly #sealedParameters: Uint8Array;
  readonly #remote: RemoteCredential;

  constructor(
    side: HandshakeSide,
    reader: ReaderState,
    sealedParameters: Uint8Array,
    remote: RemoteCredential,
  ) {
    this.#side = side;
    this.#reader = reader;
    this.#sealedParameters = sealedParameters;
    this.#remote = remote;
  }

  /** Goes on, with at most one public-key operation; `undefined` while there is more to do. */
  advance(): Result<ProvenIdentity | undefined, HandshakeFault> {
    const { agreementKey } = this.#remote;
    if (agreementKey !== undefined) return this.openParameters(agreementKey);
    const fault = this.#remote.advance();
    return fault === undefined ? ok(undefined) : err(fault);
  }

  /** X25519 of our ephemeral and the other's own key opens the parameters: only the owner can have sealed them. */
  private openParameters(agreementKey: Uint8Array): Result<ProvenIdentity, HandshakeFault> {
    const { secret, state } = this.#reader;
    const shared = this.#side.crypto.scalarMult(secret, agreementKey);
    if (shared === undefined) return err("low-order-key");
    state.mixKey(shared);
    const plaintext = state.open(this.#sealedParameters);
    if (plaintext === undefined) return err("not-authentic");
    const parameters = decodeHelloParameters(plaintext);
    if (!parameters.ok) return err("malformed-parameters");
    return ok({ remote: this.#remote, agreementKey, parameters: parameters.value });
  }
}
