import type { NodeId } from "../core/node-id.js";
import { err, ok, type Result } from "../core/result.js";
import { decodeFrame, hello2HeaderBytes, type Hello2 } from "../wire/frame.js";
import { decodeHelloParameters, type HelloParameters } from "../wire/hello-parameters.js";
import type { HandshakeFault, HandshakeSide } from "./handshake.js";
import type { KnownCredential } from "./known-credentials.js";
import { beginRemoteCredential, type RemoteCredential } from "./remote-credential.js";
import type { SymmetricState } from "./symmetric-state.js";

/** What the initiator said and whom it expects. */
export interface Greeting {
  /** Our number of the link, which hello2 must carry. */
  readonly index: number;
  /** Secret of the ephemeral key in hello1. */
  readonly secret: Uint8Array;
  readonly known?: KnownCredential | undefined;
  readonly sought?: NodeId | undefined;
}

/** A hello2 that proved itself: its sender owns the key of its credential. */
export interface ReadHello2 {
  readonly frame: Hello2;
  readonly remote: RemoteCredential;
  readonly agreementKey: Uint8Array;
  readonly parameters: HelloParameters;
}

/**
 * One hello2 being read by the initiator, on a transcript of its own, so that a bad one spoils nothing.
 * At most one public-key operation per `advance()`.
 */
export class Hello2Reading {
  readonly state: SymmetricState;
  readonly #side: HandshakeSide;
  readonly #greeting: Greeting;
  readonly #bytes: Uint8Array;
  #frame: Hello2 | undefined;
  #remote: RemoteCredential | undefined;

  /** `state`: after hello1; it becomes the state after hello2. */
  constructor(side: HandshakeSide, greeting: Greeting, state: SymmetricState, bytes: Uint8Array) {
    this.#side = side;
    this.#greeting = greeting;
    this.state = state;
    this.#bytes = bytes;
  }

  /** Goes on; `undefined` while there is more to do. */
  advance(): Result<ReadHello2 | undefined, HandshakeFault> {
    if (this.#frame === undefined) return this.#openCredential();
    const remote = this.#remote;
    if (remote?.agreementKey !== undefined)
      return this.#openParameters(this.#frame, remote, remote.agreementKey);
    const fault = remote?.advance();
    return fault === undefined ? ok(undefined) : err(fault);
  }

  /** X25519 of both ephemeral keys opens the credential. */
  #openCredential(): Result<undefined, HandshakeFault> {
    const decoded = decodeFrame(this.#bytes);
    if (!decoded.ok || decoded.value.type !== "hello2") return err("malformed");
    const frame = decoded.value;
    if (frame.initiatorIndex !== this.#greeting.index) return err("other-link");
    const shared = this.#side.crypto.scalarMult(this.#greeting.secret, frame.ephemeral);
    if (shared === undefined) return err("low-order-key");
    this.state.mix(this.#bytes.subarray(0, hello2HeaderBytes));
    this.state.mixKey(shared);
    const plaintext = this.state.open(frame.sealedCredential);
    if (plaintext === undefined) return err("credential-not-authentic");
    const { known, sought } = this.#greeting;
    const remote = beginRemoteCredential(this.#side, { form: frame.form, plaintext }, known, sought);
    if (!remote.ok) return remote;
    this.#frame = frame;
    this.#remote = remote.value;
    return ok(undefined);
  }

  /** X25519 of our ephemeral and the other's own key opens the parameters: only the owner can have sealed them. */
  #openParameters(
    frame: Hello2,
    remote: RemoteCredential,
    agreementKey: Uint8Array,
  ): Result<ReadHello2, HandshakeFault> {
    const shared = this.#side.crypto.scalarMult(this.#greeting.secret, agreementKey);
    if (shared === undefined) return err("low-order-key");
    this.state.mixKey(shared);
    const plaintext = this.state.open(frame.sealedParameters);
    if (plaintext === undefined) return err("not-authentic");
    const parameters = decodeHelloParameters(plaintext);
    if (!parameters.ok) return err("malformed-parameters");
    return ok({ frame, remote, agreementKey, parameters: parameters.value });
  }
}
