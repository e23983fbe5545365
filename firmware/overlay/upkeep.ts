import { closelyWatchedMax, siblingsMax } from "../core/limits.js";
import { idKey } from "../core/node-id.js";
import { jitter, uniform, type Random } from "../core/random.js";
import { after, earliest, type Deadline, type Instant } from "../core/time.js";
import type { Outbox } from "./effect.js";
import { contactFlags, stores, type Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import type { Requests } from "./request.js";

/** Small chores of a peer: whom to watch closely, looking into parts of the overlay, whom to remember. */
export class Upkeep {
  readonly #neighbourhood: Neighbourhood;
  readonly #requests: Requests;
  readonly #outbox: Outbox;
  readonly #random: Random;
  #rankAt: Instant | undefined;
  #surveyAt: Instant | undefined;
  #rememberAt: Instant | undefined;
  #remembered = "";
  #round = 0;
  /** Surveys since neighbours changed: they become rarer. */
  #quietRounds = 0;

  constructor(neighbourhood: Neighbourhood, parts: { requests: Requests; outbox: Outbox; random: Random }) {
    this.#neighbourhood = neighbourhood;
    this.#requests = parts.requests;
    this.#outbox = parts.outbox;
    this.#random = parts.random;
  }

  start(now: Instant): void {
    this.#surveyAt = after(now, jitter(this.#random, ...firstSurveyMs));
  }

  stop(): void {
    this.#rankAt = undefined;
    this.#surveyAt = undefined;
    this.#rememberAt = undefined;
  }

  /** Neighbours or common records have changed. */
  handleChange(now: Instant): void {
    if (this.#surveyAt === undefined) return;
    this.#quietRounds = 0;
    this.#rankAt ??= after(now, rankDelayMs);
    this.#rememberAt ??= after(now, rememberDelayMs);
  }

  /** Whether the ranking is due: then `rank` is to be called. */
  isRankDue(now: Instant): boolean {
    return this.#rankAt !== undefined && this.#rankAt <= now;
  }

  /**
   * Watches a bounded number of neighbours at the short liveness interval: those in `close`, which hold what we
   * hold or what is ours, then the nearest.
   */
  rank(close: readonly Neighbour[]): void {
    this.#rankAt = undefined;
    const { table, topology } = this.#neighbourhood;
    const ranked: Neighbour[] = [];
    for (const neighbour of [...close, ...topology.siblings(table.all)]) {
      if (ranked.length < closelyWatchedMax && !ranked.includes(neighbour)) ranked.push(neighbour);
    }
    for (const neighbour of table.all) {
      const isWatched = ranked.includes(neighbour);
      if (neighbour.isWatched === isWatched) continue;
      neighbour.isWatched = isWatched;
      this.#outbox.push({ kind: "rank", link: neighbour.link, interval: isWatched ? "sibling" : "other" });
    }
  }

  handleTimeout(now: Instant): void {
    if (this.#surveyAt !== undefined && this.#surveyAt <= now) {
      const longer = 2 ** Math.min(this.#quietRounds++, quietRoundsMax);
      this.#surveyAt = after(now, longer * jitter(this.#random, ...surveyMs));
      this.survey(now);
    }
    if (this.#rememberAt !== undefined && this.#rememberAt <= now) {
      this.#rememberAt = undefined;
      this.remember();
    }
  }

  pollTimeout(): Deadline | undefined {
    const rank = deadlineOf(this.#rankAt, "rank");
    const survey = deadlineOf(this.#surveyAt, "survey");
    return earliest(earliest(rank, survey), deadlineOf(this.#rememberAt, "remember"));
  }

  /** Asks a random neighbour who is at a point where we may know nobody (protocol §4, I2). */
  private survey(now: Instant): void {
    const { table, topology } = this.#neighbourhood;
    const first = table.all[uniform(this.#random, Math.max(1, table.all.length))];
    if (first === undefined) return;
    this.#requests.ask(now, {
      asker: "survey",
      reference: 0,
      target: topology.surveyTarget(this.#random, this.#round++),
      question: { type: "find", count: surveyCount },
      first,
    });
  }

  /** The peers linked longest are the likeliest to be there the next time. */
  private remember(): void {
    const peers = this.#neighbourhood.table.all.filter(({ stage }) => stores(stage));
    const oldest = [...peers].sort((a, b) => a.since - b.since).slice(0, siblingsMax);
    const text = oldest.map(({ nodeId }) => idKey(nodeId)).join();
    if (oldest.length === 0 || text === this.#remembered) return;
    this.#remembered = text;
    this.#outbox.push({
      kind: "remember",
      contacts: oldest.map(({ nodeId, endpoint, stage }) => ({
        nodeId,
        endpoint,
        flags: contactFlags(stage),
      })),
    });
  }
}

function deadlineOf(at: Instant | undefined, reason: string): Deadline | undefined {
  return at === undefined ? undefined : { at, reason };
}

const rankDelayMs = 2_000;
const firstSurveyMs: readonly [number, number] = [15_000, 25_000];
const surveyMs: readonly [number, number] = [45_000, 75_000];
const surveyCount = 4;
/** When nothing changes a survey comes four times as seldom. */
const quietRoundsMax = 2;
const rememberDelayMs = 10_000;
