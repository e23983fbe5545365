import { ownersPerNameMax } from "../core/limits.js";
import { equalBytes, toHex } from "../core/bytes.js";
import { sameId, type NodeId } from "../core/node-id.js";
import { isOfUser } from "./access-policy.js";
import type { KindDefinition } from "./kind-definition.js";
import { recordBytes, type Deposit, type RecordStore, type StoredRecord } from "./record-store.js";

/** Why there is no room for a record: which of the bounds it would exceed. */
export type QuotaFault = "too-many-entries" | "quota" | "neighbour-quota" | "name-contested" | "full";

/**
 * Whether a record may take the room it needs (protocol §5). Each bound has its name: the entries of its owner, and of
 * all, at one resource ("too-many-entries"), the owners of one name ("name-contested"), an eighth of the store for one
 * owner ("quota"), a quarter for what comes through one neighbour ("neighbour-quota"), and the store itself ("full").
 *
 * The quarter holds only while the store is more than half full: in an overlay of two or three phones everything
 * comes through one neighbour, and while there is room that harms nobody. It is for the records of others that a
 * neighbour brings: for its own there is the eighth. Nor does it stop a new generation of what is held: all clients of
 * two hosts change theirs through these. Our own records are not counted against us.
 */
export function quotaFault(
  store: RecordStore,
  deposit: Pick<Deposit, "record" | "owner" | "through"> & { readonly resource: Uint8Array },
  definition: KindDefinition,
): QuotaFault | undefined {
  const { resource, record, owner } = deposit;
  const beside = store.list(resource, definition.kind);
  const former = beside.find(({ key }) => equalBytes(key, record.key));
  const fault = former === undefined ? entryFault(beside, toHex(owner.ownerKey), definition) : undefined;
  if (fault !== undefined) return fault;
  const bytes = recordBytes(record) - (former === undefined ? 0 : recordBytes(former.record));
  if (bytes <= 0) return undefined;
  return (
    shareFault(store, { ...deposit, isHeld: former !== undefined }, bytes) ??
    (store.evictionFor(bytes, former) === undefined ? "full" : undefined)
  );
}

/** Whose share `bytes` more would exceed: the owner's, or that of the neighbour they come through. Ours: nobody's. */
function shareFault(
  store: RecordStore,
  deposit: Pick<Deposit, "owner" | "through"> & { readonly isHeld: boolean },
  bytes: number,
): QuotaFault | undefined {
  const { through } = deposit;
  if (through === undefined) return undefined;
  const ownerKey = toHex(deposit.owner.ownerKey);
  const ofOwner = bytesWhere(store, (stored) => toHex(stored.owner.ownerKey) === ownerKey);
  // Where not even a first record fits the store is too small, and the owner is to hear of others.
  if (ofOwner + bytes > store.capacityBytes * ownerShare) return ofOwner === 0 ? "full" : "quota";
  if (deposit.isHeld || sameId(deposit.owner.nodeId, through)) return undefined;
  if (store.bytes + bytes <= store.capacityBytes * crowdedShare) return undefined;
  const throughIt = bytesWhere(store, (stored) => isFrom(stored, through));
  return throughIt + bytes > store.capacityBytes * neighbourShare ? "neighbour-quota" : undefined;
}

function entryFault(
  beside: readonly StoredRecord[],
  ownerKey: string,
  { policy, entriesPerOwnerMax, entriesMax }: KindDefinition,
): QuotaFault | undefined {
  const owners = new Set<string>();
  let entries = 0;
  let living = 0;
  for (const stored of beside) {
    const key = toHex(stored.owner.ownerKey);
    owners.add(key);
    if (key === ownerKey) entries++;
    if (stored.record.value !== null) living++;
  }
  if (entries >= entriesPerOwnerMax || living >= entriesMax) return "too-many-entries";
  return isOfUser(policy) && !owners.has(ownerKey) && owners.size >= ownersPerNameMax
    ? "name-contested"
    : undefined;
}

/** Whether a neighbour has brought us a record, of others. */
function isFrom({ through, owner }: StoredRecord, neighbour: NodeId): boolean {
  return through !== undefined && sameId(through, neighbour) && !sameId(owner.nodeId, neighbour);
}

function bytesWhere(store: RecordStore, counts: (stored: StoredRecord) => boolean): number {
  let bytes = 0;
  for (const stored of store.all) if (counts(stored)) bytes += recordBytes(stored.record);
  return bytes;
}

const ownerShare = 1 / 8;
const neighbourShare = 1 / 4;
const crowdedShare = 1 / 2;
