import { copyBytes } from "../core/bytes.js";
import { recordQueriesMax } from "../core/limits.js";
import { sameId, type ResourceId } from "../core/node-id.js";
import { none } from "../core/none.js";
import type { Instant } from "../core/time.js";
import { indexKey, indexMax, indexOf, keyFitsModel } from "./data-model.js";
import type { Outbox, StatOutcome } from "./effect.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Publication } from "./publication.js";
import type { Publisher } from "./publisher.js";
import type { InquiryResult, Requests } from "./request.js";
import type { Watching } from "./watching.js";

/** What may be asked about records beside looking them up. */
export type RecordQuery =
  /** Which records stand at a place, without their values: `statFinished`. */
  | { readonly kind: "stat"; readonly resource: ResourceId; readonly recordKind: number }
  /** Looks a place up now and whenever something else stands there: `fetchFinished` each time. */
  | { readonly kind: "watch"; readonly resource: ResourceId; readonly recordKind: number }
  /** Ends the watch that was begun with this number. */
  | { readonly kind: "unwatch"; readonly watch: number }
  /** Publishes a value after the last one of an array: `appended` says its index. For arrays that one node writes. */
  | { readonly kind: "append"; readonly publication: Omit<Publication, "key"> }
  /** Removes a record of another that this node may remove: a message in its inbox. */
  | {
      readonly kind: "remove";
      readonly resource: ResourceId;
      readonly recordKind: number;
      readonly key: Uint8Array;
      readonly generation: number;
    };

interface Pending {
  readonly request: number;
  /** What is to be published once the indices are known; absent: a Stat for its own sake. */
  readonly publication: Omit<Publication, "key"> | undefined;
  readonly resource: ResourceId;
  readonly recordKind: number;
  isUnderWay: boolean;
}

/** What the queries work with. */
interface RecordQueriesParts {
  readonly neighbourhood: Neighbourhood;
  readonly requests: Requests;
  readonly publisher: Publisher;
  readonly watching: Watching;
  readonly outbox: Outbox;
}

/** Questions about records, and writing where the place must be found out first. */
export class RecordQueries {
  readonly #parts: RecordQueriesParts;
  #pending: readonly Pending[] = none;

  constructor(parts: RecordQueriesParts) {
    this.#parts = parts;
  }

  /** Takes up a query; `request` comes back with what comes of it. */
  begin(now: Instant, request: number, query: RecordQuery): void {
    const { watching, publisher } = this.#parts;
    switch (query.kind) {
      case "watch": {
        const { resource, recordKind } = query;
        if (!watching.begin(now, request, { resource, kind: recordKind })) this.refuse(request);
        return;
      }
      case "unwatch":
        watching.end(query.watch);
        return;
      case "stat":
        this.enqueue(now, { ...query, request, publication: undefined, isUnderWay: false });
        return;
      case "append": {
        const { publication } = query;
        const { resource, kind: recordKind } = publication;
        this.enqueue(now, { request, publication, resource, recordKind, isUnderWay: false });
        return;
      }
      case "remove": {
        const { resource, recordKind: kind, key, generation: removes } = query;
        const value = new Uint8Array(0);
        publisher.publish(now, { resource, kind, key, value, lifetimeS: 0, removes });
      }
    }
  }

  /** A Stat ended; what was waiting for it goes on. */
  handleOutcome(now: Instant, request: number, result: InquiryResult): void {
    const pending = this.#pending.find((one) => one.request === request);
    if (pending === undefined) return;
    this.#pending = this.#pending.filter((one) => one !== pending);
    const outcome = this.outcomeOf(result);
    if (pending.publication === undefined)
      this.#parts.outbox.push({ kind: "statFinished", request, outcome });
    else this.append(now, pending.request, { publication: pending.publication, outcome });
    for (const waiting of this.#pending) this.ask(now, waiting);
  }

  private enqueue(now: Instant, pending: Pending): void {
    if (this.#pending.length >= recordQueriesMax) {
      this.fail(pending);
      return;
    }
    this.#pending = [...this.#pending, pending];
    this.ask(now, pending);
  }

  /** Asks what is there, unless something is being appended there: its index must be known first. */
  private ask(now: Instant, pending: Pending): void {
    const [first] = this.#pending.filter((one) => one.publication !== undefined && isBeside(one, pending));
    if (pending.isUnderWay || (pending.publication !== undefined && first !== pending)) return;
    const { request, resource, recordKind: kind } = pending;
    const question = { type: "stat", kind } as const;
    pending.isUnderWay = this.#parts.requests.ask(now, {
      asker: "stat",
      reference: request,
      target: resource,
      question,
    });
    if (pending.isUnderWay) return;
    this.#pending = this.#pending.filter((one) => one !== pending);
    this.fail(pending);
  }

  private append(
    now: Instant,
    request: number,
    { publication, outcome }: { publication: Omit<Publication, "key">; outcome: StatOutcome },
  ): void {
    const index = outcome.status === "failed" ? undefined : this.nextIndex(publication, outcome);
    const isTaken =
      index !== undefined && this.#parts.publisher.publish(now, { ...publication, key: indexKey(index) });
    this.#parts.outbox.push({ kind: "appended", request, index: isTaken ? index : undefined });
  }

  /** The index after the greatest that is stored or that we are about to store; `undefined` past the last. */
  private nextIndex(
    { resource, kind }: Omit<Publication, "key">,
    outcome: Exclude<StatOutcome, { status: "failed" }>,
  ): number | undefined {
    const stored = outcome.status === "found" ? outcome.entries.map(({ key }) => key) : [];
    const ours = this.#parts.publisher.entries.filter(
      ({ publication }) => publication.kind === kind && sameId(publication.resource, resource),
    );
    const keys = [...stored, ...ours.map(({ publication }) => publication.key)];
    const indices = keys.filter((key) => keyFitsModel("array", key)).map(indexOf);
    const next = indices.reduce((greatest, index) => Math.max(greatest, index), -1) + 1;
    return next > indexMax ? undefined : next;
  }

  private outcomeOf(result: InquiryResult): StatOutcome {
    if (result.kind !== "answered" || result.answer.type !== "statAnswer") {
      const reason = this.#parts.neighbourhood.storing().length === 0 ? "no-neighbours" : "timed-out";
      return { status: "failed", reason };
    }
    const { entries } = result.answer;
    if (entries.length === 0) return { status: "not-found" };
    return { status: "found", entries: entries.map((entry) => ({ ...entry, key: copyBytes(entry.key) })) };
  }

  private fail({ request, publication }: Pending): void {
    const outcome = { status: "failed", reason: "too-many" } as const;
    if (publication === undefined) this.#parts.outbox.push({ kind: "statFinished", request, outcome });
    else this.#parts.outbox.push({ kind: "appended", request, index: undefined });
  }

  private refuse(request: number): void {
    const outcome = { status: "failed", reason: "too-many" } as const;
    this.#parts.outbox.push({ kind: "fetchFinished", request, outcome });
  }
}

function isBeside(a: Pending, b: Pending): boolean {
  return a.recordKind === b.recordKind && sameId(a.resource, b.resource);
}
