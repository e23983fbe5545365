import { spend, type FullAt } from "../core/allowance.js";
import { avoidPrefixBytes, closelyWatchedMax, contactsInMessageMax, siblingsMax } from "../core/limits.js";
import { idKey, sameId } from "../core/node-id.js";
import { jitter, uniform, type Random } from "../core/random.js";
import { after, earliest, type Deadline, type Duration, type Instant } from "../core/time.js";
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
  /** Surveys to be made in quick succession, for something is missing; and an end to that, for it may be for ever. */
  #hasty = 0;
  #hasteLeft: FullAt = 0;

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

  /**
   * Something was missing or is now: a link is gone, a survey has named somebody of use, this node has just come. In
   * an overlay where all are linked to all nothing is to be searched for: updates name everybody.
   */
  hasten(now: Instant, surveys: number): void {
    if (this.#surveyAt === undefined || !this.#neighbourhood.isCrowded) return;
    this.#hasty = Math.max(this.#hasty, surveys);
    if (spend(hasteRate, this.#hasteLeft, now) === undefined) return;
    const soon = after(now, jitter(this.#random, ...hastyMs));
    if (this.#surveyAt > soon) this.#surveyAt = soon;
  }

  /** Surveys made. */
  get round(): number {
    return this.#round;
  }

  /** Whether a survey is due. */
  isSurveyDue(now: Instant): boolean {
    return this.#surveyAt !== undefined && this.#surveyAt <= now;
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
    if (this.isSurveyDue(now)) {
      this.#surveyAt = after(now, this.pauseMs(now));
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

  private pauseMs(now: Instant): Duration {
    const hasteLeft = this.#hasty > 0 ? spend(hasteRate, this.#hasteLeft, now) : undefined;
    if (hasteLeft !== undefined) {
      this.#hasty--;
      this.#hasteLeft = hasteLeft;
      return jitter(this.#random, ...hastyMs);
    }
    this.#hasty = 0;
    if (this.#neighbourhood.table.all.length === 0) return jitter(this.#random, ...firstSurveyMs);
    if (this.#quietRounds === roundsToReconsider) this.#neighbourhood.reconsider();
    const longer = 2 ** Math.min(this.#quietRounds++, quietRoundsMax);
    return longer * jitter(this.#random, ...surveyMs);
  }

  /**
   * Asks who is at a point where we may know nobody, by way of a random neighbour (protocol §4, I2). Of our own place
   * a sibling is asked, too: who comes after our other siblings is known there best (I3).
   */
  private survey(now: Instant): void {
    const { self, table, topology, isCrowded } = this.#neighbourhood;
    const first = this.one(table.all);
    if (first === undefined) return;
    const round = isCrowded ? this.#round++ : 3 * this.#round++ + 2;
    const target = topology.surveyTarget(this.#random, round, table.all);
    const isOwnPlace = sameId(target, self);
    const direct = isOwnPlace && round % 2 === 0 ? this.one(topology.siblings(table.all)) : undefined;
    this.#requests.ask(now, {
      asker: "survey",
      reference: 0,
      target,
      question: { type: "find", count: isCrowded && isOwnPlace ? contactsInMessageMax : surveyCount },
      ...(direct === undefined ? { first } : { direct }),
      ...(isCrowded && { avoid: [self.slice(0, avoidPrefixBytes)] }),
    });
  }

  private one(neighbours: readonly Neighbour[]): Neighbour | undefined {
    return neighbours[uniform(this.#random, Math.max(1, neighbours.length))];
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
      contacts: oldest.map(({ nodeId, endpoint, stage, flags }) => ({
        nodeId,
        endpoint,
        flags: contactFlags(stage, flags),
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
/** Enough for a newcomer and some losses, then three a minute. */
const hasteRate = { perSecond: 0.05, burst: 40 } as const;
const hastyMs: readonly [number, number] = [1_000, 2_000];
/** One is linked, one in reserve, and one more for which of them has died. */
const surveyCount = 3;
/** When nothing changes a survey comes four times as seldom. */
const quietRoundsMax = 2;
/** After half an hour without a change. */
const roundsToReconsider = 9;
const rememberDelayMs = 10_000;
