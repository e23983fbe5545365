import type { Endpoint } from "../core/endpoint.js";
import type { NodeId } from "../core/node-id.js";
import { duplicateSessionMs, oldKeysMs } from "../core/limits.js";
import { after, type Deadline, type Instant } from "../core/time.js";
import type { Session } from "./session.js";

/** Why a session no longer sends. */
export type Retirement =
  /** Both ends made a newer one on purpose; it receives for 10 s. */
  | "renewed"
  /** Both ends opened at once; it receives for 5 s. */
  | "duplicate"
  /** The other came anew; it is asked for 10 s whether somebody still answers on it: a cloned key. */
  | "replaced";

/** A session that only receives. */
export interface RetiredSession {
  readonly session: Session;
  readonly nodeId: NodeId;
  readonly why: Retirement;
  readonly until: Instant;
  /** Where its other end was, and where the newer session's is. */
  readonly endpoint: Endpoint;
  readonly newEndpoint: Endpoint;
}

/** Sessions that only receive any more: a bounded number; past it the oldest ends early. */
export class RetiredSessions {
  readonly #capacity: number;
  #entries: RetiredSession[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Retires a session; returns one that ends early to make room. */
  add(now: Instant, entry: Omit<RetiredSession, "until">): RetiredSession | undefined {
    const until = after(now, entry.why === "duplicate" ? duplicateSessionMs : oldKeysMs);
    const retired: RetiredSession = { ...entry, until };
    entry.session.retired = retired;
    this.#entries.push(retired);
    return this.#entries.length > this.#capacity ? this.#entries.shift() : undefined;
  }

  /** Ends one. */
  remove(entry: RetiredSession): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
  }

  /** What has ended by `now`. */
  expire(now: Instant): RetiredSession[] {
    const ended = this.#entries.filter(({ until }) => until <= now);
    if (ended.length > 0) this.#entries = this.#entries.filter(({ until }) => until > now);
    return ended;
  }

  pollTimeout(): Deadline | undefined {
    let first: Instant | undefined;
    for (const { until } of this.#entries) if (first === undefined || until < first) first = until;
    return first === undefined ? undefined : { at: first, reason: "link: old keys end" };
  }
}
