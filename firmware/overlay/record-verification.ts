import type { Crypto } from "../../hal/crypto.js";
import { copyBytes, equalBytes, toHex } from "../core/bytes.js";
import { idBytes, type ResourceId } from "../core/node-id.js";
import { none } from "../core/none.js";
import type { Deadline, Instant } from "../core/time.js";
import { readCredential, type Admission, type Credential } from "../identity/credential.js";
import { verifyRecord } from "../identity/record-signature.js";
import type { FetchAnswer } from "../wire/kinds/fetch.js";
import { recordToBeSigned, type HeldRecord } from "../wire/kinds/record.js";
import { ownerInKey, permits } from "./access-policy.js";
import type { CredentialCache } from "./credential-cache.js";
import type { GatheredRecord } from "./record-gathering.js";
import { kindDefinition, type KindDefinition } from "./kind-definition.js";
import type { Neighbour } from "./node-table.js";
import { copyRecord } from "./record-store.js";

/** Who brought an answer: the first hop of its way, or the node that was asked directly. */
export interface Source {
  readonly neighbour: Neighbour;
  readonly isDirect: boolean;
}

/** The lookup a record is verified for. */
export interface Sought {
  readonly reference: number;
  readonly resource: ResourceId;
  readonly kind: number;
  readonly key: Uint8Array | undefined;
  /** Absent: this node holds it. */
  readonly by?: Source | undefined;
}

/** What came of one record; without `record` it was wrong and is dropped. */
export interface Verified {
  readonly reference: number;
  readonly record: GatheredRecord | undefined;
  readonly by: Source | undefined;
}

interface Waiting {
  readonly sought: Sought;
  readonly record: HeldRecord;
  /** Credentials that came with it, not verified yet. */
  readonly credentials: readonly Uint8Array[];
}

/** A record found good in a lookup: the bytes signed and the signature, as text. */
interface GoodRecord {
  readonly reference: number;
  readonly text: string;
  readonly owner: Credential;
}

/** What it is verified with. */
interface VerificationParts {
  readonly crypto: Crypto;
  readonly admission: Admission;
  readonly credentials: CredentialCache;
  readonly kinds: readonly KindDefinition[];
}

/**
 * Verifies the records of Fetch answers, one public-key operation a turn, so that speech goes on beside. A record
 * counts only if the owner that its key or an accompanying credential names may write there and has signed it.
 */
export class RecordVerification {
  readonly #parts: VerificationParts;
  readonly #waiting: Waiting[] = [];
  readonly #verified: Verified[] = [];
  /** Records found good, until their lookup is over: several nodes answer with the same. */
  #good: readonly GoodRecord[] = none;
  #readyAt: Instant | undefined;
  #refused = 0;

  constructor(parts: VerificationParts) {
    this.#parts = parts;
  }

  /** Records that were not what they should be. */
  get refused(): number {
    return this.#refused;
  }

  /** Records that wait for their turn or to be taken, and those kept for other answers of their lookup. */
  get size(): number {
    return this.#waiting.length + this.#verified.length + this.#good.length;
  }

  /** Takes the records of an answer; those for another key or past the bound are dropped. */
  enqueue(now: Instant, sought: Sought, answer: FetchAnswer): void {
    const credentials = answer.credentials.map(copyBytes);
    for (const held of answer.records) {
      const isWanted = sought.key === undefined || equalBytes(sought.key, held.key);
      if (!isWanted || this.#waiting.length >= waitingMax) {
        this.#refused++;
        continue;
      }
      const { remainingS, heldS, place } = held;
      const record = {
        ...copyRecord(held),
        remainingS: Math.min(remainingS, held.lifetimeS),
        heldS: heldS ?? 0,
        ...(place && { place }),
      };
      this.#waiting.push({ sought, record, credentials });
    }
    if (this.#waiting.length > 0) this.#readyAt = now;
  }

  /** Whether records of a lookup still wait. */
  isBusyWith(reference: number): boolean {
    return this.#waiting.some((waiting) => waiting.sought.reference === reference);
  }

  /** A lookup is over: what waits for it is not verified. */
  abandon(reference: number): void {
    this.#good = this.#good.filter((good) => good.reference !== reference);
    for (let at = this.#waiting.length - 1; at >= 0; at--) {
      if (this.#waiting[at]?.sought.reference === reference) this.#waiting.splice(at, 1);
    }
  }

  /** Verifies one record, or the credential it needs. */
  handleTimeout(): void {
    const next = this.#waiting[0];
    if (next === undefined) return;
    const { reference, by } = next.sought;
    const owner = this.step(next);
    if (owner === "again") return;
    this.#waiting.shift();
    if (owner === undefined) this.#refused++;
    this.#verified.push({
      reference,
      by,
      record: owner === undefined ? undefined : { record: next.record, owner },
    });
  }

  pollVerified(): Verified | undefined {
    return this.#verified.shift();
  }

  pollTimeout(): Deadline | undefined {
    return this.#waiting.length === 0 || this.#readyAt === undefined
      ? undefined
      : { at: this.#readyAt, reason: "verification" };
  }

  /** The owner when the record is good; "again" when a credential was verified and the record is for the next turn. */
  private step(waiting: Waiting): Credential | "again" | undefined {
    const { sought, record } = waiting;
    const place = {
      overlayId: this.#parts.admission.overlayId,
      resource: sought.resource,
      kind: sought.kind,
    };
    const text = toHex(recordToBeSigned(place, record)) + toHex(record.signature);
    const { reference } = sought;
    const former = this.#good.find((good) => good.reference === reference && good.text === text);
    if (former !== undefined) return former.owner;
    const known = this.knownOwner(waiting);
    if (known === undefined) return this.verifyCredential(waiting) ? "again" : undefined;
    if (!this.mayWrite(waiting, known)) return undefined;
    if (!verifyRecord(this.#parts.crypto, known.publicKey, place, record)) return undefined;
    this.#good = [...this.#good, { reference, text, owner: known }];
    return known;
  }

  /** The owner by a credential that is verified already. */
  private knownOwner({ sought, record, credentials }: Waiting): Credential | undefined {
    const definition = kindDefinition(this.#parts.kinds, sought.kind);
    if (definition === undefined) return undefined;
    const named = ownerInKey(definition.policy, record);
    const known = named?.length !== idBytes ? undefined : this.#parts.credentials.find(named);
    if (known !== undefined) return known;
    for (const bytes of credentials) {
      const verified = this.#parts.credentials.findBytes(bytes);
      if (verified !== undefined && this.mayWrite({ sought, record, credentials }, verified)) return verified;
    }
    return undefined;
  }

  /**
   * Verifies the accompanying credential of the one who may write the record; false when there is none or it is
   * bad.
   */
  private verifyCredential(waiting: Waiting): boolean {
    for (const bytes of waiting.credentials) {
      const read = readCredential(this.#parts.crypto, this.#parts.admission, bytes);
      if (read.ok && this.mayWrite(waiting, read.value))
        return this.#parts.credentials.verify(bytes) !== undefined;
    }
    return false;
  }

  private mayWrite({ sought, record }: Waiting, credential: Credential): boolean {
    const definition = kindDefinition(this.#parts.kinds, sought.kind);
    if (definition === undefined) return false;
    const rule = { ...definition, placement: { resource: sought.resource, record } };
    return permits(this.#parts.crypto, this.#parts.admission.overlayId, rule, credential);
  }
}

/** Records waiting at one time, of all lookups. */
const waitingMax = 64;
