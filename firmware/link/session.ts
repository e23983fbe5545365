import type { Instant } from "../core/time.js";
import type { HandshakeOutcome } from "../identity/handshake.js";
import { ReplayWindow } from "../identity/replay-window.js";
import { openData, sealData } from "../identity/seal.js";
import type { Crypto } from "../../hal/crypto.js";
import type { Initiation } from "./initiation.js";
import type { LinkId } from "./link-event.js";
import type { RetiredSession } from "./retirement.js";

/** A data frame that opened. */
export interface OpenedFrame {
  readonly plaintext: Uint8Array;
  /** Low 16 bits. */
  readonly counter: number;
  /** No frame with a higher counter came before. */
  readonly newest: boolean;
}

/**
 * One pair of keys with its counters: a link has one that sends, and for a while older ones that still
 * receive.
 */
export class Session {
  readonly kind = "session" as const;
  /** Our number of it, which the other's frames carry. */
  readonly localIndex: number;
  /** Whether we were the initiator. */
  readonly initiated: boolean;
  readonly openedAt: Instant;
  /** The link it belongs to. */
  link: LinkId;
  /** When its first frame opened; `undefined` before. */
  confirmedAt: Instant | undefined;
  /** As initiator, until the first frame came: the handshake, which may have to be said again. */
  unconfirmed: Initiation | undefined;
  /** Set when it no longer sends. */
  retired: RetiredSession | undefined;
  #sendKey: Uint8Array;
  #receiveKey: Uint8Array;
  #remoteIndex: number;
  #window: ReplayWindow = new ReplayWindow();
  #sent = 0;

  constructor(outcome: HandshakeOutcome, localIndex: number, initiated: boolean, now: Instant) {
    this.localIndex = localIndex;
    this.initiated = initiated;
    this.openedAt = now;
    this.link = 0;
    this.#sendKey = outcome.sendKey;
    this.#receiveKey = outcome.receiveKey;
    this.#remoteIndex = outcome.remoteIndex;
  }

  /** Frames sealed so far: the counter of the next. */
  get sent(): number {
    return this.#sent;
  }

  /** The next data frame. */
  seal(crypto: Crypto, plaintext: Uint8Array): Uint8Array {
    return this.reseal(crypto, this.#sent++, plaintext);
  }

  /** A data frame as it was sealed before: for the same counter the same plaintext only. */
  reseal(crypto: Crypto, counter: number, plaintext: Uint8Array): Uint8Array {
    return sealData(crypto, this.#sendKey, { index: this.#remoteIndex, counter }, plaintext);
  }

  /** Opens what stands after the header of a data frame; the window is asked before and told after. */
  open(crypto: Crypto, low16: number, sealed: Uint8Array): OpenedFrame | "replayed" | "not-authentic" {
    const counter = this.#window.restore(low16);
    if (!this.#window.accepts(counter)) return "replayed";
    const place = { index: this.localIndex, counter };
    const plaintext = openData(crypto, this.#receiveKey, place, sealed);
    if (plaintext === undefined) return "not-authentic";
    return { plaintext, counter: low16, newest: this.#window.note(counter) };
  }

  /**
   * The handshake was completed anew in its full form: new keys; our counters go on, the other's begin
   * again.
   */
  rekey(outcome: HandshakeOutcome): void {
    this.wipe();
    this.#sendKey = outcome.sendKey;
    this.#receiveKey = outcome.receiveKey;
    this.#remoteIndex = outcome.remoteIndex;
    this.#window = new ReplayWindow();
  }

  /** Overwrites the keys. */
  wipe(): void {
    this.#sendKey.fill(0);
    this.#receiveKey.fill(0);
  }
}
