import { handoversMax } from "../core/limits.js";
import { none } from "../core/none.js";
import type { Instant } from "../core/time.js";
import type { Neighbour } from "./node-table.js";
import { remainingS, sameAddress, type StoredRecord } from "./record-store.js";
import type { Requests } from "./request.js";

/** A copy on its way. */
export interface Handover {
  readonly reference: number;
  readonly stored: StoredRecord;
  readonly to: Neighbour;
  readonly withCredential: boolean;
}

/** Copies of records on their way to others, a few at one time: Stores put directly, for what is left of a lifetime. */
export class Handovers {
  readonly #requests: Requests;
  #all: readonly Handover[] = none;
  #nextReference = 1;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  get size(): number {
    return this.#all.length;
  }

  get hasRoom(): boolean {
    return this.#all.length < handoversMax;
  }

  /** Whether a neighbour is being given a record. */
  isUnderWay(stored: StoredRecord, to: Neighbour): boolean {
    return this.#all.some((handover) => handover.to === to && sameAddress(handover.stored, stored));
  }

  /** Sends a copy; false when too many are on their way. */
  begin(now: Instant, { stored, to, withCredential }: Omit<Handover, "reference">): boolean {
    if (!this.hasRoom) return false;
    const reference = this.#nextReference++;
    const asked = this.#requests.ask(now, {
      asker: "replication",
      reference,
      target: stored.resource,
      direct: to,
      question: {
        type: "store",
        kind: stored.kind,
        record: stored.record,
        remainingS: remainingS(now, stored),
        ...(withCredential && { credential: stored.owner.bytes }),
      },
    });
    if (asked) this.#all = [...this.#all, { reference, stored, to, withCredential }];
    return asked;
  }

  /** An answer has come, or none will: the copy it is about, which is on its way no more. */
  end(reference: number): Handover | undefined {
    const handover = this.#all.find((one) => one.reference === reference);
    if (handover !== undefined) this.#all = this.#all.filter((one) => one !== handover);
    return handover;
  }
}
