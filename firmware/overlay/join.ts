import { idKey } from "../core/node-id.js";
import { none } from "../core/none.js";
import { after, type Deadline, type Instant } from "../core/time.js";
import type { Contact } from "../wire/kinds/contact.js";
import type { Stage } from "../wire/kinds/neighbours.js";
import type { Outbox } from "./effect.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import type { InquiryResult, Requests } from "./request.js";

type JoinState =
  /** No link yet; alone at `aloneAt` unless an address is still being tried. */
  | { readonly kind: "listening"; readonly aloneAt: Instant; readonly alonePastAt: Instant }
  /** Linking the neighbours that the views show. */
  | { readonly kind: "linking"; quietAt: Instant; readonly until: Instant }
  /** Announced as storing: records come. */
  | { readonly kind: "filling"; quietAt: Instant; readonly until: Instant }
  | { readonly kind: "done" };

/** What joining works with. */
interface JoinParts {
  readonly neighbourhood: Neighbourhood;
  readonly requests: Requests;
  readonly outbox: Outbox;
}

/**
 * Joining (protocol §4): a link to the first that proves its credential; Find(self) through it, and through a
 * second where there is one; links to all that these name; then "filling", and "peer" when records have stopped
 * coming. A node that finds nobody is an overlay of one, and joining others later is the same: links, updates,
 * copies of records.
 */
export class Join {
  readonly #parts: JoinParts;
  #views = 0;
  /** The nodes that the first view shows, until the second is compared with it. */
  #firstView: readonly string[] = none;
  #asked = 0;
  #state: JoinState = { kind: "done" };

  constructor(parts: JoinParts) {
    this.#parts = parts;
  }

  start(now: Instant): void {
    this.#state = { kind: "listening", aloneAt: after(now, aloneMs), alonePastAt: after(now, aloneMsMax) };
  }

  /**
   * Nobody this node relied on is left: it holds records from now on, whatever others do, for they are in the same
   * case; it meets them as overlays meet.
   */
  takeOver(now: Instant): void {
    this.#state = { kind: "filling", quietAt: after(now, fillingQuietMs), until: after(now, fillingMsMax) };
  }

  /** Ends joining: the node leaves. */
  stop(): void {
    this.#state = { kind: "done" };
  }

  /** Views of the overlay that came in, for `status`. */
  get views(): number {
    return this.#views;
  }

  /** A link is up: the first two are asked for our neighbours. */
  handleLinkUp(now: Instant, neighbour: Neighbour): void {
    if (this.#state.kind === "done") return;
    if (this.#state.kind === "listening") {
      this.#state = { kind: "linking", quietAt: after(now, quietMs), until: after(now, linkingMsMax) };
    }
    if (this.#asked < viewsWanted) this.askForNeighbours(now, neighbour);
  }

  /** The last link is gone before we were in: it begins again. */
  handleAlone(now: Instant): void {
    if (this.#state.kind !== "linking") return;
    this.#asked = 0;
    this.#views = 0;
    this.start(now);
  }

  /** A view came: the contacts in it, to be linked. */
  handleOutcome(result: InquiryResult): readonly Contact[] {
    if (result.kind !== "answered" || result.answer.type !== "findAnswer") {
      this.#asked = Math.max(0, this.#asked - 1);
      return [];
    }
    const { contacts } = result.answer;
    const view = contacts.map(({ nodeId }) => idKey(nodeId));
    this.#views++;
    if (this.#views > 1) this.compare(this.#firstView, view);
    this.#firstView = this.#views === 1 ? view : [];
    return contacts;
  }

  /** A copy of a record came: filling goes on. */
  handleCopy(now: Instant): void {
    if (this.#state.kind === "filling") this.#state.quietAt = after(now, fillingQuietMs);
  }

  /**
   * The stage to enter now, if any. `isTrying`: an address is being tried; `pending`: nodes that are to be linked
   * yet.
   */
  handleTimeout(now: Instant, isTrying: boolean, pending: number): Stage | undefined {
    const state = this.#state;
    switch (state.kind) {
      case "done":
        return undefined;
      case "listening":
        if (state.aloneAt > now || (isTrying && state.alonePastAt > now)) return undefined;
        this.#state = { kind: "done" };
        return "peer";
      case "linking":
        if (pending > 0 || this.#views === 0) state.quietAt = after(now, quietMs);
        if (!isOver(now, state)) return undefined;
        this.#state = {
          kind: "filling",
          quietAt: after(now, fillingQuietMs),
          until: after(now, fillingMsMax),
        };
        return "filling";
      case "filling":
        if (!isOver(now, state)) return undefined;
        this.#state = { kind: "done" };
        return "peer";
    }
  }

  pollTimeout(now: Instant): Deadline | undefined {
    const state = this.#state;
    if (state.kind === "done") return undefined;
    if (state.kind === "listening") {
      return { at: state.aloneAt > now ? state.aloneAt : after(now, pollMs), reason: "alone" };
    }
    const at = state.quietAt < state.until ? state.quietAt : state.until;
    return { at: at > now ? at : now, reason: state.kind };
  }

  private askForNeighbours(now: Instant, neighbour: Neighbour): void {
    const asked = this.#parts.requests.ask(now, {
      asker: "join",
      reference: this.#asked,
      target: this.#parts.neighbourhood.self,
      question: { type: "find", count: neighboursWanted },
      first: neighbour,
    });
    if (asked) this.#asked++;
  }

  /** Two ways in must show the same neighbours, or one of them shows a world of its own. Both are kept; it is told. */
  private compare(first: readonly string[], second: readonly string[]): void {
    const missing = second.filter((key) => !first.includes(key)).length;
    if (first.length > 0 && missing * 2 > second.length)
      this.#parts.outbox.push({ kind: "viewsDiffered", missing });
  }
}

function isOver(now: Instant, state: { readonly quietAt: Instant; readonly until: Instant }): boolean {
  return state.quietAt <= now || state.until <= now;
}

const viewsWanted = 2;
const neighboursWanted = 8;

/** Nothing heard for so long, this node is an overlay of one; longer while a configured address is being tried, ms. */
const aloneMs = 4_000;
const aloneMsMax = 8_000;
const pollMs = 500;

/** Nobody new for so long, all neighbours are linked; at the latest after, ms. */
const quietMs = 500;
const linkingMsMax = 10_000;

/** No record for so long, all have come; at the latest after, ms. */
const fillingQuietMs = 2_000;
const fillingMsMax = 10_000;
