import type { Crypto } from "../../hal/crypto.js";
import type { Random } from "../core/random.js";
import { earliest, type Deadline, type Instant } from "../core/time.js";
import type { OverlayParts } from "./parts.js";
import { RecordQueries, type RecordQuery } from "./record-queries.js";
import type { Outcome } from "./request.js";
import type { RoutedRequest } from "./route.js";
import type { RoutedAnswer } from "./router.js";
import { Watches } from "./watches.js";
import { notWatched, Watching } from "./watching.js";

/** Requests about records that neither store nor fetch them. */
type RecordQuestion = Extract<RoutedRequest, { readonly type: "stat" | "watch" | "notify" }>;

/** What the machines for them are made with. */
interface RecordQuestionsOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  /** `watches`: those of others that are kept. */
  readonly limits: { readonly watches: number };
}

/**
 * Stat, Watch and Notify: those of others and this node's own. Most phones never meet one, so each machine is made when
 * it is first needed.
 */
export class RecordQuestions {
  readonly #options: RecordQuestionsOptions;
  #watches: Watches | undefined;
  #watching: Watching | undefined;
  #queries: RecordQueries | undefined;

  constructor(options: RecordQuestionsOptions) {
    this.#options = options;
  }

  /** Watches of others, and names watched by this node. */
  get counts(): { readonly watches: number; readonly watched: number } {
    return { watches: this.#watches?.size ?? 0, watched: this.#watching?.size ?? 0 };
  }

  /** Takes up a question of this node's own; `request` comes back with what comes of it. */
  begin(now: Instant, request: number, query: RecordQuery, parts: OverlayParts): void {
    const { neighbourhood, requests, lookups, publisher, outbox } = parts;
    const { random } = this.#options;
    this.#watching ??= new Watching({ neighbourhood, requests, lookups, random });
    const watching = this.#watching;
    this.#queries ??= new RecordQueries({ neighbourhood, requests, publisher, watching, outbox });
    this.#queries.begin(now, request, query);
  }

  /** The answer of this node to a question of another, or to its own. */
  answer(now: Instant, request: RecordQuestion, parts: OverlayParts): RoutedAnswer {
    switch (request.type) {
      case "stat":
        return parts.responder.stat(now, request);
      case "watch": {
        const { crypto, limits } = this.#options;
        const { neighbourhood, store, requests } = parts;
        this.#watches ??= new Watches({ crypto, neighbourhood, store, requests }, limits.watches);
        return this.#watches.handleWatch(now, request);
      }
      case "notify":
        return this.#watching?.handleNotify(now, request) ?? notWatched(parts.neighbourhood.self, request);
    }
  }

  /** How one of this node's own ended. */
  handleOutcome(now: Instant, { inquiry, result }: Outcome): void {
    const { asker, reference } = inquiry;
    if (asker === "watches") this.#watches?.handleOutcome(now, reference, result);
    else if (asker === "watching") this.#watching?.handleOutcome(now, reference, result);
    else if (asker === "stat") this.#queries?.handleOutcome(now, reference, result);
  }

  handleTimeout(now: Instant): void {
    this.#watching?.handleTimeout(now);
    this.#watches?.handleTimeout(now);
  }

  pollTimeout(): Deadline | undefined {
    return earliest(this.#watching?.pollTimeout(), this.#watches?.pollTimeout());
  }
}
