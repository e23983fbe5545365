import { sameId } from "../../firmware/core/node-id.js";
import type { FetchOutcome } from "../../firmware/overlay/overlay.js";
import { Distribution } from "./distribution.js";
import type { Failures } from "./failures.js";
import type { MessageWatch } from "./message-watch.js";
import type { SimNode } from "./sim-node.js";

/** Lookups that are counted by themselves as well. */
export class LookupTally {
  count = 0;
  found = 0;
}

/** What came of all: the form of `lookups` in the report. */
export interface LookupReport {
  readonly count: number;
  /** Their first end-to-end attempt brought what was sought. */
  readonly succeeded: number;
  /** An end-to-end timer ran out, or would have. */
  readonly retried: number;
  readonly found: number;
  /** Of those that succeeded, the ones for which one question was put, by one way. */
  readonly single: number;
  /** Of those found, how long they took; `null` where there is none. */
  readonly p95Ms: number | null;
}

/** A lookup under way. */
interface UnderWay {
  readonly asker: SimNode;
  readonly sought: SimNode;
  readonly startedAt: number;
  /** Of the asker, before it began. */
  readonly retriesBefore: number;
  /** What it is for, where it must not fail. */
  readonly wanted: string | undefined;
  readonly tally: LookupTally | undefined;
}

/** Why somebody looks a name up. */
export interface Purpose {
  /** What it is for, where it must not fail. */
  readonly wanted?: string;
  /** Where it is counted, too. */
  readonly tally?: LookupTally;
}

/**
 * Lookups of names and what became of them. One has succeeded when its first end-to-end attempt brought the
 * registration that was sought: before any end-to-end timer ran out, and in less time than the first of them has.
 * Repairs from hop to hop, and questions that the firmware puts meanwhile by other ways or to the nearest nodes, are
 * part of it. Hops are counted where one question, by one way, was enough: what the asker holds itself has none.
 */
export class LookupTraffic {
  readonly hops = new Distribution();
  readonly #milliseconds = new Distribution();
  readonly #watch: MessageWatch;
  readonly #failures: Failures;
  readonly #underWay = new Map<SimNode, Map<number, UnderWay>>();
  #count = 0;
  #succeeded = 0;
  #single = 0;
  #retried = 0;
  #found = 0;

  constructor(watch: MessageWatch, failures: Failures) {
    this.#watch = watch;
    this.#failures = failures;
  }

  /** Lookups that have ended. */
  get count(): number {
    return this.#count;
  }

  /** Of them, those whose first attempt brought what was sought. */
  get succeeded(): number {
    return this.#succeeded;
  }

  get retried(): number {
    return this.#retried;
  }

  /** Those that brought it in the end. */
  get found(): number {
    return this.#found;
  }

  report(): LookupReport {
    const p95 = this.#milliseconds.percentile(0.95);
    return {
      count: this.#count,
      succeeded: this.#succeeded,
      retried: this.#retried,
      found: this.#found,
      single: this.#single,
      p95Ms: p95 === undefined ? null : Math.round(p95),
    };
  }

  get underWay(): number {
    let count = 0;
    for (const each of this.#underWay.values()) count += each.size;
    return count;
  }

  /**
   * `asker` looks `sought` up. False where the asker is off, or is at it already: then messages would not tell which of
   * both they are for.
   */
  begin(asker: SimNode, sought: SimNode, atMs: number, { wanted, tally }: Purpose = {}): boolean {
    for (const other of this.#underWay.get(asker)?.values() ?? []) if (other.sought === sought) return false;
    const retriesBefore = retriesOf(asker);
    this.#watch.begin(asker, sought.resource);
    const request = asker.fetch(sought.resource);
    if (request === undefined) return false;
    const ofAsker = this.#underWay.get(asker) ?? new Map<number, UnderWay>();
    this.#underWay.set(asker, ofAsker);
    ofAsker.set(request, { asker, sought, startedAt: atMs, retriesBefore, wanted, tally });
    return true;
  }

  /** A lookup of `asker` has ended. */
  handleFinished(asker: SimNode, request: number, outcome: FetchOutcome, atMs: number): void {
    const lookup = this.#underWay.get(asker)?.get(request);
    if (lookup === undefined) {
      this.#failures.add(
        atMs,
        "one answer per request",
        `${asker.name} got a second end of lookup ${request}`,
      );
      return;
    }
    this.#underWay.get(asker)?.delete(request);
    const { sought, wanted, tally } = lookup;
    const seen = this.#watch.end(asker, sought.resource);
    const isFound = brings(outcome, sought);
    const tookMs = atMs - lookup.startedAt;
    const isRetried = tookMs >= attemptMs || retriesOf(asker) > lookup.retriesBefore;
    this.#count++;
    if (isFound) {
      this.#found++;
      this.#milliseconds.add(tookMs);
    }
    if (tally !== undefined) {
      tally.count++;
      if (isFound) tally.found++;
    }
    if (isRetried) this.#retried++;
    if (isFound && !isRetried) this.#noteSuccess(seen.requests <= 1, seen.hops);
    if (!isFound && wanted !== undefined)
      this.#failures.add(atMs, wanted, `${asker.name} does not find ${sought.name}: ${outcome.status}`);
  }

  /** A first attempt has brought what was sought; `isSingle`: one question by one way was enough. */
  #noteSuccess(isSingle: boolean, hops: number): void {
    this.#succeeded++;
    if (!isSingle) return;
    this.#single++;
    // One that the asker's own store answered was not routed.
    if (hops > 0) this.hops.add(hops);
  }

  /** The session of a node has ended, and its lookups with it. */
  handleOff(asker: SimNode): void {
    for (const { sought } of this.#underWay.get(asker)?.values() ?? [])
      this.#watch.end(asker, sought.resource);
    this.#underWay.delete(asker);
  }

  /** Lookups that have not ended in time are told once. */
  checkEnds(atMs: number): void {
    for (const [asker, lookups] of this.#underWay) {
      for (const [request, { startedAt, sought }] of lookups) {
        if (atMs - startedAt < lookupMsMax) continue;
        lookups.delete(request);
        this.#watch.end(asker, sought.resource);
        this.#count++;
        this.#failures.add(
          atMs,
          "one answer per request",
          `lookup of ${sought.name} by ${asker.name} never ended`,
        );
      }
    }
  }
}

function brings(outcome: FetchOutcome, sought: SimNode): boolean {
  return outcome.status === "found" && outcome.records.some(({ key }) => sameId(key, sought.nodeId));
}

/** Second end-to-end attempts of a node's lookups so far. */
function retriesOf(node: SimNode): number {
  return node.describe()?.counts["lookupsRetried"] ?? 0;
}

/** The end-to-end timer of the firmware. */
const attemptMs = 2000;
/** All lookups end by themselves well before this. */
const lookupMsMax = 30_000;
