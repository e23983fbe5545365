import { none } from "../core/none.js";
import { elapsed, type Instant } from "../core/time.js";
import type { Neighbour } from "./node-table.js";

/** A record of which only the place and the generation count. */
export interface GivenUp {
  readonly resource: Uint8Array;
  readonly generation: number;
}

/** That a record was declined. */
interface Refusal {
  readonly mark: number;
  /** The handle of who offered it, and may be gone by now. */
  readonly giver: number;
  readonly at: Instant;
}

/**
 * Records this node has given up because others hold them, the last of them, each as one number. Where nobody sees the
 * whole overlay, some take this node for one of the nearest though it knows nearer ones: what was given up is not taken
 * from them again, or it would be handed to and fro for as long as it lives. Who offers it again within seconds,
 * however, knows something: one of those nearer ones has died, and this node, which has no record in common with it,
 * would notice late.
 */
export class DroppedRecords {
  #all: readonly number[] = none;
  #refusals: readonly Refusal[] = none;

  note(record: GivenUp): void {
    this.#all = [...this.#all, markOf(record)].slice(-droppedMax);
  }

  /** Whether a record was given up. */
  has(record: GivenUp): boolean {
    return this.#all.length > 0 && this.#all.includes(markOf(record));
  }

  /** `giver` offers a record that was given up: whether it insists. If not, it is taken for refused. */
  isInsistedOn(now: Instant, giver: Neighbour, record: GivenUp): boolean {
    const mark = markOf(record);
    const isOfIt = (refusal: Refusal): boolean => refusal.mark === mark && refusal.giver === giver.handle;
    const former = this.#refusals.find(isOfIt);
    const isInsistent = former !== undefined && elapsed(former.at, now) < insistingMs;
    const others = this.#refusals.filter((each) => !isOfIt(each) && elapsed(each.at, now) < insistingMs);
    const refusal = { mark, giver: giver.handle, at: now };
    this.#refusals = isInsistent ? others : [...others, refusal].slice(-refusalsMax);
    return isInsistent;
  }
}

/** Two records with one mark are no harm: the second stays with who offered it. */
function markOf({ resource, generation }: GivenUp): number {
  const start = new DataView(resource.buffer, resource.byteOffset, resource.length).getInt32(0);
  return start ^ Math.imul(generation % 0x100000000, oddFactor);
}

const oddFactor = 0x9e3779b1;
const droppedMax = 32;
const refusalsMax = 8;
/** Who does not insist asks again after minutes. */
const insistingMs = 10_000;
