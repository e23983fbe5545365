import { SodiumCrypto } from "../../hal/node/sodium-crypto.js";

/**
 * The real primitives, for the many nodes of one process: what several of them reckon alike is reckoned once. A
 * credential or record is verified by each node that gets it, a public key converted by each that meets its owner, and
 * an agreement is made by both of its ends. Results are what they would be without: all depend on their input alone.
 */
export class RememberingCrypto extends SodiumCrypto {
  readonly #verdicts = new Remembered<boolean>(verdictsMax);
  readonly #converted = new Remembered<Uint8Array>(keysMax);
  /** Public keys, by secret; agreements, by the public keys of both ends. */
  readonly #publicKeys = new Remembered<Uint8Array>(keysMax);
  readonly #agreements = new Remembered<Uint8Array>(agreementsMax);

  override verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
    if (signature.length !== 64 || publicKey.length !== 32)
      return super.verify(message, signature, publicKey);
    const key = textOf(signature) + textOf(publicKey) + textOf(message);
    return this.#verdicts.of(key, () => super.verify(message, signature, publicKey)) ?? false;
  }

  override convertPublicKey(publicKey: Uint8Array): Uint8Array | undefined {
    return this.#converted.of(textOf(publicKey), () => super.convertPublicKey(publicKey))?.slice();
  }

  override scalarMultBase(secret: Uint8Array): Uint8Array {
    const key = textOf(secret);
    return (this.#publicKeys.of(key, () => super.scalarMultBase(secret)) as Uint8Array).slice();
  }

  override scalarMult(secret: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
    if (publicKey.length !== 32) return undefined;
    const own = textOf(this.scalarMultBase(secret));
    const other = textOf(publicKey);
    const key = own < other ? own + other : other + own;
    return this.#agreements.of(key, () => super.scalarMult(secret, publicKey))?.slice();
  }
}

/** The last results of a function, by its input; at most so many, the oldest goes first. */
class Remembered<T> {
  readonly #results = new Map<string, T>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** The result for this input; refusals are not remembered. */
  of(key: string, reckon: () => T | undefined): T | undefined {
    const known = this.#results.get(key);
    if (known !== undefined) return known;
    const result = reckon();
    if (result === undefined) return undefined;
    for (const oldest of this.#results.keys()) {
      if (this.#results.size < this.#most) break;
      this.#results.delete(oldest);
    }
    this.#results.set(key, result);
    return result;
  }
}

/** Bytes as a key of a Map. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

const verdictsMax = 16_384;
const keysMax = 16_384;
/** Both ends of a handshake make an agreement within a second. */
const agreementsMax = 4096;
