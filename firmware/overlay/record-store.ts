import type { Crypto } from "../../hal/crypto.js";
import { copyBytes } from "../core/bytes.js";
import { compareDistance, idKey, resourceId, type NodeId, type ResourceId } from "../core/node-id.js";
import { encodeText } from "../core/text.js";
import { after, elapsed, type Instant } from "../core/time.js";
import type { Credential } from "../identity/credential.js";
import type { HeldRecord, Record } from "../wire/kinds/record.js";

/** Where a record stands. */
export interface RecordAddress {
  readonly resource: ResourceId;
  readonly kind: number;
  readonly key: Uint8Array;
}

/** A record held here: verified, with its owner and with who else is known to hold the same generation. */
export interface StoredRecord extends RecordAddress {
  /** The address as a Map key. */
  readonly id: string;
  readonly record: Record;
  readonly owner: Credential;
  /** End of its lifetime, counted from receipt here. */
  readonly until: Instant;
  /** When this owner's claim was first stored here: survives new generations. */
  readonly heldSince: Instant;
  /** The neighbour it was stored through, as a Map key; empty for our own. */
  readonly through: string;
  /** First 4 B of a hash of the address, and 8 B of one of address and generation: what digests are made of. */
  readonly short: Uint8Array;
  readonly digest: Uint8Array;
  /** Keys of the nodes known to hold this generation: they sent it, acknowledged it or named it in a digest. */
  readonly holders: Set<string>;
}

/** What is needed to hold a record. */
export interface Deposit {
  readonly resource: Uint8Array;
  readonly kind: number;
  readonly record: Record;
  readonly owner: Credential;
  /** Seconds left of its lifetime. */
  readonly remainingS: number;
  readonly through: string;
}

/**
 * The records this node holds for the overlay, in a bounded number of bytes. It checks nothing: see
 * `StoreAdmission`.
 */
export class RecordStore {
  readonly capacityBytes: number;
  readonly #crypto: Crypto;
  readonly #self: NodeId;
  readonly #byResource = new Map<string, StoredRecord[]>();
  #bytes = 0;
  #count = 0;

  constructor(crypto: Crypto, self: NodeId, capacityBytes: number) {
    this.#crypto = crypto;
    this.#self = self;
    this.capacityBytes = capacityBytes;
  }

  /** Bytes in use. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Records held, tombstones included. */
  get count(): number {
    return this.#count;
  }

  /** All records, by resource. */
  all(): StoredRecord[] {
    return [...this.#byResource.values()].flat();
  }

  /** The records of a Kind at a resource, tombstones included. */
  list(resource: Uint8Array, kind: number): StoredRecord[] {
    return (this.#byResource.get(idKey(resource)) ?? []).filter((stored) => stored.kind === kind);
  }

  find(resource: Uint8Array, kind: number, key: Uint8Array): StoredRecord | undefined {
    const id = recordId({ resource, kind, key });
    return this.#byResource.get(idKey(resource))?.find((stored) => stored.id === id);
  }

  /** Holds a record, in place of a former generation. The caller has seen that there is room. */
  put(now: Instant, deposit: Deposit): StoredRecord {
    const { record, kind, owner, through } = deposit;
    const former = this.find(deposit.resource, kind, record.key);
    const stored: StoredRecord = {
      id: recordId({ resource: deposit.resource, kind, key: record.key }),
      resource: resourceId(copyBytes(deposit.resource)),
      kind,
      key: copyBytes(record.key),
      record: copyRecord(record),
      owner,
      until: after(now, deposit.remainingS * 1000),
      heldSince: former?.heldSince ?? now,
      through,
      ...this.#digests(deposit),
      holders: new Set<string>(),
    };
    if (former !== undefined) this.remove(former);
    const beside = this.#byResource.get(idKey(stored.resource));
    if (beside === undefined) this.#byResource.set(idKey(stored.resource), [stored]);
    else beside.push(stored);
    this.#bytes += recordBytes(record);
    this.#count++;
    return stored;
  }

  remove(stored: StoredRecord): void {
    const key = idKey(stored.resource);
    const beside = this.#byResource.get(key) ?? [];
    const at = beside.indexOf(stored);
    if (at < 0) return;
    beside.splice(at, 1);
    if (beside.length === 0) this.#byResource.delete(key);
    this.#bytes -= recordBytes(stored.record);
    this.#count--;
  }

  /** Removes what has ended and returns it. */
  expire(now: Instant): StoredRecord[] {
    const ended = this.all().filter((stored) => stored.until <= now);
    for (const stored of ended) this.remove(stored);
    return ended;
  }

  /** When the first record ends. */
  nextExpiry(): Instant | undefined {
    let first: Instant | undefined;
    for (const { until } of this.all()) if (first === undefined || until < first) first = until;
    return first;
  }

  /**
   * What would go to make room for `bytes` more: the farthest from this node first, and only what three others are
   * known to hold; never a last copy. `undefined` when that is not enough. An empty list: there is room. `former`:
   * the record that a new generation replaces; what it takes is reckoned in `bytes` already.
   */
  evictionFor(bytes: number, former?: StoredRecord): StoredRecord[] | undefined {
    let needed = this.#bytes + bytes - this.capacityBytes;
    if (needed <= 0) return [];
    const spare = this.all().filter((stored) => stored !== former && stored.holders.size >= copiesElsewhere);
    spare.sort((a, b) => compareDistance(this.#self, b.resource, a.resource));
    const victims: StoredRecord[] = [];
    for (const stored of spare) {
      victims.push(stored);
      needed -= recordBytes(stored.record);
      if (needed <= 0) return victims;
    }
    return undefined;
  }

  #digests(deposit: Deposit): { short: Uint8Array; digest: Uint8Array } {
    const { resource, kind, record } = deposit;
    const label = encodeText("Muster/1 digest");
    const numbers = new DataView(new ArrayBuffer(12));
    numbers.setUint32(0, kind);
    numbers.setUint32(4, Math.floor(record.generation / 0x100000000));
    numbers.setUint32(8, record.generation % 0x100000000);
    const bytes = new Uint8Array(numbers.buffer);
    const kindBytes = bytes.subarray(0, 4);
    return {
      short: this.#crypto.sha512(label, resource, kindBytes, record.key).slice(0, shortBytes),
      digest: this.#crypto.sha512(label, resource, bytes, record.key).slice(0, digestBytes),
    };
  }
}

/** A record as Fetch answers it. */
export function heldRecord(now: Instant, stored: StoredRecord): HeldRecord {
  return { ...stored.record, remainingS: remainingS(now, stored) };
}

/** Seconds left of its lifetime, at least 1. */
export function remainingS(now: Instant, stored: StoredRecord): number {
  return Math.max(1, Math.ceil(elapsed(now, stored.until) / 1000));
}

/** What a record takes of the store: its fields, its address and its bookkeeping. */
export function recordBytes(record: Pick<Record, "key" | "value">): number {
  return fixedBytes + record.key.length + (record.value?.length ?? 0);
}

/** An address as a Map key. */
export function recordId(address: {
  readonly resource: Uint8Array;
  readonly kind: number;
  readonly key: Uint8Array;
}): string {
  return `${idKey(address.resource)}/${address.kind}/${idKey(address.key)}`;
}

/** A copy that outlives the datagram the record came in. */
export function copyRecord(record: Record): Record {
  const { generation, lifetimeS, epoch } = record;
  return {
    key: copyBytes(record.key),
    generation,
    lifetimeS,
    epoch,
    value: record.value === null ? null : copyBytes(record.value),
    signature: copyBytes(record.signature),
  };
}

/** Resource-ID 16, signature 64, numbers, digests and times 40. */
const fixedBytes = 120;
const shortBytes = 4;
const digestBytes = 8;

/** Copies on other nodes that make ours one too many. */
const copiesElsewhere = 3;
