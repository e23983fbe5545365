import type { Crypto } from "../../../hal/crypto.js";
import type { NativeMachine } from "./native-machine.js";

type Pair = ReturnType<Crypto["signKeyPair"]>;

/** The Crypto contract of hal/moddable, run on XS: each call goes to a NativeMachine and waits for its answer. */
export class RemoteCrypto implements Crypto {
  readonly #machine: NativeMachine;

  constructor(machine: NativeMachine) {
    this.#machine = machine;
  }

  sha512(...parts: readonly Uint8Array[]): Uint8Array {
    return this.#call("sha512", ...parts) as Uint8Array;
  }

  hmacSha512(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
    return this.#call("hmacSha512", key, ...parts) as Uint8Array;
  }

  signKeyPair(seed: Uint8Array): Pair {
    return this.#call("signKeyPair", seed) as Pair;
  }

  sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array {
    return this.#call("sign", message, secretKey) as Uint8Array;
  }

  verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
    return this.#call("verify", message, signature, publicKey) as boolean;
  }

  scalarMultBase(secret: Uint8Array): Uint8Array {
    return this.#call("scalarMultBase", secret) as Uint8Array;
  }

  scalarMult(secret: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
    return this.#call("scalarMult", secret, publicKey) as Uint8Array | undefined;
  }

  convertPublicKey(publicKey: Uint8Array): Uint8Array | undefined {
    return this.#call("convertPublicKey", publicKey) as Uint8Array | undefined;
  }

  convertSecretKey(secretKey: Uint8Array): Uint8Array {
    return this.#call("convertSecretKey", secretKey) as Uint8Array;
  }

  secretboxSeal(plaintext: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array {
    return this.#call("secretboxSeal", plaintext, nonce, key) as Uint8Array;
  }

  secretboxOpen(sealed: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array | undefined {
    return this.#call("secretboxOpen", sealed, nonce, key) as Uint8Array | undefined;
  }

  #call(name: string, ...values: readonly Uint8Array[]): unknown {
    return this.#machine.call(`crypto.${name}`, ...values).result;
  }
}
