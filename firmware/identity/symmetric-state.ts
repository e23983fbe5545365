import { encodeText } from "../core/text.js";
import type { Crypto } from "../../hal/crypto.js";

/** The two session keys, 32 B each, from the initiator's point of view. */
export interface DirectionKeys {
  readonly initiatorToResponder: Uint8Array;
  readonly responderToInitiator: Uint8Array;
}

/** The state before hello1: hash of the suite's name and the 8-byte Overlay-ID. */
export function beginTranscript(crypto: Crypto, overlayId: Uint8Array): SymmetricState {
  const start = crypto.sha512(encodeText(suite), overlayId);
  return new SymmetricState(crypto, start, start.slice());
}

/**
 * What both sides of a handshake compute alike: the transcript hash and the chaining key, 64 B each
 * (README.md in this folder; the role of Noise's symmetric state, Noise revision 34 §5.2).
 *
 * secretbox has no associated data. The transcript therefore goes into each key, and the nonce is always
 * zero: one state seals one plaintext only, because sealing changes it. Whoever has to seal something else at
 * the same place works on a `copy()` into which a different header is mixed first.
 */
export class SymmetricState {
  readonly #crypto: Crypto;
  #transcript: Uint8Array;
  #chainingKey: Uint8Array;

  constructor(crypto: Crypto, transcript: Uint8Array, chainingKey: Uint8Array) {
    this.#crypto = crypto;
    this.#transcript = transcript;
    this.#chainingKey = chainingKey;
  }

  /** The transcript hash, 64 B: after the last message, the channel binding. */
  get transcript(): Uint8Array {
    return this.#transcript;
  }

  /** An independent state that goes on from here. */
  copy(): SymmetricState {
    return new SymmetricState(this.#crypto, this.#transcript.slice(), this.#chainingKey.slice());
  }

  /** Adds bytes that both sides see. */
  mix(bytes: Uint8Array): void {
    this.#transcript = this.#crypto.sha512(this.#transcript, bytes);
  }

  /** Adds a shared secret of X25519, 32 B. */
  mixKey(sharedSecret: Uint8Array): void {
    const next = this.derive(Label.chain, sharedSecret);
    this.#chainingKey.fill(0);
    this.#chainingKey = next;
  }

  /** Seals `plaintext` for this place of the transcript; 16 B longer. */
  seal(plaintext: Uint8Array): Uint8Array {
    const key = this.sealingKey();
    const sealed = this.#crypto.secretboxSeal(plaintext, new Uint8Array(24), key);
    key.fill(0);
    this.mix(sealed);
    return sealed;
  }

  /**
   * The plaintext, or `undefined` when it was not sealed at this place of this transcript; then the state is
   * as before.
   */
  open(sealed: Uint8Array): Uint8Array | undefined {
    const key = this.sealingKey();
    const plaintext = this.#crypto.secretboxOpen(sealed, new Uint8Array(24), key);
    key.fill(0);
    if (plaintext !== undefined) this.mix(sealed);
    return plaintext;
  }

  /** The keys of the session, at the end; both in one array, as they are kept while the link is up. */
  split(): DirectionKeys {
    const keys = new Uint8Array(64);
    keys.set(this.derive(Label.initiatorToResponder, this.#transcript).subarray(0, 32));
    keys.set(this.derive(Label.responderToInitiator, this.#transcript).subarray(0, 32), 32);
    return { initiatorToResponder: keys.subarray(0, 32), responderToInitiator: keys.subarray(32) };
  }

  /** After hello2: the key of the one frame by which the responder says that it does not know a hash, 32 B. */
  unknownCredentialKey(): Uint8Array {
    return this.derive(Label.unknownCredential, this.#transcript).slice(0, 32);
  }

  /** Overwrites the secrets; the state is of no more use. */
  wipe(): void {
    this.#chainingKey.fill(0);
    this.#transcript.fill(0);
  }

  private sealingKey(): Uint8Array {
    return this.derive(Label.seal, this.#transcript).slice(0, 32);
  }

  private derive(label: number, input: Uint8Array): Uint8Array {
    return this.#crypto.hmacSha512(this.#chainingKey, Uint8Array.of(label), input);
  }
}

const suite = "Muster/1 XX X25519 XSalsa20-Poly1305 SHA-512";

/** One byte before the input of each derivation, so that no two uses share a key. */
const Label = {
  chain: 1,
  seal: 2,
  initiatorToResponder: 3,
  responderToInitiator: 4,
  unknownCredential: 5,
} as const;
