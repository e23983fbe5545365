import { serviceLoadMax, serviceNearMs } from "./core/limits.js";
import { uniform, type Random } from "./core/random.js";
import type { Duration } from "./core/time.js";
import type { GatewayPath, ServiceEntry } from "./overlay/service-entry.js";

/** What a choice among those who offer a service goes by. */
export interface Choice extends Pick<ServiceEntry, "capacity" | "load" | "paths"> {
  /** The round trip to it, where it is linked and that was measured. */
  readonly rttMs?: Duration;
}

/**
 * Those who offer a service, in the order in which they are to be tried. Each is put in front of the rest as often as
 * it has room, so that all together are used in the measure of what they have left. Of relays those near come before
 * the others: what goes by way of them goes that much farther. For all else being near means nothing, and for STUN it
 * would be wrong: who is on the same LAN sees the address that is known already.
 */
export function inOrder<T extends Choice>(random: Random, service: string, all: readonly T[]): T[] {
  const drawn = byRoom(random, all);
  return isRelay(service) ? [...drawn.filter(isNear), ...drawn.filter((one) => !isNear(one))] : drawn;
}

/**
 * The gateways that reach a telephone number, the best first: who names more of the number knows better where it leads;
 * among these the cheaper; among equals the order they are given in stands.
 */
export function gatewaysTo<T extends Choice>(number: string, all: readonly T[]): T[] {
  const reaching = all.flatMap((gateway) => {
    const path = pathTo(number, gateway.paths);
    return path === undefined ? [] : [{ gateway, path }];
  });
  const order = reaching.sort((a, b) => comparePaths(a.path, b.path));
  return order.map(({ gateway }) => gateway);
}

/** The way of a gateway that a number would take; `undefined`: it does not lead there. */
function pathTo(number: string, paths: readonly GatewayPath[] = []): GatewayPath | undefined {
  let best: GatewayPath | undefined;
  for (const path of paths)
    if (number.startsWith(path.prefix) && (best === undefined || comparePaths(path, best) < 0)) best = path;
  return best;
}

function comparePaths(a: GatewayPath, b: GatewayPath): number {
  return b.prefix.length - a.prefix.length || a.cost - b.cost;
}

function byRoom<T extends Choice>(random: Random, all: readonly T[]): T[] {
  const rest = [...all];
  const drawn: T[] = [];
  while (rest.length > 0) {
    let share = uniform(
      random,
      rest.reduce((sum, one) => sum + roomOf(one), 0),
    );
    const at = rest.findIndex((one) => (share -= roomOf(one)) < 0);
    drawn.push(...rest.splice(at, 1));
  }
  return drawn;
}

/** Users it could serve besides; one that says it is full may have been left by somebody since. */
function roomOf({ capacity, load = 0 }: Choice): number {
  return Math.max(1, Math.round((capacity * (serviceLoadMax - load)) / serviceLoadMax));
}

function isNear({ rttMs }: Choice): boolean {
  return rttMs !== undefined && rttMs <= serviceNearMs;
}

function isRelay(service: string): boolean {
  return service === "turn";
}
