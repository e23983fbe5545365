import { guestRows, phoneLimits, phoneOverlay, type LinkLimits, type OverlayLimits } from "./core/limits.js";

/** How many others a node can have to do with at once. */
export interface Capacity {
  readonly links: LinkLimits;
  readonly overlay: OverlayLimits;
}

/**
 * What a phone takes without anybody it is linked to, and for each it is; bytes, measured on a chip. It is a phone on a
 * busy day: in a call by stock SIP, others just ended, its call log and contacts full, somebody asking for its memory.
 */
const phoneBytes = 84_000;
const peerBytes = 3600;
/** Fewer, and a phone would not find its way. */
const peersMin = 6;
/** A guest takes half of what a neighbour does: nothing is kept of its records, tips and allowances. */
const guestBytes = peerBytes / 2;

/**
 * What fits into a memory that cannot grow: running out of it would end a call without a word. A phone with less memory
 * has fewer links, and reaches the rest over others. Without a bound it is as large as phones are.
 */
export function capacityOf(arenaBytes: number | undefined): Capacity {
  if (arenaBytes === undefined) return { links: phoneLimits, overlay: phoneOverlay };
  const peersBytes = arenaBytes - phoneBytes - guestRows * guestBytes;
  const fitting = Math.max(peersMin, Math.floor(peersBytes / peerBytes));
  const atMost = (bound: number): number => Math.min(bound, fitting);
  return {
    links: narrowed(phoneLimits, {
      rows: Math.min(phoneLimits.rows, fitting + guestRows),
      knownCredentials: atMost(phoneLimits.knownCredentials),
      attemptsWaiting: atMost(phoneLimits.attemptsWaiting),
      sources: atMost(phoneLimits.sources),
    }),
    overlay: narrowed(phoneOverlay, {
      neighbours: atMost(phoneOverlay.neighbours),
      // A client takes as much as a neighbour; where there is no room for all of these there is none for any.
      clients: Math.max(0, Math.min(phoneOverlay.clients, fitting - phoneOverlay.neighbours)),
      hearsay: atMost(phoneOverlay.hearsay),
      // Its own is one of them.
      credentials: Math.min(phoneOverlay.credentials, fitting + 1),
    }),
  };
}

/** Limits with some of them lower. The others stay where they are, in flash: a copy of them took 300 bytes. */
function narrowed<T extends object>(limits: T, lower: Partial<T>): T {
  const names = Object.keys(lower) as (keyof T)[];
  if (names.every((name) => lower[name] === limits[name])) return limits;
  return Object.setPrototypeOf(lower, limits) as T;
}
