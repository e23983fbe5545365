import { instant, type Instant } from "../../firmware/core/time.js";
import { drawDelayMs, type PathOptions } from "./path.js";
import type { VirtualPort } from "./port.js";
import type { Prng } from "./prng.js";

/** What a node sent and got: UDP payload only, as the budgets count it (design §8). */
export interface Traffic {
  datagramsSent: number;
  bytesSent: number;
  datagramsReceived: number;
  bytesReceived: number;
}

/** One address of the network with all that is there. */
export interface Station {
  readonly address: string;
  /** Counted from 0 in the order in which addresses were met; what the trace hash knows it by. */
  readonly index: number;
  readonly ports: Map<number, VirtualPort>;
  readonly traffic: Traffic;
  /** Where its datagrams go to, by address. */
  readonly routes: Map<string, Route>;
  up: boolean;
  /** The side of a partition it is on. */
  side: string;
  /** The LAN it is in: group datagrams are heard there only. */
  segment: string;
  /** In place of all paths to and from it, while it is set. */
  clog: PathOptions | undefined;
  /** When the last bit of what it has queued is sent. */
  sendsUntil: Instant;
}

/** The way from one station to another; made when it is used first. */
export interface Route {
  readonly to: Station;
  /** Chance of this way alone: what one pair does never changes another's luck. */
  readonly prng: Prng;
  readonly label: string;
  /** In place of the network's path, where it was set. */
  path: PathOptions | undefined;
  lastArrival: Instant | undefined;
}

/** A datagram on its way. */
export interface Flight {
  readonly from: Station;
  readonly source: { readonly address: string; readonly port: number };
  readonly to: { readonly address: string; readonly port: number };
  readonly toGroup: boolean;
  readonly bytes: Uint8Array;
  readonly sentAt: Instant;
}

/** A station nobody has sent to or from yet. */
export function newStation(address: string, index: number, now: Instant): Station {
  return {
    address,
    index,
    ports: new Map(),
    traffic: { datagramsSent: 0, bytesSent: 0, datagramsReceived: 0, bytesReceived: 0 },
    routes: new Map(),
    up: true,
    side: "",
    segment: "",
    clog: undefined,
    sendsUntil: now,
  };
}

/** When a datagram arrives: in order with what was sent the same way before, unless chance lets it overtake. */
export function arrivalOf(flight: Flight, route: Route, path: PathOptions): Instant {
  const { prng, lastArrival } = route;
  const arrival = instant(flight.sentAt + drawDelayMs(path, prng));
  if (prng.chance(path.reorderRatio))
    return instant(arrival + prng.below(1 + Math.round(2000 * path.delayMeanMs)) / 1000);
  const inOrder = lastArrival !== undefined && lastArrival > arrival ? lastArrival : arrival;
  route.lastArrival = inOrder;
  return inOrder;
}

/** When the last bit of a datagram leaves the node, headers included, or `undefined` when its queue is full. */
export function queue(
  node: Station,
  length: number,
  now: Instant,
  of: { readonly bandwidthBitsPerSecond?: number; readonly queueBytesMax: number },
): Instant | undefined {
  const rate = of.bandwidthBitsPerSecond;
  if (rate === undefined || !node.up) return now;
  const waitingMs = Math.max(0, node.sendsUntil - now);
  if ((waitingMs * rate) / 8000 + length > of.queueBytesMax) return undefined;
  node.sendsUntil = instant(now + waitingMs + (8000 * length) / rate);
  return node.sendsUntil;
}
