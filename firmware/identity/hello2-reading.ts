import { err, ok, type Result } from "../core/result.js";
import { decodeFrame, hello2HeaderBytes, type Hello2 } from "../wire/frame.js";
import type { HandshakeFault, HandshakeSide } from "./handshake.js";
import {
  openSealedIdentity,
  type Expected,
  type ProvenIdentity,
  type SealedIdentity,
} from "./sealed-identity.js";
import type { SymmetricState } from "./symmetric-state.js";

/** What the initiator said and whom it expects. */
export interface Greeting extends Expected {
  /** Our number of the link, which hello2 must carry. */
  readonly index: number;
  /** Secret of the ephemeral key in hello1. */
  readonly secret: Uint8Array;
}

/** A hello2 that proved itself. */
export interface ReadHello2 extends ProvenIdentity {
  readonly frame: Hello2;
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
  #opened: { readonly frame: Hello2; readonly identity: SealedIdentity } | undefined;

  /** `state`: after hello1; it becomes the state after hello2. */
  constructor(side: HandshakeSide, greeting: Greeting, state: SymmetricState, bytes: Uint8Array) {
    this.#side = side;
    this.#greeting = greeting;
    this.state = state;
    this.#bytes = bytes;
  }

  /** Goes on; `undefined` while there is more to do. */
  advance(): Result<ReadHello2 | undefined, HandshakeFault> {
    if (this.#opened === undefined) return this.openCredential();
    const { frame, identity } = this.#opened;
    const proven = identity.advance();
    if (!proven.ok) return proven;
    return ok(proven.value && { frame, ...proven.value });
  }

  /** X25519 of both ephemeral keys opens the credential. */
  private openCredential(): Result<undefined, HandshakeFault> {
    const decoded = decodeFrame(this.#bytes);
    if (!decoded.ok || decoded.value.type !== "hello2") return err("malformed");
    const frame = decoded.value;
    if (frame.initiatorIndex !== this.#greeting.index) return err("other-link");
    const shared = this.#side.crypto.scalarMult(this.#greeting.secret, frame.ephemeral);
    if (shared === undefined) return err("low-order-key");
    this.state.mix(this.#bytes.subarray(0, hello2HeaderBytes));
    this.state.mixKey(shared);
    const reader = { secret: this.#greeting.secret, state: this.state };
    const identity = openSealedIdentity(this.#side, reader, frame, this.#greeting);
    if (!identity.ok) return identity;
    this.#opened = { frame, identity: identity.value };
    return ok(undefined);
  }
}
