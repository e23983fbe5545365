import { compareBytes, equalBytes } from "../core/bytes.js";
import { none } from "../core/none.js";
import type { Credential } from "../identity/credential.js";
import type { HeldRecord } from "../wire/kinds/record.js";
import { isOfUser } from "./access-policy.js";
import type { VerifiedRecord } from "./effect.js";
import type { KindDefinition } from "./kind-definition.js";

/** A record whose owner's signature was verified; a tombstone too. */
export interface GatheredRecord {
  readonly record: HeldRecord;
  readonly owner: Credential;
}

/**
 * What several answers said of one name, united: of each key the greatest generation. Where the name is a user's, which
 * several may claim, of each owner.
 */
export class RecordGathering {
  readonly #definition: KindDefinition | undefined;
  #all: readonly GatheredRecord[] = none;

  constructor(definition: KindDefinition | undefined) {
    this.#definition = definition;
  }

  /** Adds a verified record; a tombstone hides what is older. */
  add(gathered: GatheredRecord): void {
    const former = this.#all.find((other) => this.isSamePlace(other, gathered));
    if (former === undefined) {
      if (this.#all.length < gatheredMax) this.#all = [...this.#all, gathered];
      return;
    }
    const isNewer = gathered.record.generation > former.record.generation;
    const { record, owner } = isNewer ? gathered : former;
    const heldS = Math.max(gathered.record.heldS ?? 0, former.record.heldS ?? 0);
    const place = former.record.place ?? gathered.record.place;
    const united = { record: { ...record, heldS, ...(place && { place }) }, owner };
    this.#all = this.#all.map((other) => (other === former ? united : other));
  }

  /** Whether nothing is there, not even a tombstone. */
  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  /**
   * Whether one answer is not enough: nobody has a record here, or more than one owner claims the name, or not the one
   * with the owner key that is expected.
   */
  isInDoubt(expected?: Uint8Array): boolean {
    let sole: Uint8Array | undefined;
    for (const { record, owner } of this.#all) {
      if (record.value === null) continue;
      if (sole !== undefined && this.isOfUser && !equalBytes(sole, owner.ownerKey)) return true;
      sole = owner.ownerKey;
    }
    return sole === undefined || (expected !== undefined && !equalBytes(sole, expected));
  }

  /** The records that have a value, the claim held longest first; of an array in the order of their indices. */
  living(): VerifiedRecord[] {
    const living: VerifiedRecord[] = [];
    for (const { record, owner } of this.#all) {
      const { key, generation, value, remainingS, heldS = 0, place } = record;
      if (value === null) continue;
      const found = { key, generation, value, credential: owner, remainingS, heldS };
      living.push(place === undefined ? found : { ...found, place });
    }
    if (this.#definition?.model === "array") return living.sort((a, b) => compareBytes(a.key, b.key));
    return living.sort((a, b) => b.heldS - a.heldS);
  }

  private get isOfUser(): boolean {
    return this.#definition !== undefined && isOfUser(this.#definition.policy);
  }

  private isSamePlace(a: GatheredRecord, b: GatheredRecord): boolean {
    const isSameOwner = !this.isOfUser || equalBytes(a.owner.ownerKey, b.owner.ownerKey);
    return isSameOwner && equalBytes(a.record.key, b.record.key);
  }
}

/** Keys kept of one lookup: four owners with their devices. */
const gatheredMax = 32;
