import type { Crypto } from "../hal/crypto.js";
import type { Capacity } from "./capacity.js";
import type { Random } from "./core/random.js";
import type { Admission } from "./identity/admission.js";
import type { KeyRing } from "./identity/key-ring.js";

/** What a node is made of. */
export interface NodeOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly keyRing: KeyRing;
  /** The overlay it is in, and which credentials that accepts. */
  readonly admission: Admission;
  /** How often this node was switched on: the upper part of its records' generations. */
  readonly bootCount: number;
  readonly capacity: Capacity;
  /** Whether opened messages are kept for `pollOpened`. */
  readonly capture: boolean;
  /** Whether this node sends beacons; those of others it hears in any case. */
  readonly beacons: boolean;
}
