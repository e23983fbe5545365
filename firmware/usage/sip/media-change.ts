import { type Random, uniform } from "../../core/random.js";
import { after, type Instant } from "../../core/time.js";
import type { Direction } from "../../wire/sdp-media.js";
import type { TransactionId } from "./transaction-layer.js";

/** A change of direction that this phone has asked for, or will ask for again (RFC 3261 §14.1). */
export interface MediaChange {
  readonly direction: Direction;
  /** Times it met a change from the other side. */
  readonly collisions: number;
  readonly stage:
    | { readonly kind: "sent"; readonly transaction: TransactionId }
    | { readonly kind: "waiting"; readonly retryAt: Instant };
}

const collisionsMax = 4;

/**
 * The change after a 491: it waits, the caller 2.1 to 4 s, the callee up to 2 s, in steps of 10 ms, so that they do
 * not meet again (RFC 3261 §14.1). `undefined` when it has met too often.
 */
export function afterCollision(
  change: MediaChange,
  role: "caller" | "callee",
  random: Random,
  now: Instant,
): MediaChange | undefined {
  if (change.collisions + 1 >= collisionsMax) return undefined;
  const wait = role === "caller" ? 2100 + 10 * uniform(random, 191) : 10 * uniform(random, 201);
  const stage = { kind: "waiting", retryAt: after(now, wait) } as const;
  return { direction: change.direction, collisions: change.collisions + 1, stage };
}
