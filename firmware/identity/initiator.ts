import { concatBytes, equalBytes } from "../core/bytes.js";
import type { NodeId } from "../core/node-id.js";
import { randomBytes } from "../core/random.js";
import {
  cookieBytes,
  encodeFrame,
  encodeHello3Header,
  ephemeralBytes,
  hintBytes,
  sealBytes,
  shortHashBytes,
  type HelloForm,
} from "../wire/frame.js";
import { encodeHelloParameters, type HelloParameters } from "../wire/hello-parameters.js";
import { hello1LeastBytes, hintFor } from "./handshake.js";
import type { Advance, HandshakeFault, HandshakeOutcome, HandshakeSide } from "./handshake.js";
import { Hello2Reading, type ReadHello2 } from "./hello2-reading.js";
import type { KnownCredential } from "./known-credentials.js";
import type { ProvenIdentity } from "./sealed-identity.js";
import { beginTranscript, type SymmetricState } from "./symmetric-state.js";

/** Whom and how to greet. */
export interface InitiatorOptions {
  /** Our number of the link, 1 .. 2^24-1: what the other's frames to us carry. */
  readonly index: number;
  /** The other's credential, where we have it: a shorter and more private handshake. */
  readonly known?: KnownCredential | undefined;
  /** The Node-ID the other must have. */
  readonly sought?: NodeId | undefined;
  /** 16 B, as a cookie frame brought it. */
  readonly cookie?: Uint8Array | undefined;
  /** The other is reached over IPv6: its answer is longer, and so is the padding. */
  readonly wide?: boolean;
}

/** The side of a handshake that speaks first. How to drive it stands at the top of handshake.ts. */
export class Initiator {
  readonly #side: HandshakeSide;
  readonly #options: InitiatorOptions;
  readonly #secret: Uint8Array;
  #over = false;
  #afterHello1: SymmetricState | undefined;
  #parameters: HelloParameters | undefined;
  #reading: Hello2Reading | undefined;
  #read: ReadHello2 | undefined;
  #fallback: Fallback | undefined;
  #hello1: Uint8Array | undefined;
  #hello3: Uint8Array | undefined;
  #outcome: HandshakeOutcome | undefined;

  constructor(side: HandshakeSide, options: InitiatorOptions) {
    this.#side = side;
    this.#options = options;
    this.#secret = randomBytes(side.random, ephemeralBytes);
  }

  /** Our number of the link. */
  get index(): number {
    return this.#options.index;
  }

  /** The bytes to send first, once made. */
  get hello1(): Uint8Array | undefined {
    return this.#hello1;
  }

  /** The bytes that complete the handshake, once made. */
  get hello3(): Uint8Array | undefined {
    return this.#hello3;
  }

  /** What the handshake came to, once hello3 is made. */
  get outcome(): HandshakeOutcome | undefined {
    return this.#outcome;
  }

  /** After a short hello3: opens the one data frame that says our credential is not known there, 32 B. */
  get unknownCredentialKey(): Uint8Array | undefined {
    return this.#fallback?.key;
  }

  /** Takes a hello2 that came; ignored unless one is waited for. `parameters` go into hello3. */
  handleHello2(bytes: Uint8Array, parameters: HelloParameters): void {
    if (this.#afterHello1 === undefined || this.#reading !== undefined) return;
    const greeting = { ...this.#options, secret: this.#secret };
    this.#reading = new Hello2Reading(this.#side, greeting, this.#afterHello1.copy(), bytes.slice());
    this.#parameters = parameters;
  }

  /** Does the next public-key operation, if any is due. */
  advance(): Advance {
    if (this.#over) return "done";
    if (this.#hello1 === undefined) return this.greet();
    const reading = this.#reading;
    if (reading === undefined || this.#outcome !== undefined) return "done";
    if (this.#read !== undefined) return this.complete(this.#read, reading);
    const read = reading.advance();
    if (!read.ok) return this.giveUpReading(read.error);
    this.#read = read.value;
    return "more";
  }

  /** The first authentic data frame came, so the responder has verified us. Overwrites what is no longer needed. */
  confirm(): void {
    if (this.#outcome === undefined) return;
    this.#side.known.noteKnowsUs(this.#outcome.remote.hash, true);
    this.wipe();
  }

  /**
   * The responder does not know our credential: makes hello3 and the outcome anew, in full. False where that
   * can't be.
   */
  restateHello3(): boolean {
    const fallback = this.#fallback;
    if (fallback === undefined) return false;
    this.#fallback = undefined;
    this.#side.known.noteKnowsUs(fallback.said.remote.credential.hash, false);
    this.sealHello3("full", fallback.said, fallback.state, fallback.shared);
    fallback.shared.fill(0);
    return true;
  }

  /** Overwrites the secrets of this handshake; what was read from it stays. */
  wipe(): void {
    this.#over = true;
    this.#secret.fill(0);
    this.#afterHello1?.wipe();
    this.#afterHello1 = undefined;
    this.#reading?.state.wipe();
    this.#reading = undefined;
    this.#fallback?.shared.fill(0);
    this.#fallback?.state.wipe();
    this.#fallback = undefined;
  }

  /** Makes the ephemeral key and hello1. */
  private greet(): Advance {
    const { crypto, keyRing, admission } = this.#side;
    const { index, known, cookie, wide } = this.#options;
    const ephemeral = crypto.scalarMultBase(this.#secret);
    const hint = known === undefined ? undefined : hintFor(crypto, ephemeral, known.credential.hash);
    const fixed =
      hello1FixedBytes + (hint === undefined ? 0 : hintBytes) + (cookie === undefined ? 0 : cookieBytes);
    const least = hint === undefined ? hello1LeastBytes(keyRing, wide ?? false) : fixed;
    this.#hello1 = encodeFrame({
      type: "hello1",
      initiatorIndex: index,
      ephemeral,
      ...(hint === undefined ? {} : { hint }),
      ...(cookie === undefined ? {} : { cookie }),
      paddingBytes: Math.max(0, least - fixed),
    });
    this.#afterHello1 = beginTranscript(crypto, admission.overlayId);
    this.#afterHello1.mix(this.#hello1);
    return "done";
  }

  /** X25519 of our own key and the other's ephemeral one: hello3 and the keys. */
  private complete(read: ReadHello2, reading: Hello2Reading): Advance {
    const { crypto, keyRing, known } = this.#side;
    const shared = crypto.scalarMult(keyRing.agreementSecret, read.frame.ephemeral);
    if (shared === undefined) return this.giveUpReading("low-order-key");
    const { credential } = read.remote;
    const greeted = this.#options.known;
    const knowsUs = greeted?.knowsUs === true && equalBytes(greeted.credential.hash, credential.hash);
    known.remember({ credential, agreementKey: read.agreementKey, knowsUs });
    const short = known.find(credential.hash)?.knowsUs === true;
    const { frame, remote, agreementKey, parameters } = read;
    const said = { responderIndex: frame.responderIndex, remote, agreementKey, parameters };
    if (short) {
      const state = reading.state.copy();
      this.#fallback = { said, state, shared: shared.slice(), key: state.unknownCredentialKey() };
    }
    this.sealHello3(short ? "short" : "full", said, reading.state, shared);
    shared.fill(0);
    // Hello3 goes again for seconds where frames are lost: a kilobyte of what has been read need not wait with it.
    this.#reading = undefined;
    this.#read = undefined;
    this.#secret.fill(0);
    this.#afterHello1?.wipe();
    this.#afterHello1 = undefined;
    return "done";
  }

  /** Makes hello3 and the outcome from the state after hello2, which is spent by it. */
  private sealHello3(form: HelloForm, said: Said, state: SymmetricState, shared: Uint8Array): void {
    const { credential } = this.#side.keyRing;
    const parameters = encodeHelloParameters(this.#parameters ?? { configSequence: 0, flags: 0 });
    const header = encodeHello3Header(
      { form, responderIndex: said.responderIndex },
      parameters.length + sealBytes,
    );
    state.mix(header);
    const held = form === "short" ? credential.hash.subarray(0, shortHashBytes) : credential.bytes;
    const sealedCredential = state.seal(held);
    state.mixKey(shared);
    this.#hello3 = concatBytes(header, sealedCredential, state.seal(parameters));
    const keys = state.split();
    this.#outcome = {
      sendKey: keys.initiatorToResponder,
      receiveKey: keys.responderToInitiator,
      channelBinding: state.transcript.slice(),
      remote: said.remote.credential,
      remoteAgreementKey: said.agreementKey,
      parameters: said.parameters,
      remoteIndex: said.responderIndex,
    };
    state.wipe();
  }

  private giveUpReading(fault: HandshakeFault): Advance {
    this.#reading?.state.wipe();
    this.#reading = undefined;
    this.#read = undefined;
    return { failed: fault };
  }
}

/** What the responder has said in hello2. */
interface Said extends ProvenIdentity {
  readonly responderIndex: number;
}

/** What is kept after a short hello3, to say it in full. */
interface Fallback {
  readonly said: Said;
  /** After hello2. */
  readonly state: SymmetricState;
  /** X25519 of our own key and the other's ephemeral one. */
  readonly shared: Uint8Array;
  readonly key: Uint8Array;
}

const hello1FixedBytes = 36;
