import { sameId, type NodeId, type ResourceId } from "../core/node-id.js";
import type { Instant } from "../core/time.js";
import type { Record } from "../wire/kinds/record.js";
import type { Neighbour } from "./node-table.js";

/** A record of our own to be kept in the overlay. */
export interface Publication {
  readonly resource: ResourceId;
  readonly kind: number;
  readonly key: Uint8Array;
  /** The encoded CBOR item of the value. */
  readonly value: Uint8Array;
  readonly lifetimeS: number;
}

/** One of our records and how it stands. */
export interface PublishedRecord {
  readonly reference: number;
  readonly publication: Publication;
  /** It is being removed: what is stored is a tombstone. */
  isRemoved: boolean;
  /** As signed last. */
  record: Record | undefined;
  signedAt: Instant;
  /** The nodes that should hold it, as they were when it was stored. */
  replicas: readonly NodeId[];
  dueAt: Instant;
  isUnderWay: boolean;
  isStored: boolean;
  failures: number;
  withCredential: boolean;
  /** A node that a full store has referred us to, or that was found to lack it. */
  referral: Neighbour | undefined;
  /** How often it was signed. */
  signings: number;
  /** It is to be looked whether it is where it belongs, once it is stored; and when. */
  isUnchecked: boolean;
  checkAt: Instant | undefined;
  /** Who was responsible before the replicas changed, and until when it is stored there, too. */
  former: { readonly holder: Neighbour; readonly until: Instant } | undefined;
}

/** A record that has not been stored yet; it is due at once. */
export function beginPublication(
  now: Instant,
  parts: Pick<PublishedRecord, "reference" | "publication">,
): PublishedRecord {
  return {
    ...parts,
    isRemoved: false,
    record: undefined,
    signedAt: now,
    replicas: [],
    dueAt: now,
    isUnderWay: false,
    isStored: false,
    failures: 0,
    withCredential: false,
    referral: undefined,
    signings: 0,
    isUnchecked: false,
    checkAt: undefined,
    former: undefined,
  };
}

/** Whether a record was stored while these nodes should hold it. */
export function isStoredWith({ replicas: former }: PublishedRecord, replicas: readonly NodeId[]): boolean {
  if (former.length !== replicas.length) return false;
  for (const [at, id] of replicas.entries()) if (!sameId(id, former[at] ?? id)) return false;
  return true;
}
