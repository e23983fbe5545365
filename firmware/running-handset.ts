import type { Crypto } from "../hal/crypto.js";
import type { Endpoint } from "./core/endpoint.js";
import { phoneLimits } from "./core/limits.js";
import type { Random } from "./core/random.js";
import type { Instant } from "./core/time.js";
import type { KeyRing } from "./identity/key-ring.js";
import type { Memory } from "./memory.js";
import { Node } from "./node.js";
import { Telephone } from "./telephone.js";

/** A handset that is on: it knows who it is and has a telephone. */
export interface RunningHandset {
  readonly node: Node;
  readonly telephone: Telephone;
  readonly keyRing: KeyRing;
  readonly overlayName: string;
  readonly overlayId: Uint8Array;
  readonly local: Endpoint;
  readonly startedAt: Instant;
  readonly bootCount: number;
  /** Copies of the own registration, 0: not registered. */
  replicas: number;
}

/** Makes the telephone of a phone that knows who it is, with what it remembers. */
export function makeRunningHandset(
  options: { readonly crypto: Crypto; readonly random: Random; readonly capture: boolean },
  memory: Memory,
  self: Pick<RunningHandset, "keyRing" | "overlayId" | "local" | "startedAt">,
): RunningHandset {
  const { crypto, random, capture } = options;
  const { bootCount, settings } = memory;
  const { keyRing, overlayId } = self;
  const overlayName = settings.text("overlay");
  const node = new Node({
    crypto,
    random,
    keyRing,
    overlayId,
    bootCount,
    linkLimits: phoneLimits,
    capture,
    beacons: settings.isOn("discovery"),
  });
  const telephone = new Telephone(node, { crypto, random, keyRing, overlayId, overlayName, bootCount });
  telephone.phone.book.load(memory.contacts);
  telephone.phone.log.load(memory.calls);
  return { ...self, node, telephone, overlayName, bootCount, replicas: 0 };
}
