import { assert } from "../core/assert.js";
import { concatBytes } from "../core/bytes.js";
import { idBytes, nodeId, type NodeId } from "../core/node-id.js";
import { encodeText } from "../core/text.js";
import type { Crypto } from "../../hal/crypto.js";

/** Length of the proof of work's nonce, bytes. */
export const workNonceBytes: number = 4;

/** A key pair with the Node-ID that its work has drawn. */
export interface NodeIdentity {
  readonly nodeId: NodeId;
  /** Ed25519, 32 B. */
  readonly publicKey: Uint8Array;
  /** 64 B: seed, then public key. */
  readonly secretKey: Uint8Array;
  /** 4 B, public: with the key it gives the Node-ID. */
  readonly nonce: Uint8Array;
}

/**
 * The Node-ID of a key and nonce in an open overlay, or `undefined` where the work is missing. One hash gives
 * both: its first 16 B are the Node-ID and the following `workBits` bits must be zero, so that each candidate
 * ID costs the full work.
 */
export function openNodeId(
  crypto: Crypto,
  overlayId: Uint8Array,
  key: { readonly publicKey: Uint8Array; readonly nonce: Uint8Array },
  workBits: number,
): NodeId | undefined {
  return idOf(crypto.sha512(workText(overlayId, key)), workBits);
}

/** What is hashed: the nonce comes last. */
function workText(
  overlayId: Uint8Array,
  { publicKey, nonce }: { readonly publicKey: Uint8Array; readonly nonce: Uint8Array },
): Uint8Array {
  return concatBytes(encodeText("Muster/1 node"), overlayId, publicKey, nonce);
}

function idOf(hash: Uint8Array, workBits: number): NodeId | undefined {
  return zeroBits(hash, idBytes) >= workBits ? nodeId(hash.slice(0, idBytes)) : undefined;
}

/** Begins to make an identity from 32 random bytes, which are its secret. */
export function makeOpenIdentity(
  crypto: Crypto,
  overlayId: Uint8Array,
  seed: Uint8Array,
  workBits: number,
): OpenIdentityWork {
  return new OpenIdentityWork({ crypto, overlayId, ...crypto.signKeyPair(seed), workBits });
}

/** What the work is about. */
export interface OpenIdentityOptions {
  readonly crypto: Crypto;
  readonly overlayId: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
  /** Mean work: 2^workBits hashes. */
  readonly workBits: number;
}

/** Proof of work in steps, so that no turn of the loop is long. Done once in a phone's life: 5 s at 14 bits on a C3. */
export class OpenIdentityWork {
  readonly #options: OpenIdentityOptions;
  #tried = 0;

  constructor(options: OpenIdentityOptions) {
    this.#options = options;
  }

  /** Nonces tried so far. */
  get hashes(): number {
    return this.#tried;
  }

  /** Tries `hashesMax` nonces more; the identity, once one fits. */
  advance(hashesMax: number): NodeIdentity | undefined {
    const { crypto, overlayId, publicKey, secretKey, workBits } = this.#options;
    const text = workText(overlayId, { publicKey, nonce: new Uint8Array(workNonceBytes) });
    const view = new DataView(text.buffer, text.length - workNonceBytes);
    for (let i = 0; i < hashesMax; i++) {
      assert(this.#tried <= 0xffffffff, "the nonce space is spent");
      view.setUint32(0, this.#tried++);
      const found = idOf(crypto.sha512(text), workBits);
      if (found !== undefined)
        return { nodeId: found, publicKey, secretKey, nonce: text.slice(-workNonceBytes) };
    }
    return undefined;
  }
}

/** Zero bits from the byte at `from` on, up to the first that is one. */
function zeroBits(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte !== 0) return 8 * (at - from) + Math.clz32(byte) - 24;
  }
  return 8 * (bytes.length - from);
}
