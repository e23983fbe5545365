import type { Crypto } from "../../hal/crypto.js";
import { copyBytes, equalBytes } from "../core/bytes.js";
import { notifiesMax } from "../core/limits.js";
import { nodeId, resourceId, sameId } from "../core/node-id.js";
import { none } from "../core/none.js";
import { encodeText } from "../core/text.js";
import { after, elapsed, instant, type Deadline, type Instant } from "../core/time.js";
import type { Destination } from "../wire/kinds/routed.js";
import { watchStateBytes, type WatchAnswer, type WatchRequest } from "../wire/kinds/watch.js";
import type { Neighbourhood, Placed } from "./neighbourhood.js";
import type { RecordStore } from "./record-store.js";
import type { InquiryResult, Requests } from "./request.js";

/** Somebody who is told when the records of a Kind at a resource change. */
interface Watch extends Placed {
  readonly reference: number;
  readonly kind: number;
  readonly watcher: Destination;
  readonly until: Instant;
  /** What the watcher was told last stands there; absent: it is not known whether it has heard. */
  told: Uint8Array | undefined;
  /** Its notify is under way. */
  isUnderWay: boolean;
  failures: number;
}

/** What the watches work with. */
interface WatchesParts {
  readonly crypto: Crypto;
  readonly neighbourhood: Neighbourhood;
  readonly store: RecordStore;
  readonly requests: Requests;
}

/**
 * Who watches records that are held here (protocol §5): soft, in memory, for five minutes at most. A watcher is not
 * told what stands there now but that it is something else: it looks it up, so that what it believes is signed and an
 * unsigned notify can do no harm. A registration that is only refreshed is no news. When this node need not
 * hold the records any more, the watch ends here, and the watcher is told so.
 */
export class Watches {
  readonly #parts: WatchesParts;
  readonly #capacity: number;
  #all: readonly Watch[] = none;
  /** The states of store and neighbourhood for which all watches have been looked at, and when that was. */
  #seenStore = 0;
  #seenNeighbourhood = 0;
  #lookedAt: Instant | undefined;
  #nextReference = 1;

  constructor(parts: WatchesParts, capacity: number) {
    this.#parts = parts;
    this.#capacity = capacity;
  }

  /** Watches of others that are kept. */
  get size(): number {
    return this.#all.length;
  }

  /** Takes up a watch or prolongs it. Who is refused for want of room is told the state all the same: it can poll. */
  handleWatch(now: Instant, request: WatchRequest): WatchAnswer {
    const { transaction, via, kind, seconds, destination } = request;
    const answer = { type: "watchAnswer", transaction, via } as const;
    const resource = resourceId(destination.first);
    const isHeldHere = this.isHeldHere({ resource, replicas: [], reckonedIn: -1 });
    if (!isHeldHere) return { ...answer, status: "forbidden" };
    this.#all = this.#all.filter((watch) => watch.until > now && !isSame(watch, request));
    const state = this.stateOf(resource, kind);
    if (this.#all.length >= this.#capacity)
      return { ...answer, status: "full", granted: { seconds: 0, state } };
    this.add(request, after(now, 1000 * seconds), state);
    return { ...answer, status: "ok", granted: { seconds, state } };
  }

  /** How a notify ended: who does not watch any more, or cannot be reached twice, is forgotten. */
  handleOutcome(now: Instant, reference: number, result: InquiryResult): void {
    const watch = this.#all.find((one) => one.reference === reference);
    if (watch === undefined) return;
    watch.isUnderWay = false;
    this.#lookedAt = now;
    this.#seenStore = -1;
    if (result.kind === "answered" && result.answer.status === "ok") watch.failures = 0;
    else if (result.kind === "answered" || ++watch.failures >= failuresMax) this.remove(watch);
    else watch.told = undefined;
  }

  handleTimeout(now: Instant): void {
    if ((this.dueAt() ?? after(now, 1)) > now) return;
    const { store, neighbourhood } = this.#parts;
    const [ofStore, ofNeighbourhood] = [store.state, neighbourhood.state];
    this.#lookedAt = now;
    this.#all = this.#all.filter(({ until }) => until > now);
    const isAllTold = this.#all.map((watch) => this.look(now, watch)).every((isTold) => isTold);
    this.#seenStore = isAllTold ? ofStore : -1;
    this.#seenNeighbourhood = ofNeighbourhood;
  }

  pollTimeout(): Deadline | undefined {
    const at = this.dueAt();
    return at === undefined ? undefined : { at, reason: "watches" };
  }

  /** When the watches are looked at next: soon after records or neighbours have changed. */
  private dueAt(): Instant | undefined {
    if (this.#all.length === 0) return undefined;
    const { store, neighbourhood } = this.#parts;
    const isSeen = this.#seenStore === store.state && this.#seenNeighbourhood === neighbourhood.state;
    if (isSeen) return undefined;
    return this.#lookedAt === undefined ? instant(0) : after(this.#lookedAt, pauseMs);
  }

  private add(request: WatchRequest, until: Instant, told: Uint8Array): void {
    const { first, client } = request.watcher;
    const watcher = {
      first: nodeId(copyBytes(first)),
      ...(client !== undefined && { client: nodeId(copyBytes(client)) }),
    };
    const resource = resourceId(copyBytes(request.destination.first));
    const watch: Watch = {
      reference: this.#nextReference++,
      resource,
      kind: request.kind,
      watcher,
      until,
      told,
      isUnderWay: false,
      failures: 0,
      replicas: [],
      reckonedIn: -1,
    };
    this.#all = [...this.#all, watch];
  }

  /** Sends the watcher word if there is any; false where it has to wait for its turn. */
  private look(now: Instant, watch: Watch): boolean {
    const state = this.stateOf(watch.resource, watch.kind);
    const isHeldHere = this.isHeldHere(watch);
    const isTold = isHeldHere && watch.told !== undefined && equalBytes(watch.told, state);
    if (isTold || watch.isUnderWay) return isTold;
    if (this.#all.filter(({ isUnderWay }) => isUnderWay).length >= notifiesMax) return false;
    const seconds = isHeldHere ? Math.max(1, Math.ceil(elapsed(now, watch.until) / 1000)) : 0;
    const { first, client } = watch.watcher;
    watch.isUnderWay = this.#parts.requests.ask(now, {
      asker: "watches",
      reference: watch.reference,
      target: first,
      ...(client !== undefined && { client }),
      question: { type: "notify", resource: watch.resource, kind: watch.kind, seconds, state },
    });
    if (!watch.isUnderWay) return false;
    watch.told = state;
    if (!isHeldHere) this.remove(watch);
    return true;
  }

  /** Whether this node should hold what stands there. */
  private isHeldHere(placed: Placed): boolean {
    const { neighbourhood } = this.#parts;
    return neighbourhood.replicasOf(placed).some((member) => neighbourhood.isSelf(member));
  }

  private remove(watch: Watch): void {
    this.#all = this.#all.filter((other) => other !== watch);
  }

  /** What stands at a resource: XOR over the living records, whatever their generation. */
  private stateOf(resource: Uint8Array, kind: number): Uint8Array {
    const sum = new Uint8Array(watchStateBytes);
    for (const { record, owner } of this.#parts.store.list(resource, kind)) {
      if (record.value === null) continue;
      const length = Uint8Array.of(record.key.length);
      const label = encodeText("Muster/1 watch");
      const hash = this.#parts.crypto.sha512(label, owner.nodeId, length, record.key, record.value);
      for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) ^ (hash[at] ?? 0);
    }
    return sum;
  }
}

/** Whether a watch is the one that is asked for once more. */
function isSame({ resource, kind, watcher }: Watch, request: WatchRequest): boolean {
  if (kind !== request.kind || !sameId(resource, request.destination.first)) return false;
  return sameId(watcherOf(watcher), watcherOf(request.watcher));
}

/** The node that watches, be it a peer or behind whichever peer. */
function watcherOf({ first, client }: Destination): Uint8Array {
  return client ?? first;
}

/** Between two looks at all watches: what changes meanwhile is one news, ms. */
const pauseMs = 1_000;
/** Notifies in a row that were not answered. */
const failuresMax = 2;
