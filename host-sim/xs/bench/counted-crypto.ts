import { instructions } from "muster/memory";
import { NativeCrypto } from "../../../hal/moddable/crypto.js";

/** The phone's crypto, with an account of its public-key operations: how many, and the instructions they took. */
export class CountedCrypto extends NativeCrypto {
  /** Signatures verified. */
  verifications = 0;
  /** Instructions of all public-key operations. */
  publicKeyInstructions = 0;

  override signKeyPair(seed: Uint8Array): { publicKey: Uint8Array; secretKey: Uint8Array } {
    return this.#count(() => super.signKeyPair(seed));
  }

  override sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array {
    return this.#count(() => super.sign(message, secretKey));
  }

  override verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
    this.verifications++;
    return this.#count(() => super.verify(message, signature, publicKey));
  }

  override scalarMultBase(secret: Uint8Array): Uint8Array {
    return this.#count(() => super.scalarMultBase(secret));
  }

  override scalarMult(secret: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
    return this.#count(() => super.scalarMult(secret, publicKey));
  }

  override convertPublicKey(publicKey: Uint8Array): Uint8Array | undefined {
    return this.#count(() => super.convertPublicKey(publicKey));
  }

  override convertSecretKey(secretKey: Uint8Array): Uint8Array {
    return this.#count(() => super.convertSecretKey(secretKey));
  }

  #count<T>(operation: () => T): T {
    const before = instructions();
    const result = operation();
    this.publicKeyInstructions += instructions() - before;
    return result;
  }
}
