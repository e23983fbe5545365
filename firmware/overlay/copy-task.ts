import { replicasMax, responsibleMax } from "../core/limits.js";
import type { Instant } from "../core/time.js";
import { none } from "../core/none.js";
import { stores } from "./neighbourhood.js";
import { isSeated, type Neighbour } from "./node-table.js";
import type { Member } from "./topology.js";

/** What is known of the copies of one record, and what this node still has to do for them. */
export interface CopyTask {
  /** The neighbours known to hold this generation: they sent it, acknowledged it or named it in a digest. */
  holders: readonly Member[];
  /** When it is looked at next; absent: at once. */
  tendAt: Instant | undefined;
  /** Until when it is left to a nearer holder to make copies; absent: not waiting. */
  waitingUntil: Instant | undefined;
  /** When our copy may go, once all who should hold it do and we should not. */
  dropAt: Instant | undefined;
  /** Neighbours that refused it: another is asked in their place. Bounded by the nearest nodes there are. */
  refusedBy: readonly Member[];
  /** Neighbours that know nearer nodes for it than we do: nobody is asked in their place. Absent: none, as mostly. */
  excused: Excuses | undefined;
}

/** Who is excused, and until when: what they know changes, and they do not tell. */
export interface Excuses {
  readonly by: readonly Member[];
  readonly until: Instant;
}

/** What is to be done for the copies of a new generation: what was for those of the former. */
export function copyTaskAfter(former: CopyTask | undefined): CopyTask {
  return {
    holders: none,
    tendAt: former?.tendAt,
    waitingUntil: former?.waitingUntil,
    dropAt: former?.dropAt,
    refusedBy: former?.refusedBy ?? none,
    excused: former?.excused,
  };
}

/** A guest is no holder: nobody would notice its end. */
export function addHolder(task: CopyTask, holder: Neighbour): void {
  if (isSeated(holder) && !task.holders.includes(holder)) task.holders = [...task.holders, holder];
}

/** Before others: what would be lost with this node, then what has waited longest. */
export function byUrgency(a: CopyTask, b: CopyTask): number {
  return a.holders.length - b.holders.length || (a.tendAt ?? 0) - (b.tendAt ?? 0);
}

/**
 * A neighbour has no time to verify the record, as of many that come at once. As long as nobody else has a copy, one or
 * two others are asked in its place, at once (true): they give it to those it belongs to. Where there are no others
 * among those that store, `storing` in all, it is asked again later: who was passed over would not be.
 */
export function passOver(task: CopyTask, busy: Neighbour, storing: number): boolean {
  const { holders, refusedBy } = task;
  const spare = Math.min(responsibleMax, storing) - replicasMax;
  const asksOthers = holders.length === 0 && refusedBy.length < spare;
  if (asksOthers) task.refusedBy = [...task.refusedBy, busy];
  return asksOthers;
}

/** Whether a node that stays is known to hold the record: it is not lost with this one. */
export function isHeldElsewhere({ holders }: CopyTask): boolean {
  return holders.some(({ stage }) => stores(stage));
}

/** Whether a neighbour does not want the record. */
export function refuses({ refusedBy, excused }: CopyTask, neighbour: Neighbour): boolean {
  return refusedBy.includes(neighbour) || excused?.by.includes(neighbour) === true;
}

/** A neighbour knows nearer nodes. */
export function excuse(task: CopyTask, by: Neighbour, until: Instant): void {
  task.excused = { by: [...(task.excused?.by ?? []), by], until };
}

/** Excuses that have lasted long enough are forgotten. */
export function expireExcuses(now: Instant, task: CopyTask): void {
  if (task.excused !== undefined && task.excused.until <= now) task.excused = undefined;
}

/** Whether it was one. */
export function removeHolder(task: CopyTask, former: Neighbour): boolean {
  if (!task.holders.includes(former)) return false;
  task.holders = task.holders.filter((holder) => holder !== former);
  return true;
}
