import { concatBytes } from "../core/bytes.js";
import { randomBytes } from "../core/random.js";
import {
  decodeFrame,
  encodeHello2Header,
  ephemeralBytes,
  sealBytes,
  shortHashBytes,
  type Hello1,
} from "../wire/frame.js";
import { encodeHelloParameters, type HelloParameters } from "../wire/hello-parameters.js";
import { answersShort } from "./handshake.js";
import type { Advance, HandshakeFault, HandshakeOutcome, HandshakeSide } from "./handshake.js";
import { Hello3Reading } from "./hello3-reading.js";
import type { ProvenIdentity } from "./sealed-identity.js";
import { beginTranscript, type SymmetricState } from "./symmetric-state.js";

/** What is answered, and how. */
export interface ResponderOptions {
  /** Our number of the link, 1 .. 2^24-1: what the other's frames to us carry. */
  readonly index: number;
  /** The whole datagram that holds the hello1. */
  readonly hello1: Uint8Array;
  /** What we say of ourselves, and of the address hello1 came from. */
  readonly parameters: HelloParameters;
}

/** The side of a handshake that answers. How to drive it stands at the top of handshake.ts. */
export class Responder {
  readonly #side: HandshakeSide;
  readonly #options: ResponderOptions;
  readonly #secret: Uint8Array;
  readonly #state: SymmetricState;
  /** What is to be done next; what a step leaves for the following ones is in it. */
  #step: Step = { kind: "generate" };
  #hello2: Uint8Array | undefined;
  #unknownCredentialKey: Uint8Array | undefined;
  #outcome: HandshakeOutcome | undefined;

  constructor(side: HandshakeSide, options: ResponderOptions) {
    this.#side = side;
    this.#options = { ...options, hello1: options.hello1.slice() };
    this.#secret = randomBytes(side.random, ephemeralBytes);
    this.#state = beginTranscript(side.crypto, side.admission.overlayId);
  }

  /** Our number of the link. */
  get index(): number {
    return this.#options.index;
  }

  /** The bytes to answer, once made. */
  get hello2(): Uint8Array | undefined {
    return this.#hello2;
  }

  /** What the handshake came to, once a hello3 proved itself. */
  get outcome(): HandshakeOutcome | undefined {
    return this.#outcome;
  }

  /** Seals the one data frame that says we do not know the hash in a short hello3, 32 B; from hello2 on. */
  get unknownCredentialKey(): Uint8Array | undefined {
    return this.#unknownCredentialKey;
  }

  /** Takes a hello3 that came; ignored unless one is waited for. */
  handleHello3(bytes: Uint8Array): void {
    if (this.#step.kind !== "wait") return;
    const answer = { index: this.#options.index, secret: this.#secret };
    const reading = new Hello3Reading(this.#side, answer, this.#state.copy(), bytes.slice());
    this.#step = { ...this.#step, kind: "read", reading };
  }

  /** Does the next public-key operation, if any is due. */
  advance(): Advance {
    const step = this.#step;
    switch (step.kind) {
      case "generate":
        return this.generate();
      case "agree-ephemeral":
        return this.agreeEphemeral(step.hello, step.ephemeral);
      case "agree-own":
        return this.agreeOwn(step.hello, step.opening);
      case "read":
        return this.read(step);
      case "wait":
      case "over":
        return "done";
    }
  }

  /** Overwrites the secrets of this handshake; what was read from it stays. */
  wipe(): void {
    if (this.#step.kind === "read") this.#step.reading.state.wipe();
    this.#step = { kind: "over" };
    this.#secret.fill(0);
    this.#state.wipe();
    this.#unknownCredentialKey?.fill(0);
    this.#unknownCredentialKey = undefined;
  }

  /** Makes the ephemeral key. */
  private generate(): Advance {
    const decoded = decodeFrame(this.#options.hello1);
    if (!decoded.ok || decoded.value.type !== "hello1") return this.giveUp("malformed");
    const ephemeral = this.#side.crypto.scalarMultBase(this.#secret);
    this.#step = { kind: "agree-ephemeral", hello: decoded.value, ephemeral };
    return "more";
  }

  /** X25519 of both ephemeral keys seals our credential. */
  private agreeEphemeral(hello: Hello1, ephemeral: Uint8Array): Advance {
    const { crypto, keyRing } = this.#side;
    const shared = crypto.scalarMult(this.#secret, hello.ephemeral);
    if (shared === undefined) return this.giveUp("low-order-key");
    const short = answersShort(this.#side, hello);
    const parametersBytes = encodeHelloParameters(this.#options.parameters).length;
    const header = encodeHello2Header(
      {
        form: short ? "short" : "full",
        initiatorIndex: hello.initiatorIndex,
        responderIndex: this.#options.index,
        ephemeral,
      },
      parametersBytes + sealBytes,
    );
    this.#state.mix(this.#options.hello1);
    this.#state.mix(header);
    this.#state.mixKey(shared);
    shared.fill(0);
    const { bytes, hash } = keyRing.credential;
    const sealed = this.#state.seal(short ? hash.subarray(0, shortHashBytes) : bytes);
    this.#step = { kind: "agree-own", hello, opening: concatBytes(header, sealed) };
    return "more";
  }

  /**
   * X25519 of our own key and the other's ephemeral one seals the parameters: the proof that the credential
   * is ours.
   */
  private agreeOwn(hello: Hello1, opening: Uint8Array): Advance {
    const shared = this.#side.crypto.scalarMult(this.#side.keyRing.agreementSecret, hello.ephemeral);
    if (shared === undefined) return this.giveUp("low-order-key");
    this.#state.mixKey(shared);
    shared.fill(0);
    const sealed = this.#state.seal(encodeHelloParameters(this.#options.parameters));
    this.#hello2 = concatBytes(opening, sealed);
    this.#unknownCredentialKey = this.#state.unknownCredentialKey();
    this.#step = { kind: "wait", remoteIndex: hello.initiatorIndex };
    return "done";
  }

  private read(step: Step & { readonly kind: "read" }): Advance {
    const read = step.reading.advance();
    if (read.ok && read.value === undefined) return "more";
    if (read.ok && read.value !== undefined) return this.complete(read.value, step);
    step.reading.state.wipe();
    this.#step = { kind: "wait", remoteIndex: step.remoteIndex };
    return read.ok ? "done" : { failed: read.error };
  }

  private complete(read: ProvenIdentity, step: Step & { readonly kind: "read" }): Advance {
    const { credential } = read.remote;
    this.#side.known.remember({ credential, agreementKey: read.agreementKey, knowsUs: true });
    const keys = step.reading.state.split();
    this.#outcome = {
      sendKey: keys.responderToInitiator,
      receiveKey: keys.initiatorToResponder,
      channelBinding: step.reading.state.transcript.slice(),
      remote: credential,
      remoteAgreementKey: read.agreementKey,
      parameters: read.parameters,
      remoteIndex: step.remoteIndex,
    };
    this.wipe();
    return "done";
  }

  private giveUp(fault: HandshakeFault): Advance {
    this.wipe();
    return { failed: fault };
  }
}

type Step =
  | { readonly kind: "generate" }
  | { readonly kind: "agree-ephemeral"; readonly hello: Hello1; readonly ephemeral: Uint8Array }
  | { readonly kind: "agree-own"; readonly hello: Hello1; readonly opening: Uint8Array }
  | { readonly kind: "wait"; readonly remoteIndex: number }
  | { readonly kind: "read"; readonly remoteIndex: number; readonly reading: Hello3Reading }
  | { readonly kind: "over" };
