import type { Prng } from "./prng.js";

/** How a path treats datagrams, one way. Times in ms, ratios 0 .. 1, each datagram drawn by itself. */
export interface PathOptions {
  /** One-way delay: even over `delayMeanMs` ± `jitterMs`, never below `delayMinMs`. */
  readonly delayMeanMs: number;
  readonly delayMinMs: number;
  readonly jitterMs: number;
  readonly lossRatio: number;
  /** Delivered twice, each copy with its own delay. */
  readonly duplicateRatio: number;
  /** May overtake and be overtaken; all others of one direction arrive in the order they were sent. */
  readonly reorderRatio: number;
}

/** A quiet Wi-Fi or Ethernet LAN: 2 ms on average, nothing lost. */
export const quietLan: PathOptions = {
  delayMeanMs: 2,
  delayMinMs: 0.5,
  jitterMs: 1.5,
  lossRatio: 0,
  duplicateRatio: 0,
  reorderRatio: 0,
};

/** A busy one: some loss, reordering and long delays. */
export const busyLan: PathOptions = {
  delayMeanMs: 8,
  delayMinMs: 1,
  jitterMs: 7,
  lossRatio: 0.01,
  duplicateRatio: 0.001,
  reorderRatio: 0.01,
};

/** A delay by the path's options, in steps of a microsecond. */
export function drawDelayMs(path: PathOptions, prng: Prng): number {
  const jitterUs = Math.round(1000 * path.jitterMs);
  const offsetUs = jitterUs === 0 ? 0 : prng.between(-jitterUs, jitterUs);
  return Math.max(path.delayMinMs, path.delayMeanMs + offsetUs / 1000);
}
