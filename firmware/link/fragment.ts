import { concatBytes } from "../core/bytes.js";
import { fragmentsMax, messageBytesMax, reassemblyLifetimeMs } from "../core/limits.js";
import { after, elapsed, type Deadline, type Instant } from "../core/time.js";
import { encodeFragment, type Fragment } from "../wire/kinds/session.js";
import type { LinkId } from "./link-event.js";

/** What a fragment has beside its part of the message: array, type, id 2, index, count, head of the bytes 3. */
const headBytes = 9;
/** A reassembly older than this makes room for a new one when all are taken. */
const reassemblyKeptMs = 1000;

/**
 * The encoded fragments, each of `plaintextBytesMax` at most, of a message too long for one frame, or `undefined` where
 * three would not do.
 */
export function splitMessage(
  message: Uint8Array,
  id: number,
  plaintextBytesMax: number,
): Uint8Array[] | undefined {
  const partBytesMax = plaintextBytesMax - headBytes;
  const count = Math.ceil(message.length / partBytesMax);
  if (count > fragmentsMax || message.length > messageBytesMax) return undefined;
  const fragments: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const bytes = message.subarray(index * partBytesMax, (index + 1) * partBytesMax);
    fragments.push(encodeFragment({ type: "fragment", id, index, count, bytes }));
  }
  return fragments;
}

/** A message in parts. */
interface Reassembly {
  readonly link: LinkId;
  readonly id: number;
  readonly count: number;
  readonly parts: (Uint8Array | undefined)[];
  readonly beganAt: Instant;
}

/** What became of a fragment: the whole message, or why there is none (yet). */
export type FragmentOutcome = Uint8Array | "waiting" | "refused";

/**
 * Messages being put together: one for each link at most, and a bounded number in all; each has 3 s. A
 * newer message of a link takes the place of its unfinished one; where all places are taken one that is a
 * second old makes room, else the fragment is refused.
 */
export class ReassemblyTable {
  readonly #capacity: number;
  #entries: Reassembly[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Takes a fragment of `link`; its bytes are copied. */
  handleFragment(now: Instant, link: LinkId, fragment: Fragment): FragmentOutcome {
    const entry = this.entryFor(now, link, fragment);
    if (entry?.count !== fragment.count) return "refused";
    entry.parts[fragment.index] ??= fragment.bytes.slice();
    const parts = entry.parts.filter((part) => part !== undefined);
    if (parts.length < entry.count) return "waiting";
    this.remove(entry);
    const message = concatBytes(...parts);
    return message.length <= messageBytesMax ? message : "refused";
  }

  /** Drops what has not become whole in time; returns how many. */
  handleTimeout(now: Instant): number {
    const before = this.#entries.length;
    this.#entries = this.#entries.filter(({ beganAt }) => after(beganAt, reassemblyLifetimeMs) > now);
    return before - this.#entries.length;
  }

  pollTimeout(): Deadline | undefined {
    const first = this.#entries[0];
    return first && { at: after(first.beganAt, reassemblyLifetimeMs), reason: "link: reassembly" };
  }

  /** A link ended. */
  forget(link: LinkId): void {
    this.#entries = this.#entries.filter((entry) => entry.link !== link);
  }

  private entryFor(now: Instant, link: LinkId, fragment: Fragment): Reassembly | undefined {
    const current = this.#entries.find((entry) => entry.link === link);
    if (current?.id === fragment.id) return current;
    if (current !== undefined) {
      if (((fragment.id - current.id) & 0xff) >= 0x80) return undefined;
      this.remove(current);
    } else if (this.#entries.length >= this.#capacity && !this.makeRoom(now)) {
      return undefined;
    }
    const { id, count } = fragment;
    const begun: Reassembly = {
      link,
      id,
      count,
      parts: new Array<undefined>(count).fill(undefined),
      beganAt: now,
    };
    this.#entries.push(begun);
    return begun;
  }

  private makeRoom(now: Instant): boolean {
    const oldest = this.#entries[0];
    if (oldest === undefined || elapsed(oldest.beganAt, now) < reassemblyKeptMs) return false;
    this.remove(oldest);
    return true;
  }

  private remove(entry: Reassembly): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
  }
}
