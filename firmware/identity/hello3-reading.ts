import { err, ok, type Result } from "../core/result.js";
import { decodeFrame, hello3HeaderBytes, type Hello3 } from "../wire/frame.js";
import { decodeHelloParameters, type HelloParameters } from "../wire/hello-parameters.js";
import type { HandshakeFault, HandshakeSide } from "./handshake.js";
import { beginRemoteCredential, type RemoteCredential } from "./remote-credential.js";
import type { SymmetricState } from "./symmetric-state.js";

/** What the responder said. */
export interface Answer {
  /** Our number of the link, which hello3 must carry. */
  readonly index: number;
  /** Secret of the ephemeral key in hello2. */
  readonly secret: Uint8Array;
}

/** A hello3 that proved itself: its sender owns the key of its credential. */
export interface ReadHello3 {
  readonly remote: RemoteCredential;
  readonly agreementKey: Uint8Array;
  readonly parameters: HelloParameters;
}

/**
 * One hello3 being read by the responder, on a transcript of its own, so that a bad one spoils nothing.
 * At most one public-key operation per `advance()`; a hello3 from anyone but the initiator costs none.
 */
export class Hello3Reading {
  readonly state: SymmetricState;
  readonly #side: HandshakeSide;
  readonly #answer: Answer;
  readonly #bytes: Uint8Array;
  #frame: Hello3 | undefined;
  #remote: RemoteCredential | undefined;

  /** `state`: after hello2; it becomes the state after hello3. */
  constructor(side: HandshakeSide, answer: Answer, state: SymmetricState, bytes: Uint8Array) {
    this.#side = side;
    this.#answer = answer;
    this.state = state;
    this.#bytes = bytes;
  }

  /** Goes on; `undefined` while there is more to do. */
  advance(): Result<ReadHello3 | undefined, HandshakeFault> {
    if (this.#frame === undefined) return this.#openCredential();
    const remote = this.#remote;
    if (remote?.agreementKey !== undefined)
      return this.#openParameters(this.#frame, remote, remote.agreementKey);
    const fault = remote?.advance();
    return fault === undefined ? ok(undefined) : err(fault);
  }

  #openCredential(): Result<undefined, HandshakeFault> {
    const decoded = decodeFrame(this.#bytes);
    if (!decoded.ok || decoded.value.type !== "hello3") return err("malformed");
    const frame = decoded.value;
    if (frame.responderIndex !== this.#answer.index) return err("other-link");
    this.state.mix(this.#bytes.subarray(0, hello3HeaderBytes));
    const plaintext = this.state.open(frame.sealedCredential);
    if (plaintext === undefined) return err("credential-not-authentic");
    const remote = beginRemoteCredential(this.#side, { form: frame.form, plaintext }, undefined, undefined);
    if (!remote.ok) return remote;
    this.#frame = frame;
    this.#remote = remote.value;
    return ok(undefined);
  }

  /** X25519 of our ephemeral and the other's own key opens the parameters: only the owner can have sealed them. */
  #openParameters(
    frame: Hello3,
    remote: RemoteCredential,
    agreementKey: Uint8Array,
  ): Result<ReadHello3, HandshakeFault> {
    const shared = this.#side.crypto.scalarMult(this.#answer.secret, agreementKey);
    if (shared === undefined) return err("low-order-key");
    this.state.mixKey(shared);
    const plaintext = this.state.open(frame.sealedParameters);
    if (plaintext === undefined) return err("not-authentic");
    const parameters = decodeHelloParameters(plaintext);
    if (!parameters.ok) return err("malformed-parameters");
    return ok({ remote, agreementKey, parameters: parameters.value });
  }
}
