import { after, type Duration, type Instant } from "./time.js";

/** First in, first out, with a capacity: pushing to a full queue drops the oldest and says so. */
export class BoundedQueue<T> {
  readonly #items: T[] = [];
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#items.length;
  }

  /** Adds `item`; returns the oldest item when it had to make room, else `undefined`. */
  push(item: T): T | undefined {
    this.#items.push(item);
    return this.#items.length > this.#capacity ? this.#items.shift() : undefined;
  }

  /** Takes the oldest item. */
  shift(): T | undefined {
    return this.#items.shift();
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

/**
 * A map whose entries end: each at its own instant, and the one that ends first when the map is full.
 * Expiry happens when `expire(now)` is called; nothing runs by itself.
 */
export class ExpiringMap<V> {
  readonly #entries = new Map<string, { value: V; until: Instant }>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key)?.value;
  }

  /**
   * Sets an entry that ends at `until`; a full map first gives up the entry that would end first, which is
   * returned.
   */
  set(key: string, value: V, until: Instant): V | undefined {
    let evicted: V | undefined;
    if (!this.#entries.has(key) && this.#entries.size >= this.#capacity) evicted = this.evict();
    this.#entries.set(key, { value, until });
    return evicted;
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }

  /** Removes what has ended by `now` and returns it. */
  expire(now: Instant): V[] {
    const ended: V[] = [];
    for (const [key, entry] of this.#entries) {
      if (entry.until > now) continue;
      this.#entries.delete(key);
      ended.push(entry.value);
    }
    return ended;
  }

  /** When the first entry ends. */
  nextExpiry(): Instant | undefined {
    let first: Instant | undefined;
    for (const { until } of this.#entries.values()) {
      if (first === undefined || until < first) first = until;
    }
    return first;
  }

  /** Values in the order they were first set. */
  *values(): IterableIterator<V> {
    for (const entry of this.#entries.values()) yield entry.value;
  }

  private evict(): V | undefined {
    let endsFirst: string | undefined;
    let first: Instant | undefined;
    for (const [key, { until }] of this.#entries) {
      if (first !== undefined && until >= first) continue;
      first = until;
      endsFirst = key;
    }
    if (endsFirst === undefined) return undefined;
    const evicted = this.#entries.get(endsFirst)?.value;
    this.#entries.delete(endsFirst);
    return evicted;
  }
}
