import type { Duration } from "./time.js";

/**
 * Where unpredictable bytes come from. The device's generator and the simulator's seeded one implement it;
 * the firmware draws randomness no other way.
 */
export interface Random {
  /** Fills `target` with random bytes and returns it. */
  fill(target: Uint8Array): Uint8Array;
}

/** `count` random bytes. */
export function randomBytes(random: Random, count: number): Uint8Array {
  return random.fill(new Uint8Array(count));
}

/** A random integer in 0 .. 2^32-1. */
export function randomUint32(random: Random): number {
  const bytes = random.fill(new Uint8Array(4));
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
}

/** A whole number in `0 .. bound-1`; the bias is below bound / 2^32. */
export function uniform(random: Random, bound: number): number {
  return randomUint32(random) % bound;
}

/** A duration drawn evenly from `from .. to` ms, ends included: start-up jitter, Trickle, refresh spreading. */
export function jitter(random: Random, from: Duration, to: Duration): Duration {
  return from + uniform(random, Math.floor(to - from) + 1);
}
