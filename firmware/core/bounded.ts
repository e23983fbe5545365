import { none } from "./none.js";
import { after, type Duration, type Instant } from "./time.js";

/** First in, first out, with a capacity: pushing to a full queue drops the oldest and says so. */
export class BoundedQueue<T> {
  /** Absent while it is empty, as most queues are nearly always. */
  #items: T[] | undefined;
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#items?.length ?? 0;
  }

  /** Adds `item`; returns the oldest item when it had to make room, else `undefined`. */
  push(item: T): T | undefined {
    // A list made with its first item has room for no more than that: most queues hold one at a time.
    if (this.#items === undefined) this.#items = [item];
    else this.#items.push(item);
    return this.#items.length > this.#capacity ? this.#items.shift() : undefined;
  }

  /** Takes the oldest item. */
  shift(): T | undefined {
    const first = this.#items?.shift();
    if (this.#items?.length === 0) this.#items = undefined;
    return first;
  }
}

/**
 * A map that forgets: what was not set for a period is gone before another has passed, and what was set longest ago
 * where the map is full. It costs nothing to keep: entries have no times of their own, they age together.
 */
export class FadingMap<V> {
  readonly #capacity: number;
  readonly #periodMs: Duration;
  /** Absent while they are empty, as they are nearly always. */
  #recent: Map<string, V> | undefined;
  #former: Map<string, V> | undefined;
  #turnsAt: Instant | undefined;

  constructor(capacity: number, periodMs: Duration) {
    this.#capacity = capacity;
    this.#periodMs = periodMs;
  }

  get size(): number {
    return (this.#recent?.size ?? 0) + (this.#former?.size ?? 0);
  }

  get(key: string): V | undefined {
    return this.#recent?.get(key) ?? this.#former?.get(key);
  }

  /** Sets a value, which is then young. */
  set(now: Instant, key: string, value: V): void {
    this.expire(now);
    this.#turnsAt ??= after(now, this.#periodMs);
    this.#former?.delete(key);
    const recent = (this.#recent ??= new Map<string, V>());
    if (!recent.has(key) && this.size >= this.#capacity) this.forgetOldest(recent);
    recent.set(key, value);
  }

  /** Changes a value that is there; it stays as old as it was. */
  replace(key: string, value: V): void {
    const map = this.#recent?.has(key) === true ? this.#recent : this.#former;
    if (map?.has(key) === true) map.set(key, value);
  }

  /** Forgets what is old by `now`; to be called from time to time. */
  expire(now: Instant): void {
    if (this.#turnsAt === undefined || now < this.#turnsAt) return;
    const isLongPast = now >= after(this.#turnsAt, this.#periodMs);
    this.#former = isLongPast ? undefined : this.#recent;
    this.#recent = undefined;
    this.#turnsAt = this.#former === undefined ? undefined : after(now, this.#periodMs);
  }

  private forgetOldest(recent: Map<string, V>): void {
    const from = this.#former === undefined || this.#former.size === 0 ? recent : this.#former;
    for (const key of from.keys()) {
      from.delete(key);
      return;
    }
  }
}

interface ExpiringEntry<V> {
  readonly key: string;
  readonly value: V;
  readonly until: Instant;
}

/**
 * A map of a few entries that end: each at its own instant, and the one that ends first when the map is full.
 * Expiry happens when `expire(now)` is called; nothing runs by itself. A list: while it is empty it takes nothing.
 */
export class ExpiringMap<V> {
  #entries: readonly ExpiringEntry<V>[] = none;
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.length;
  }

  get(key: string): V | undefined {
    return this.#entries.find((entry) => entry.key === key)?.value;
  }

  /**
   * Sets an entry that ends at `until`; a full map first gives up the entry that would end first, which is
   * returned.
   */
  set(key: string, value: V, until: Instant): V | undefined {
    const isKnown = this.#entries.some((entry) => entry.key === key);
    const evicted = !isKnown && this.#entries.length >= this.#capacity ? this.endsFirst() : undefined;
    const entry: ExpiringEntry<V> = { key, value, until };
    this.#entries = isKnown
      ? this.#entries.map((other) => (other.key === key ? entry : other))
      : [...this.#entries.filter((other) => other !== evicted), entry];
    return evicted?.value;
  }

  delete(key: string): boolean {
    const others = this.#entries.filter((entry) => entry.key !== key);
    const wasThere = others.length < this.#entries.length;
    if (wasThere) this.#entries = others;
    return wasThere;
  }

  /** Removes what has ended by `now` and returns it. */
  expire(now: Instant): V[] {
    const ended = this.#entries.filter(({ until }) => until <= now);
    if (ended.length > 0) this.#entries = this.#entries.filter(({ until }) => until > now);
    return ended.map(({ value }) => value);
  }

  /** When the first entry ends. */
  nextExpiry(): Instant | undefined {
    return this.endsFirst()?.until;
  }

  /** Values in the order they were first set. */
  values(): V[] {
    return this.#entries.map(({ value }) => value);
  }

  private endsFirst(): ExpiringEntry<V> | undefined {
    let first: ExpiringEntry<V> | undefined;
    for (const entry of this.#entries) if (first === undefined || entry.until < first.until) first = entry;
    return first;
  }
}
