import type { Crypto } from "../../hal/crypto.js";
import type { Endpoint } from "../core/endpoint.js";
import type { LinkLimits } from "../core/limits.js";
import type { NodeId } from "../core/node-id.js";
import type { Random } from "../core/random.js";
import type { Admission, Credential } from "../identity/credential.js";
import type { KeyRing } from "../identity/key-ring.js";

/** What the links of a node are made with. */
export interface LinksOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly keyRing: KeyRing;
  /** 8 B */
  readonly overlayId: Uint8Array;
  /** Sequence of the overlay configuration we have. */
  readonly configSequence: number;
  readonly limits: LinkLimits;
  /** Work a Node-ID of an open overlay must show. */
  readonly workBits?: number;
  /** Which credentials are accepted, where the overlay is not an open one. */
  readonly admission?: Admission;
  /** Answer no hello1 without the right hint. */
  readonly quiet?: boolean;
  /** Whether messages are kept for `pollOpened`. */
  readonly capture?: boolean;
}

/** Whom to link to. */
export interface ConnectTarget {
  readonly endpoint: Endpoint;
  /** Who must answer; absent: whoever does. */
  readonly nodeId?: NodeId;
  /** Its credential, verified: makes the handshake short and private. */
  readonly credential?: Credential;
  /** Only a datagram that anybody can forge names this address: until it answers it gets what `noteHeard` earned. */
  readonly isUnproven?: boolean;
  /** Where it may be, where `endpoint` is a tunnel: tried now and then, until the link has moved there. */
  readonly direct?: Endpoint;
}
