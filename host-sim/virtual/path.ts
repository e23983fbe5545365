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

/** A kind of network, as tools and scenarios name it: its paths, and what one node of it can send. */
export interface NetworkKind {
  readonly path: PathOptions;
  /** Bits a second a node can send, headers included, and bytes that wait for their turn; absent: without bound. */
  readonly bandwidthBitsPerSecond?: number;
  readonly queueBytesMax?: number;
}

/** The names of `networkKinds`. */
export type NetworkName = "wifi-lan" | "wifi-lossy" | "mesh-3-hops" | "internet";

/** Networks to choose from. A mesh's nodes share the air with those they pass on for: each has a third of 6 Mbit/s. */
export const networkKinds: { readonly [name in NetworkName]: NetworkKind } = {
  "wifi-lan": { path: quietLan, bandwidthBitsPerSecond: 20_000_000, queueBytesMax: 256 * 1024 },
  "wifi-lossy": { path: busyLan, bandwidthBitsPerSecond: 5_000_000, queueBytesMax: 128 * 1024 },
  "mesh-3-hops": {
    path: {
      delayMeanMs: 30,
      delayMinMs: 6,
      jitterMs: 24,
      lossRatio: 0.03,
      duplicateRatio: 0.002,
      reorderRatio: 0.02,
    },
    bandwidthBitsPerSecond: 2_000_000,
    queueBytesMax: 64 * 1024,
  },
  internet: {
    path: {
      delayMeanMs: 40,
      delayMinMs: 10,
      jitterMs: 20,
      lossRatio: 0.005,
      duplicateRatio: 0.0005,
      reorderRatio: 0.005,
    },
    bandwidthBitsPerSecond: 10_000_000,
    queueBytesMax: 128 * 1024,
  },
};
