import { equalBytes } from "../core/bytes.js";
import { sameId, type NodeId, type ResourceId } from "../core/node-id.js";
import { none } from "../core/none.js";
import { jitter, type Random } from "../core/random.js";
import { after, elapsed, type Duration, type Instant } from "../core/time.js";
import { generationMax, type Record } from "../wire/kinds/record.js";
import type { Neighbour } from "./node-table.js";
import type { Question } from "./request.js";

/** A record of our own to be kept in the overlay. */
export interface Publication {
  readonly resource: ResourceId;
  readonly kind: number;
  readonly key: Uint8Array;
  /** The encoded CBOR item of the value. */
  readonly value: Uint8Array;
  readonly lifetimeS: number;
  /** The generation of another's record that this node may remove and does: a message in its inbox. */
  readonly removes?: number;
  /**
   * It is signed once and stored again as it is until its lifetime is over: a message, which its receiver removes for
   * good. Absent: signed anew each third of the lifetime, for ever.
   */
  readonly isOnce?: true;
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
    isRemoved: parts.publication.removes !== undefined,
    record: undefined,
    signedAt: now,
    replicas: none,
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

/**
 * Whether it need not be tried again: what another has put in the place of a message, or in the place of what was to be
 * removed, is there to stay, and a removal that is refused again and again is somebody else's affair.
 */
export function isGivenUp({ publication, failures }: PublishedRecord, reason: string): boolean {
  const { removes, isOnce } = publication;
  if (removes === undefined && isOnce === undefined) return false;
  return reason === "generation-too-low" || (removes !== undefined && failures >= removalFailuresMax);
}

/** Whether a record that is shown as newer than ours stands in its place, not below it, and can be surpassed. */
export function isNews({ publication, record }: PublishedRecord, newer: Record): boolean {
  if (!equalBytes(newer.key, publication.key) || newer.generation >= generationMax) return false;
  return record === undefined || newer.generation >= record.generation;
}

/** After so many failures in a row, until it is tried again at the earliest, ms. */
export function retryDelayMs({ failures }: PublishedRecord): number {
  return Math.min(firstRetryMs * 2 ** Math.min(failures - 1, 5), retryMsMax);
}

/** Whether the lifetime of a record that is signed once is over. */
export function isOver(now: Instant, { publication, record, signedAt }: PublishedRecord): boolean {
  return publication.isOnce === true && record !== undefined && ageS(now, signedAt) >= record.lifetimeS;
}

/** The Store of a record as it was signed last, for what is left of its lifetime. */
export function storeOf(
  now: Instant,
  entry: PublishedRecord & { readonly record: Record },
  credential: Uint8Array,
): Question {
  const { publication, record, signedAt } = entry;
  const age = ageS(now, signedAt);
  return {
    type: "store",
    kind: publication.kind,
    record,
    ...(age > 0 && { remainingS: Math.max(1, record.lifetimeS - age) }),
    ...(entry.withCredential && { credential }),
  };
}

function ageS(now: Instant, signedAt: Instant): number {
  return Math.floor(elapsed(signedAt, now) / 1000);
}

/** How long after it was signed a record is to be signed anew, ms. */
export function refreshMs({ publication }: PublishedRecord): Duration {
  return (publication.lifetimeS * 1000) / 3;
}

/** When a record that has just been stored is due again: not all at the same time. */
export function refreshAt(now: Instant, entry: PublishedRecord, random: Random): Instant {
  const dueMs = refreshMs(entry);
  const spread = jitter(random, -dueMs * refreshSpread, dueMs * refreshSpread);
  return after(entry.publication.isOnce ? now : entry.signedAt, dueMs + spread);
}

/** Whether a record was stored while these nodes should hold it. */
export function isStoredWith({ replicas: former }: PublishedRecord, replicas: readonly NodeId[]): boolean {
  if (former.length !== replicas.length) return false;
  for (const [at, id] of replicas.entries()) if (!sameId(id, former[at] ?? id)) return false;
  return true;
}

/** Whether the first of these nodes is none of those that held a record when it was stored. */
export function isHeadedByAnother(entry: PublishedRecord, [first]: readonly NodeId[]): boolean {
  return first !== undefined && !entry.replicas.some((former) => sameId(former, first));
}

const refreshSpread = 0.1;
const firstRetryMs = 1_000;
const retryMsMax = 30_000;
const removalFailuresMax = 4;
