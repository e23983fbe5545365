import { err, ok, type Result } from "../core/result.js";
import { decodeFrame, hello3HeaderBytes } from "../wire/frame.js";
import type { HandshakeFault, HandshakeSide } from "./handshake.js";
import { openSealedIdentity, type ProvenIdentity, type SealedIdentity } from "./sealed-identity.js";
import type { SymmetricState } from "./symmetric-state.js";

/** What the responder said. */
export interface Answer {
  /** Our number of the link, which hello3 must carry. */
  readonly index: number;
  /** Secret of the ephemeral key in hello2. */
  readonly secret: Uint8Array;
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
  #identity: SealedIdentity | undefined;

  /** `state`: after hello2; it becomes the state after hello3. */
  constructor(side: HandshakeSide, answer: Answer, state: SymmetricState, bytes: Uint8Array) {
    this.#side = side;
    this.#answer = answer;
    this.state = state;
    this.#bytes = bytes;
  }

  /** Goes on; `undefined` while there is more to do. */
  advance(): Result<ProvenIdentity | undefined, HandshakeFault> {
    return this.#identity === undefined ? this.openCredential() : this.#identity.advance();
  }

  private openCredential(): Result<undefined, HandshakeFault> {
    const decoded = decodeFrame(this.#bytes);
    if (!decoded.ok || decoded.value.type !== "hello3") return err("malformed");
    const frame = decoded.value;
    if (frame.responderIndex !== this.#answer.index) return err("other-link");
    this.state.mix(this.#bytes.subarray(0, hello3HeaderBytes));
    const reader = { secret: this.#answer.secret, state: this.state };
    const identity = openSealedIdentity(this.#side, reader, frame, {});
    if (!identity.ok) return identity;
    this.#identity = identity.value;
    return ok(undefined);
  }
}
