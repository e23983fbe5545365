import type { Instant } from "./time.js";
import type { Rate } from "./token-bucket.js";

/**
 * A token bucket as one number, for what every neighbour has one of: when the bucket will be full again, ms with its
 * fraction. Any moment that is past, 0 too: it is full.
 */
export type FullAt = number;

/** When it will be full again once `count` tokens are taken; `undefined`, and none taken, where there are fewer. */
export function spend(rate: Rate, fullAt: FullAt, now: Instant, count: number = 1): FullAt | undefined {
  const emptyMs = (1000 * rate.burst) / rate.perSecond;
  const spent = Math.max(fullAt, now) + (1000 * count) / rate.perSecond;
  return spent - now <= emptyMs + roundingMs ? spent : undefined;
}

/** Tenths of a token do not add up to 1 in floating point. */
const roundingMs = 1e-3;
