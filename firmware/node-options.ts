import type { Crypto } from "../hal/crypto.js";
import type { Capacity } from "./capacity.js";
import type { Random } from "./core/random.js";
import type { KeyRing } from "./identity/key-ring.js";

/** What a node is made of. */
export interface NodeOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly keyRing: KeyRing;
  readonly overlayId: Uint8Array;
  /** How often this node was switched on: the upper part of its records' generations. */
  readonly bootCount: number;
  readonly capacity: Capacity;
  /** Whether opened messages are kept for `pollOpened`. */
  readonly capture: boolean;
  /** Whether this node sends beacons; those of others it hears in any case. */
  readonly beacons: boolean;
  /** Work the overlay demands of a Node-ID, where it is not `nodeIdWorkBits`: simulated overlays ask for less. */
  readonly workBits?: number;
}
