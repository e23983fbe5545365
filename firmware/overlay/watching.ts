import { equalBytes } from "../core/bytes.js";
import { ownWatchesMax, watchSecondsMax } from "../core/limits.js";
import { sameId, type NodeId, type ResourceId } from "../core/node-id.js";
import { none } from "../core/none.js";
import { jitter, type Random } from "../core/random.js";
import { after, elapsed, instant, type Deadline, type Instant } from "../core/time.js";
import type { ErrorAnswer } from "../wire/kinds/error-answer.js";
import type { Destination } from "../wire/kinds/routed.js";
import type { Notify } from "../wire/kinds/watch.js";
import type { Lookups } from "./lookup.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { InquiryResult, Requests } from "./request.js";

/** Something this node watches. */
interface Wish {
  /** The number of each lookup that a change leads to. */
  readonly request: number;
  readonly resource: ResourceId;
  readonly kind: number;
  /** What stood there when it was looked up last; absent: not looked up yet. */
  state: Uint8Array | undefined;
  lookedUpAt: Instant | undefined;
  dueAt: Instant;
  isUnderWay: boolean;
}

/** What watching works with. */
interface WatchingParts {
  readonly neighbourhood: Neighbourhood;
  readonly requests: Requests;
  readonly lookups: Lookups;
  readonly random: Random;
}

/**
 * What this node watches (protocol §5). The node nearest the records is asked to send word of changes, and asked again
 * at half time, after it has gone, and when this node is reached another way; its answer says the state, so that
 * nothing is missed in between, and where it has no room for another watch that answer is the poll. Whatever it says
 * is unsigned: a changed state leads to a lookup, which verifies what is there now.
 */
export class Watching {
  readonly #parts: WatchingParts;
  #wishes: readonly Wish[] = none;
  /** Where notifies are sent to, as those who send them were told. */
  #known: Destination | undefined;

  constructor(parts: WatchingParts) {
    this.#parts = parts;
  }

  /** Names watched. */
  get size(): number {
    return this.#wishes.length;
  }

  /** Begins to watch; the lookups that follow bear the number `request`. False when there are too many. */
  begin(now: Instant, request: number, place: Pick<Wish, "resource" | "kind">): boolean {
    if (this.#wishes.length >= ownWatchesMax) return false;
    const { resource, kind } = place;
    const wish: Wish = {
      request,
      resource,
      kind,
      state: undefined,
      lookedUpAt: undefined,
      dueAt: now,
      isUnderWay: false,
    };
    this.#wishes = [...this.#wishes, wish];
    this.ask(now, wish);
    return true;
  }

  /** Ends a watch. Who holds it learns of that with the next notify, which is answered "not-found". */
  end(request: number): void {
    this.#wishes = this.#wishes.filter((wish) => wish.request !== request);
  }

  /** How a request for a watch ended. */
  handleOutcome(now: Instant, request: number, result: InquiryResult): void {
    const wish = this.#wishes.find((one) => one.request === request);
    if (wish === undefined) return;
    wish.isUnderWay = false;
    const granted =
      result.kind === "answered" && result.answer.type === "watchAnswer" ? result.answer.granted : undefined;
    if (granted === undefined) {
      wish.dueAt = after(now, jitter(this.#parts.random, ...retryMs));
      if (wish.lookedUpAt === undefined) this.lookUp(now, wish, undefined);
      return;
    }
    const seconds = granted.seconds === 0 ? watchSecondsMax : granted.seconds;
    wish.dueAt = after(now, jitter(this.#parts.random, 450 * seconds, 550 * seconds));
    this.handleState(now, wish, granted.state);
  }

  /** Word of a change, or that the sender watches no more. */
  handleNotify(now: Instant, notify: Notify): ErrorAnswer {
    const { resource, kind, seconds, state } = notify;
    const wish = this.#wishes.find((one) => one.kind === kind && sameId(one.resource, resource));
    if (wish === undefined || !isFor(this.#parts.neighbourhood.self, notify))
      return notWatched(this.#parts.neighbourhood.self, notify);
    if (seconds === 0) this.askSoon(now, wish);
    else this.handleState(now, wish, state);
    return { type: "errorAnswer", transaction: notify.transaction, via: notify.via, status: "ok" };
  }

  handleTimeout(now: Instant): void {
    if (this.hasMoved()) {
      for (const wish of this.#wishes) wish.dueAt = now;
      this.#known = this.whereabouts();
    }
    for (const wish of this.#wishes) if (!wish.isUnderWay && wish.dueAt <= now) this.ask(now, wish);
  }

  pollTimeout(): Deadline | undefined {
    if (this.hasMoved()) return { at: instant(0), reason: "watch" };
    let at: Instant | undefined;
    for (const { isUnderWay, dueAt } of this.#wishes)
      if (!isUnderWay && (at === undefined || dueAt < at)) at = dueAt;
    return at === undefined ? undefined : { at, reason: "watch" };
  }

  /** Whether this node is reached another way than those know who are to notify it. */
  private hasMoved(): boolean {
    if (this.#wishes.length === 0) return false;
    const watcher = this.whereabouts();
    return watcher !== undefined && this.#known !== undefined && !sameId(watcher.first, this.#known.first);
  }

  private ask(now: Instant, wish: Wish): void {
    const { request, resource, kind } = wish;
    const watcher = this.whereabouts();
    this.#known = watcher;
    wish.isUnderWay =
      watcher !== undefined &&
      this.#parts.requests.ask(now, {
        asker: "watching",
        reference: request,
        target: resource,
        question: { type: "watch", kind, seconds: watchSecondsMax, watcher },
      });
    if (!wish.isUnderWay) wish.dueAt = after(now, jitter(this.#parts.random, ...retryMs));
  }

  private askSoon(now: Instant, wish: Wish): void {
    wish.dueAt = after(now, jitter(this.#parts.random, ...soonMs));
  }

  /** Looks up what is there when it is something else than before; of many changes one in two seconds. */
  private handleState(now: Instant, wish: Wish, state: Uint8Array): void {
    if (wish.state !== undefined && equalBytes(wish.state, state)) return;
    const { lookedUpAt } = wish;
    if (wish.state !== undefined && lookedUpAt !== undefined && elapsed(lookedUpAt, now) < pauseMs)
      this.askSoon(now, wish);
    else this.lookUp(now, wish, state.slice());
  }

  private lookUp(now: Instant, wish: Wish, state: Uint8Array | undefined): void {
    wish.state = state;
    wish.lookedUpAt = now;
    const { request, resource, kind } = wish;
    this.#parts.lookups.begin(now, request, { resource, kind, isFresh: true });
  }

  /** Where a notify reaches this node: itself, or as a client behind the peer it uses first. */
  private whereabouts(): Destination | undefined {
    const { neighbourhood } = this.#parts;
    const { self } = neighbourhood;
    if (neighbourhood.stage !== "client") return { first: self };
    const peer = neighbourhood.table.all.find(({ isWatched }) => isWatched) ?? neighbourhood.table.all[0];
    return peer === undefined ? undefined : { first: peer.nodeId, client: self };
  }
}

/** The answer to a notify of what this node does not watch, or that was for another. */
export function notWatched(self: NodeId, notify: Notify): ErrorAnswer {
  const { transaction, via } = notify;
  const status = isFor(self, notify) ? "not-found" : "no-route";
  return { type: "errorAnswer", transaction, via, status };
}

function isFor(self: NodeId, { destination }: Notify): boolean {
  return sameId(destination.first, self);
}

/** After nobody has answered, or this node could not ask, ms. */
const retryMs: readonly [number, number] = [10_000, 20_000];
/** After it was told to ask anew, so that not all who watch a name do so at once, ms. */
const soonMs: readonly [number, number] = [2_000, 4_000];
/** Between two lookups of one name, ms. */
const pauseMs = 2_000;
