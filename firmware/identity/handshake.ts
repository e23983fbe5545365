/**
 * The handshake of a link: what initiator and responder share. README.md in this folder has the transcript.
 *
 * How `link` drives it. Both machines are sans-IO and do **at most one public-key operation per call of
 * `advance()`**, so that the driver can give one turn of its loop to each:
 *
 *   "more"       another operation is to be done: call `advance()` again, in another turn
 *   "done"       nothing to do now: a flight is ready to be sent, or one is awaited, or all is complete
 *   { failed }   what came was not acceptable, and why
 *
 * Initiator (initiator.ts)
 *   i = new Initiator(side, { index, known?, sought?, cookie? })
 *   advance() until "done"             then `hello1` is there: send it, resend these bytes only
 *   handleHello2(bytes, parameters)    `parameters.endpoint`: whence it came, as we tell it to the responder
 *   advance() until "done"             then `hello3` and `outcome` are there: send it, then data
 *   on the first authentic data frame  `confirm()`
 *   on a data frame under `unknownCredentialKey`
 *                                      `restateHello3()`: `hello3` and `outcome` are now those of the full
 *                                      form; frames sent under the old outcome are lost, to be sent again
 *   on a cookie frame                  drop this machine, make another with `cookie` (and a new ephemeral key)
 *
 * Responder (responder.ts)
 *   r = new Responder(side, { index, hello1, parameters })
 *   advance() until "done"             then `hello2` is there: send it, resend these bytes only
 *   handleHello3(bytes); advance() until "done"
 *                                      then `outcome` is there: send data (an empty frame at least) to confirm
 *   on { failed: "unknown-credential" }
 *                                      answer a data frame [19] under `unknownCredentialKey`, counter 0
 *
 * A failure at hello2 or hello3 is not final: anyone on the path can inject one, so the machine waits for
 * another, as if the bad one had not come; the caller's time-out ends it. A failure of the responder's first
 * stage is final. `wipe()` overwrites the secrets of a machine that is given up; call it also when it has done
 * its work.
 *
 * Fast and cheap refusals: `answersShort` tells before anything is computed whether a hello1 has the right hint.
 */
import { equalBytes } from "../core/bytes.js";
import type { Random } from "../core/random.js";
import {
  hello1PaddedBytes,
  hello2HeaderBytes,
  hintBytes,
  sealBytes,
  shortHashBytes,
  type Hello1,
} from "../wire/frame.js";
import {
  helloParametersBytes,
  wideHelloParametersBytes,
  type HelloParameters,
} from "../wire/hello-parameters.js";
import type { Crypto } from "../../hal/crypto.js";
import type { Admission, Credential, CredentialFault } from "./credential.js";
import type { KeyRing } from "./key-ring.js";
import type { KnownCredentials } from "./known-credentials.js";

/** What all handshakes of a node share. */
export interface HandshakeSide {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly keyRing: KeyRing;
  /** Which credentials are accepted, and the Overlay-ID. */
  readonly admission: Admission;
  /** Credentials verified before; completed handshakes add to it. */
  readonly known: KnownCredentials;
}

/** What a call of `advance()` came to. */
export type Advance = "more" | "done" | { readonly failed: HandshakeFault };

/** Why a message of a handshake was not accepted. */
export type HandshakeFault =
  /** It is no such frame. */
  | "malformed"
  /** It belongs to another link: the index is not ours. */
  | "other-link"
  /** Its X25519 key leads to an all-zero secret. */
  | "low-order-key"
  /** The credential's or hash's seal does not open. */
  | "credential-not-authentic"
  /** A short form names a credential that is not known here. */
  | "unknown-credential"
  /** The credential is not acceptable. */
  | { readonly credential: CredentialFault }
  /** The credential's key cannot be converted to X25519: not in the prime subgroup. */
  | "key-not-convertible"
  /** The other is not the node that was sought. */
  | "wrong-node"
  /** The other shows our own Node-ID. */
  | "own-node"
  /** The parameters' seal does not open: the other does not own the credential's key. */
  | "not-authentic"
  /** The parameters are authentic, but not readable. */
  | "malformed-parameters";

/** A completed handshake. */
export interface HandshakeOutcome {
  /** Keys for `seal.ts`, 32 B each. */
  readonly sendKey: Uint8Array;
  readonly receiveKey: Uint8Array;
  /** The hash of the whole transcript, 64 B: equal on both sides, never the same twice. */
  readonly channelBinding: Uint8Array;
  readonly remote: Credential;
  /** The remote's key converted to X25519, 32 B. */
  readonly remoteAgreementKey: Uint8Array;
  /** What the remote said of itself. `parameters.endpoint` is our own endpoint as the remote sees it. */
  readonly parameters: HelloParameters;
  /** The remote's number of the link: what our data frames carry. */
  readonly remoteIndex: number;
}

/** The hint, 8 B, that shows the holder of a credential that the initiator has it; nobody else can tell whose it is. */
export function hintFor(crypto: Crypto, ephemeral: Uint8Array, credentialHash: Uint8Array): Uint8Array {
  return crypto.sha512(ephemeral, credentialHash).slice(0, hintBytes);
}

/** Whether a hello1 has the right hint for us, and so will be answered by a short hello2; one hash. */
export function answersShort(side: HandshakeSide, hello: Hello1): boolean {
  if (hello.hint === undefined) return false;
  return equalBytes(hello.hint, hintFor(side.crypto, hello.ephemeral, side.keyRing.credential.hash));
}

/** Length of the hello2 that answers: for the rule of three before anything is computed. `wide`: to an IPv6 address. */
export function hello2Bytes(keyRing: KeyRing, short: boolean, wide: boolean): number {
  const held = short ? shortHashBytes : keyRing.credential.bytes.length;
  const parameters = wide ? wideHelloParametersBytes : helloParametersBytes;
  return hello2HeaderBytes + held + sealBytes + parameters + sealBytes;
}

/**
 * Length to which a hello1 without a hint is padded: a third of a full answer, where the other's credential
 * is as long as our own. Where it is longer the answer is a cookie, which costs one more round trip and
 * nothing else.
 */
export function hello1LeastBytes(keyRing: KeyRing, wide: boolean): number {
  return Math.max(hello1PaddedBytes, Math.ceil(hello2Bytes(keyRing, false, wide) / 3));
}
