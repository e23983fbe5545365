import type { Endpoint } from "../../firmware/core/endpoint.js";
import type { Prng } from "../virtual/prng.js";

/** One datagram of a flood: where from, as it says, where to, and what. */
export interface Shot {
  readonly from: Endpoint;
  readonly to: Endpoint | "group";
  readonly bytes: Uint8Array;
}

/** What an attacker knows who listens to the LAN. */
export interface Scene {
  readonly chance: Prng;
  /** 8 B; beacons show it. */
  readonly overlayId: Uint8Array;
  readonly victim: Endpoint;
  /** Phones the victim knows: the far end of its call first. */
  readonly others: readonly Endpoint[];
  /** Datagrams between the victim and others, as they went over the wire. */
  readonly seen: readonly Shot[];
  /** One of many sources that are nobody's. */
  stranger(): Endpoint;
}

/** So many random bytes, the first of them given. */
export function bytesAfter(scene: Scene, length: number, ...first: readonly number[]): Uint8Array {
  const bytes = scene.chance.fill(new Uint8Array(Math.max(length, first.length)));
  bytes.set(first);
  return bytes;
}
