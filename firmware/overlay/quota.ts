import { ownersPerNameMax } from "../core/limits.js";
import { toHex } from "../core/bytes.js";
import { sameId, type NodeId } from "../core/node-id.js";
import { recordBytes, type Deposit, type RecordStore, type StoredRecord } from "./record-store.js";

/** Why there is no room for a record. */
export type QuotaFault = "quota" | "name-contested" | "full";

/**
 * Whether a record may take the room it needs (protocol §5): the entries of its owner at one resource, the owners
 * at one name, an eighth of the store for one owner, a quarter for what comes through one neighbour, and the store
 * itself.
 *
 * The quarter holds only while the store is more than half full: in an overlay of two or three phones everything
 * comes through one neighbour, and while there is room that harms nobody. Our own records are not counted against
 * us.
 */
export function quotaFault(
  store: RecordStore,
  deposit: Pick<Deposit, "kind" | "record" | "owner" | "through"> & { readonly resource: Uint8Array },
  entriesPerOwnerMax: number,
): QuotaFault | undefined {
  const { resource, kind, record, owner, through } = deposit;
  const former = store.find(resource, kind, record.key);
  if (former === undefined) {
    const fault = entryFault(store.list(resource, kind), toHex(owner.ownerKey), entriesPerOwnerMax);
    if (fault !== undefined) return fault;
  }
  const bytes = recordBytes(record) - (former === undefined ? 0 : recordBytes(former.record));
  if (bytes <= 0) return undefined;
  if (through !== undefined && exceedsShare(store, deposit, bytes)) return "quota";
  return store.evictionFor(bytes, former) === undefined ? "full" : undefined;
}

/** Whether `bytes` more would give the owner, or the neighbour they come through, more than its share. */
function exceedsShare(
  store: RecordStore,
  deposit: Pick<Deposit, "owner" | "through">,
  bytes: number,
): boolean {
  const ownerKey = toHex(deposit.owner.ownerKey);
  const ofOwner = bytesWhere(store, (stored) => toHex(stored.owner.ownerKey) === ownerKey);
  if (ofOwner + bytes > store.capacityBytes * ownerShare) return true;
  if (store.bytes + bytes <= store.capacityBytes * crowdedShare) return false;
  const throughIt = bytesWhere(store, (stored) => isFrom(stored, deposit.through));
  return throughIt + bytes > store.capacityBytes * neighbourShare;
}

function entryFault(
  beside: readonly StoredRecord[],
  ownerKey: string,
  entriesPerOwnerMax: number,
): QuotaFault | undefined {
  const owners = new Set<string>();
  let entries = 0;
  for (const stored of beside) {
    const key = toHex(stored.owner.ownerKey);
    owners.add(key);
    if (key === ownerKey) entries++;
  }
  if (entries >= entriesPerOwnerMax) return "quota";
  return !owners.has(ownerKey) && owners.size >= ownersPerNameMax ? "name-contested" : undefined;
}

function isFrom(stored: StoredRecord, through: NodeId | undefined): boolean {
  return stored.through !== undefined && through !== undefined && sameId(stored.through, through);
}

function bytesWhere(store: RecordStore, counts: (stored: StoredRecord) => boolean): number {
  let bytes = 0;
  for (const stored of store.all) if (counts(stored)) bytes += recordBytes(stored.record);
  return bytes;
}

const ownerShare = 1 / 8;
const neighbourShare = 1 / 4;
const crowdedShare = 1 / 2;
