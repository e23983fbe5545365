import type { Crypto } from "../../hal/crypto.js";
import { equalBytes } from "../core/bytes.js";
import { resourceId, type ResourceId } from "../core/node-id.js";
import type { Instant } from "../core/time.js";
import { readCredential, type Admission, type Credential } from "../identity/credential.js";
import { verifyRecord } from "../identity/record-signature.js";
import type { HeldRecord, Record } from "../wire/kinds/record.js";
import type { Status } from "../wire/kinds/routed.js";
import type { StoreRequest } from "../wire/kinds/store.js";
import { spend, type FullAt } from "../core/allowance.js";
import { isOfUser, keyFits, ownerInKey, permits } from "./access-policy.js";
import type { CredentialCache } from "./credential-cache.js";
import { kindDefinition, type KindDefinition } from "./kind-definition.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import { quotaFault } from "./quota.js";
import { copyPlaced, heldRecord, recordBytes, type RecordStore, type StoredRecord } from "./record-store.js";

/** What became of a Store. */
export type StoreVerdict =
  | { readonly status: "ok"; readonly stored: StoredRecord; readonly isNew: boolean }
  | { readonly status: "generation-too-low"; readonly newer: HeldRecord }
  | { readonly status: StoreFault };

/** Why a record is not taken, but for a newer one. */
export type StoreFault = Exclude<Status, "ok" | "generation-too-low">;

/** The parts of a node that admission looks at. */
export interface StoreAdmissionOptions {
  readonly crypto: Crypto;
  readonly admission: Admission;
  readonly neighbourhood: Neighbourhood;
  readonly store: RecordStore;
  readonly credentials: CredentialCache;
  readonly configSequence: number;
  readonly limits: { readonly signaturesPerSecond: number };
  readonly kinds: readonly KindDefinition[];
}

/** An owner by its credential, and whether that was verified before. */
interface Claimant {
  readonly credential: Credential;
  readonly isVerified: boolean;
}

/**
 * Whether a record offered by a Store is taken. The checks stand in the order of their cost, the signature last
 * (protocol §5): what is wrong for a cheap reason never costs a public-key operation, and of those there are few a
 * second, and no neighbour may use more than half of them.
 */
export class StoreAdmission {
  readonly #options: StoreAdmissionOptions;
  #signatures: FullAt = 0;

  constructor(options: StoreAdmissionOptions) {
    this.#options = options;
  }

  /** Takes or refuses what `from` sent; absent: this node itself, whose own signature needs no check. */
  admit(now: Instant, request: StoreRequest, from: Neighbour | undefined): StoreVerdict {
    const { store, neighbourhood, kinds } = this.#options;
    const definition = kindDefinition(kinds, request.kind);
    if (definition === undefined) return { status: "unknown-kind" };
    const formFault = this.formFault(request, definition);
    if (formFault !== undefined) return { status: formFault };
    const held = store.find(request.destination.first, request.kind, request.record.key);
    // Who holds a former generation still is asked by others: it takes the new one as long as it does.
    if (held === undefined && !neighbourhood.isResponsible(request.destination.first))
      return { status: "forbidden" };
    if (held !== undefined && held.record.generation >= request.record.generation)
      return compared(now, held, request);
    const claimant = this.claimant(request, definition);
    if (claimant === undefined) return { status: "need-credential" };
    const claimFault = this.claimFault(request, definition, claimant, from);
    const fault = claimFault ?? this.proofFault(now, request, claimant, from);
    return fault === undefined ? this.take(now, request, claimant, from) : { status: fault };
  }

  private formFault(request: StoreRequest, definition: KindDefinition): StoreFault | undefined {
    const { record } = request;
    if ((record.value?.length ?? 0) > definition.valueBytesMax) return "too-large";
    if (record.lifetimeS > definition.lifetimeSMax || record.lifetimeS === 0) return "forbidden";
    if (record.epoch + epochsBehindMax < this.#options.configSequence) return "config-too-old";
    return keyFits(definition, record.key) ? undefined : "forbidden";
  }

  /** The owner as the key or the credential with the request says; nothing is verified yet. */
  private claimant(request: StoreRequest, definition: KindDefinition): Claimant | undefined {
    const { crypto, admission, credentials } = this.#options;
    const named = ownerInKey(definition.policy, request.record);
    const known = named === undefined ? undefined : credentials.find(named);
    if (known !== undefined) return { credential: known, isVerified: true };
    if (request.credential === undefined) return undefined;
    const verified = credentials.findBytes(request.credential);
    if (verified !== undefined) return { credential: verified, isVerified: true };
    const read = readCredential(crypto, admission, request.credential);
    return read.ok ? { credential: read.value, isVerified: false } : undefined;
  }

  private claimFault(
    request: StoreRequest,
    definition: KindDefinition,
    claimant: Claimant,
    from: Neighbour | undefined,
  ): StoreFault | undefined {
    const { crypto, admission, store } = this.#options;
    const resource = request.destination.first;
    const rule = { ...definition, placement: { resource, record: request.record } };
    if (!permits(crypto, admission.overlayId, rule, claimant.credential)) return "forbidden";
    const claim = { ...request, resource, owner: claimant.credential, through: from?.nodeId };
    const held = store.find(resource, request.kind, request.record.key);
    if (held !== undefined && isTaken(held, claimant, definition)) return "name-contested";
    return quotaFault(store, claim, definition);
  }

  /** The expensive part: at most two public-key operations, within the budget. */
  private proofFault(
    now: Instant,
    request: StoreRequest,
    claimant: Claimant,
    from: Neighbour | undefined,
  ): StoreFault | undefined {
    if (from === undefined) return undefined;
    const { crypto, admission, credentials } = this.#options;
    if (!this.mayVerify(now, from, claimant.isVerified ? 1 : 2)) return "busy";
    if (!claimant.isVerified && credentials.verify(claimant.credential.bytes) === undefined)
      return "forbidden";
    const place = {
      overlayId: admission.overlayId,
      resource: request.destination.first,
      kind: request.kind,
    };
    return verifyRecord(crypto, claimant.credential.publicKey, place, request.record)
      ? undefined
      : "forbidden";
  }

  private mayVerify(now: Instant, from: Neighbour, operations: number): boolean {
    const { signaturesPerSecond } = this.#options.limits;
    const perSecond = signaturesPerSecond * neighbourShare;
    const signatures = spend({ perSecond, burst: Math.max(2, perSecond) }, from.signatures, now, operations);
    const rate = { perSecond: signaturesPerSecond, burst: signaturesPerSecond };
    const inAll = spend(rate, this.#signatures, now, operations);
    if (signatures === undefined || inAll === undefined) return false;
    from.signatures = signatures;
    this.#signatures = inAll;
    return true;
  }

  private take(
    now: Instant,
    request: StoreRequest,
    claimant: Claimant,
    from: Neighbour | undefined,
  ): StoreVerdict {
    const { store } = this.#options;
    const { kind } = request;
    const [resource, record] = depositOf(request, from);
    const former = store.find(resource, kind, record.key);
    const bytes = recordBytes(record) - (former === undefined ? 0 : recordBytes(former.record));
    for (const victim of store.evictionFor(bytes, former) ?? []) store.remove(victim);
    const stored = store.put(now, {
      resource,
      kind,
      record,
      owner: claimant.credential,
      remainingS: Math.min(request.remainingS ?? record.lifetimeS, record.lifetimeS),
      through: from?.nodeId,
    });
    return { status: "ok", stored, isNew: true };
  }
}

/** What is kept of a Store: our own record as it is, of another's a copy that outlives its datagram. */
function depositOf(request: StoreRequest, from: Neighbour | undefined): [ResourceId, Record] {
  const { destination, record } = request;
  return from === undefined ? [resourceId(destination.first), record] : copyPlaced(destination.first, record);
}

/** Whether the place is that of another owner of the same name, which cannot be told from the rightful one. */
function isTaken({ owner }: StoredRecord, { credential }: Claimant, { policy }: KindDefinition): boolean {
  return isOfUser(policy) && !equalBytes(owner.ownerKey, credential.ownerKey);
}

/** What becomes of a record of which we hold this generation or a later one. */
function compared(now: Instant, held: StoredRecord, request: StoreRequest): StoreVerdict {
  return isSame(held, request)
    ? { status: "ok", stored: held, isNew: false }
    : { status: "generation-too-low", newer: heldRecord(now, held) };
}

function isSame(held: StoredRecord, request: StoreRequest): boolean {
  const { record } = request;
  return held.record.generation === record.generation && equalBytes(held.record.signature, record.signature);
}

/** A record signed under a configuration older than this many before ours is refused. */
const epochsBehindMax = 1;
const neighbourShare = 1 / 2;
