import type { Crypto } from "../../hal/crypto.js";
import { concatBytes, equalBytes } from "../core/bytes.js";
import { resourceId, sameId, type NodeId, type ResourceId } from "../core/node-id.js";
import { none } from "../core/none.js";
import { encodeText } from "../core/text.js";
import { after, elapsed, type Instant } from "../core/time.js";
import type { Credential } from "../identity/credential.js";
import type { HeldRecord, Record } from "../wire/kinds/record.js";
import { copyTaskAfter, type CopyTask } from "./copy-task.js";
import { serviceKind } from "./kind-definition.js";
import type { Placed } from "./neighbourhood.js";
import type { Member, Topology } from "./topology.js";

/** Where a record stands. */
export interface RecordAddress {
  readonly resource: ResourceId;
  readonly kind: number;
  readonly key: Uint8Array;
}

/** A record held here: verified, with its owner, and with what is known of its copies and to be done for them. */
export interface StoredRecord extends RecordAddress, Placed, CopyTask {
  readonly record: Record;
  readonly owner: Credential;
  /** End of its lifetime, counted from receipt here. */
  readonly until: Instant;
  /** When this owner's claim was first stored here: survives new generations. */
  readonly heldSince: Instant;
  /** The neighbour it was stored through, or that has lent it to this node last; absent for our own. */
  through: NodeId | undefined;
  /** First 32 bits of a hash of the address, and 64 of one of address and generation: what digests are made of. */
  readonly short: number;
  readonly digestHigh: number;
  readonly digestLow: number;
}

/** What is needed to hold a record. Its bytes are kept as they are: they are no part of a datagram. */
export interface Deposit {
  readonly resource: ResourceId;
  readonly kind: number;
  readonly record: Record;
  readonly owner: Credential;
  /** Seconds left of its lifetime. */
  readonly remainingS: number;
  readonly through: NodeId | undefined;
}

/**
 * The records this node holds for the overlay, in a bounded number of bytes. It checks nothing: see
 * `StoreAdmission`.
 */
export class RecordStore {
  readonly capacityBytes: number;
  readonly #crypto: Crypto;
  readonly #topology: Topology;
  readonly #self: NodeId;
  #all: readonly StoredRecord[] = none;
  #bytes = 0;
  #state = 0;

  constructor(
    crypto: Crypto,
    { topology, self }: { readonly topology: Topology; readonly self: NodeId },
    capacityBytes: number,
  ) {
    this.#self = self;
    this.#crypto = crypto;
    this.#topology = topology;
    this.capacityBytes = capacityBytes;
  }

  /** Bytes in use. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Counts the states this store has been in. */
  get state(): number {
    return this.#state;
  }

  /** All records, tombstones included; a list that was taken does not change. */
  get all(): readonly StoredRecord[] {
    return this.#all;
  }

  /** The records of a Kind at a resource, tombstones included. */
  list(resource: Uint8Array, kind: number): StoredRecord[] {
    return this.#all.filter((stored) => stored.kind === kind && sameId(stored.resource, resource));
  }

  find(resource: Uint8Array, kind: number, key: Uint8Array): StoredRecord | undefined {
    const address = { resource, kind, key };
    return this.#all.find((stored) => sameAddress(stored, address));
  }

  /** Holds a record, in place of a former generation. The caller has seen that there is room. */
  put(now: Instant, deposit: Deposit): StoredRecord {
    const { resource, kind, owner, through } = deposit;
    const record = keyedByOwner(deposit.record, owner);
    const former = this.find(resource, kind, record.key);
    const stored: StoredRecord = {
      resource,
      kind,
      key: record.key,
      record,
      owner,
      until: after(now, deposit.remainingS * 1000),
      heldSince: former?.heldSince ?? now,
      through,
      ...this.digests(deposit),
      replicas: none,
      reckonedIn: -1,
      ...copyTaskAfter(former),
    };
    if (former !== undefined) this.remove(former);
    this.#all = [...this.#all, stored];
    this.#state++;
    this.#bytes += recordBytes(record);
    return stored;
  }

  remove(stored: StoredRecord): void {
    if (!this.#all.includes(stored)) return;
    this.#all = this.#all.filter((other) => other !== stored);
    this.#state++;
    this.#bytes -= recordBytes(stored.record);
  }

  /**
   * Removes what a node says that it offers. If it is there after all it stores that anew, for it has lost us as well;
   * so do others who hold it and are linked to it still.
   */
  removeServices(provider: NodeId): void {
    for (const stored of this.#all)
      if (stored.kind === serviceKind && sameId(stored.owner.nodeId, provider)) this.remove(stored);
  }

  /** Removes what has ended. */
  expire(now: Instant): void {
    for (const stored of this.#all) if (stored.until <= now) this.remove(stored);
  }

  /** When the first record ends. */
  nextExpiry(): Instant | undefined {
    let first: Instant | undefined;
    for (const { until } of this.#all) if (first === undefined || until < first) first = until;
    return first;
  }

  /**
   * What would go to make room for `bytes` more: what this node is least responsible for first, and only what three
   * others are known to hold that are more responsible; so of all who hold a record three never let it go, though each
   * knows of three others. `undefined` when that is not enough. An empty list: there is room.
   * `former`: the record that a new generation replaces; what it takes is reckoned in `bytes` already.
   */
  evictionFor(bytes: number, former?: StoredRecord): StoredRecord[] | undefined {
    let needed = this.#bytes + bytes - this.capacityBytes;
    if (needed <= 0) return [];
    const spare = this.#all.filter((stored) => stored !== former && this.isSpare(stored));
    spare.sort((a, b) => this.#topology.orderTargets(b.resource, a.resource));
    const victims: StoredRecord[] = [];
    for (const stored of spare) {
      victims.push(stored);
      needed -= recordBytes(stored.record);
      if (needed <= 0) return victims;
    }
    return undefined;
  }

  private isSpare({ resource, holders }: StoredRecord): boolean {
    const isNearer = ({ nodeId }: Member): boolean => this.#topology.order(resource, nodeId, this.#self) < 0;
    return holders.filter(isNearer).length >= copiesElsewhere;
  }

  private digests(deposit: Deposit): Pick<StoredRecord, "short" | "digestHigh" | "digestLow"> {
    const { resource, kind, record } = deposit;
    const label = encodeText("Muster/1 digest");
    const numbers = new DataView(new ArrayBuffer(12));
    numbers.setUint32(0, kind);
    numbers.setUint32(4, Math.floor(record.generation / 0x100000000));
    numbers.setUint32(8, record.generation % 0x100000000);
    const bytes = new Uint8Array(numbers.buffer);
    const kindBytes = bytes.subarray(0, 4);
    const digest = this.#crypto.sha512(label, resource, bytes, record.key);
    return {
      short: uint32At(this.#crypto.sha512(label, resource, kindBytes, record.key), 0),
      digestHigh: uint32At(digest, 0),
      digestLow: uint32At(digest, 4),
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

/** Whether two records stand at the same place: one is a generation of the other. */
export function sameAddress(
  a: Pick<RecordAddress, "kind" | "key"> & { readonly resource: Uint8Array },
  b: Pick<RecordAddress, "kind" | "key"> & { readonly resource: Uint8Array },
): boolean {
  return a.kind === b.kind && sameId(a.resource, b.resource) && equalBytes(a.key, b.key);
}

/** Most keys are the Node-ID of the owner, whose credential has it already: one view for both. */
function keyedByOwner(record: Record, { nodeId: key }: Credential): Record {
  return equalBytes(record.key, key) ? { ...record, key } : record;
}

/** A copy that outlives the datagram the record came in. */
export function copyRecord(record: Record): Record {
  return copyPlaced(new Uint8Array(0), record)[1];
}

/** Copies of a record and of its resource, their bytes in one buffer: four would take a buffer's head each. */
export function copyPlaced(resource: Uint8Array, record: Record): [ResourceId, Record] {
  const { key, value, signature, generation, lifetimeS, epoch } = record;
  const bytes = concatBytes(resource, key, signature, value ?? new Uint8Array(0));
  const keyAt = resource.length;
  const signatureAt = keyAt + key.length;
  const valueAt = signatureAt + signature.length;
  const copy: Record = {
    key: bytes.subarray(keyAt, signatureAt),
    generation,
    lifetimeS,
    epoch,
    value: value === null ? null : bytes.subarray(valueAt),
    signature: bytes.subarray(signatureAt, valueAt),
  };
  return [resourceId(bytes.subarray(0, keyAt)), copy];
}

function uint32At(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
}

/** Resource-ID 16, signature 64, numbers, digests and times 40. */
const fixedBytes = 120;

/** Copies on other nodes that make ours one too many. */
const copiesElsewhere = 3;
