import type { Crypto } from "../../hal/crypto.js";
import type { KeyRing } from "../identity/key-ring.js";
import { signRecord, verifyRecord } from "../identity/record-signature.js";
import { generationMax, type Record } from "../wire/kinds/record.js";
import { kindDefinition, type KindDefinition } from "./kind-definition.js";
import type { Publication } from "./publication.js";

/** What records of our own are signed with. */
export interface SigningOptions {
  readonly crypto: Crypto;
  readonly keyRing: KeyRing;
  readonly overlayId: Uint8Array;
  /** How often this node was switched on: the upper part of the generations. */
  readonly bootCount: number;
  readonly configSequence: number;
  readonly kinds: readonly KindDefinition[];
}

/** Signs our own records, each with a greater generation than the last (protocol §5). */
export class Signing {
  readonly #options: SigningOptions;
  #lastGeneration: number;

  constructor(options: SigningOptions) {
    this.#options = options;
    this.#lastGeneration = options.bootCount * generationsPerBoot;
  }

  /** The record, or the tombstone that removes it, in a new generation. */
  sign(publication: Publication, isRemoved: boolean): Record {
    const { crypto, keyRing, overlayId, configSequence, kinds } = this.#options;
    const { resource, kind, key, value, lifetimeS } = publication;
    const definition = kindDefinition(kinds, kind);
    return signRecord(
      crypto,
      keyRing.secretKey,
      { overlayId, resource, kind },
      {
        key,
        generation: this.nextGeneration(publication, definition),
        lifetimeS: isRemoved ? (definition?.lifetimeSMax ?? lifetimeS) : lifetimeS,
        epoch: configSequence,
        value: isRemoved ? null : value,
      },
    );
  }

  /** Whether a record that stands in the place of one of ours bears our signature. */
  isOurs({ resource, kind }: Publication, record: Record): boolean {
    const { crypto, keyRing, overlayId } = this.#options;
    return verifyRecord(crypto, keyRing.publicKey, { overlayId, resource, kind }, record);
  }

  /** What is signed from now on is above this generation. */
  surpass(generation: number): void {
    this.#lastGeneration = Math.max(this.#lastGeneration, generation);
  }

  /** A removal of another's record stands next to that; our own count is not drawn up to where others have theirs. */
  private nextGeneration({ removes }: Publication, definition: KindDefinition | undefined): number {
    if (removes !== undefined) return Math.min(removes + 1, generationMax);
    const step = definition?.policy === "WRITER-MATCH" && this.#lastGeneration % 2 === 0 ? 2 : 1;
    this.#lastGeneration = Math.min(this.#lastGeneration + step, generationMax);
    return this.#lastGeneration;
  }
}

/** Generations of one boot: boot count · 2^16 + n (protocol §5). */
const generationsPerBoot = 0x10000;
