import { toHex } from "../core/bytes.js";
import type { Credential } from "../identity/credential.js";
import type { HeldRecord } from "../wire/kinds/record.js";
import type { VerifiedRecord } from "./effect.js";

/** A record whose owner's signature was verified; a tombstone too. */
export interface GatheredRecord {
  readonly record: HeldRecord;
  readonly owner: Credential;
}

/** What several answers said of one name, united: of each key the greatest generation. */
export class RecordGathering {
  readonly #byKey = new Map<string, GatheredRecord>();

  /** Adds a verified record; a tombstone hides what is older. */
  add(gathered: GatheredRecord): void {
    const key = toHex(gathered.record.key);
    const former = this.#byKey.get(key);
    if (former === undefined) {
      if (this.#byKey.size < gatheredMax) this.#byKey.set(key, gathered);
      return;
    }
    const isNewer = gathered.record.generation > former.record.generation;
    const { record, owner } = isNewer ? gathered : former;
    const heldS = Math.max(gathered.record.heldS ?? 0, former.record.heldS ?? 0);
    this.#byKey.set(key, { record: { ...record, heldS }, owner });
  }

  /** Whether one answer is not enough: nothing is there, or more than one owner claims the name. */
  get isInDoubt(): boolean {
    const owners = new Set<string>();
    for (const { record, owner } of this.#byKey.values())
      if (record.value !== null) owners.add(toHex(owner.ownerKey));
    return owners.size !== 1;
  }

  /** The records that have a value, the claim held longest first. */
  living(): VerifiedRecord[] {
    const living: VerifiedRecord[] = [];
    for (const { record, owner } of this.#byKey.values()) {
      const { key, generation, value, remainingS, heldS } = record;
      if (value !== null)
        living.push({ key, generation, value, credential: owner, remainingS, heldS: heldS ?? 0 });
    }
    return living.sort((a, b) => b.heldS - a.heldS);
  }
}

/** Keys kept of one lookup: four owners with their devices. */
const gatheredMax = 32;
