import { BoundedQueue } from "../core/bounded.js";
import type { Endpoint } from "../core/endpoint.js";
import { overlayEffectsMax } from "../core/limits.js";
import type { NodeId, ResourceId } from "../core/node-id.js";
import type { Credential } from "../identity/credential.js";
import type { Contact } from "../wire/kinds/contact.js";
import type { Stage } from "../wire/kinds/neighbours.js";
import type { StatEntry } from "../wire/kinds/stat.js";

/** A record of a Fetch whose signature this node has verified with the owner's verified credential. */
export interface VerifiedRecord {
  readonly key: Uint8Array;
  readonly generation: number;
  /** The encoded CBOR item of the value. */
  readonly value: Uint8Array;
  /** The owner. */
  readonly credential: Credential;
  /** Seconds left where it is held. */
  readonly remainingS: number;
  /** Seconds since a holder first saw this owner's claim; holders may lie, so it is for a person to see. */
  readonly heldS: number;
  /** Where the owner is said to be. */
  readonly place?: Endpoint;
}

/** Why a lookup got no answer. */
export type LookupFault = "no-neighbours" | "timed-out" | "too-many";

/** How a Fetch ended. */
export type FetchOutcome =
  | { readonly status: "found"; readonly records: readonly VerifiedRecord[] }
  | { readonly status: "not-found" }
  | { readonly status: "failed"; readonly reason: LookupFault };

/** How a Stat ended. Nothing in it is signed. */
export type StatOutcome =
  | { readonly status: "found"; readonly entries: readonly StatEntry[] }
  | { readonly status: "not-found" }
  | { readonly status: "failed"; readonly reason: LookupFault };

/** What a pong brings to the overlay. */
export interface OverlayPong {
  readonly link: number;
  /** XOR over the records both should hold, 8 B. */
  readonly digest: Uint8Array;
  readonly roundTripMs: number;
}

/** What the overlay asks of the node, and what it tells it. */
export type OverlayEffect =
  /** With a token the counter of the frame is wanted back through `handleSent`. */
  | { readonly kind: "send"; readonly link: number; readonly message: Uint8Array; readonly token?: number }
  | {
      readonly kind: "connect";
      readonly endpoint: Endpoint;
      readonly nodeId?: NodeId;
      readonly credential?: Credential;
      /** Only a beacon, which anybody can forge, says that somebody is there. */
      readonly isUnproven?: boolean;
      /** Where it did not answer, if `endpoint` is a tunnel. */
      readonly direct?: Endpoint;
    }
  /** A frame came through a tunnel: by this way, or, absent, back through one of ours. */
  | { readonly kind: "tunnelled"; readonly from?: Endpoint; readonly frame: Uint8Array }
  | { readonly kind: "beacon"; readonly to: "group"; readonly bytes: Uint8Array }
  /** A question of DNS-SD, for `to`, the LAN's group of multicast DNS. */
  | { readonly kind: "question"; readonly to: Endpoint; readonly bytes: Uint8Array }
  /** A name whose IPv4 address is wanted back through `handleNames`. */
  | { readonly kind: "resolve"; readonly name: string }
  /** How closely a link is to be watched: as the link layer has it. */
  | {
      readonly kind: "rank";
      readonly link: number;
      readonly interval: "sibling" | "listening" | "telling" | "other" | "guest";
    }
  | { readonly kind: "setDigest"; readonly link: number; readonly digest: Uint8Array }
  | { readonly kind: "close"; readonly link: number; readonly reason: "left" | "evicted" }
  /** Peers worth trying first at the next start, for storage; replaces what was remembered. */
  | { readonly kind: "remember"; readonly contacts: readonly Contact[] }
  | { readonly kind: "joined" }
  /** Where this node is, by its own address and as others see it: said where a path is a tunnel. */
  | { readonly kind: "setPlace"; readonly local: Endpoint; readonly seen?: Endpoint | undefined }
  /** What hellos are to say of this node from now on, as in a contact. */
  | { readonly kind: "setFlags"; readonly flags: number }
  /** The peers this node is attached to as a client, the one it uses first before the others. */
  | { readonly kind: "associatesChanged"; readonly associates: readonly NodeId[] }
  | { readonly kind: "stageChanged"; readonly stage: Stage }
  /** `replicas`: nodes that are to hold it; the one that accepted it gives the others their copies. */
  | {
      readonly kind: "published";
      readonly resource: ResourceId;
      readonly recordKind: number;
      readonly generation: number;
      readonly replicas: number;
    }
  | { readonly kind: "publishFailed"; readonly resource: ResourceId; readonly reason: string }
  | { readonly kind: "unpublished"; readonly resource: ResourceId }
  | { readonly kind: "fetchFinished"; readonly request: number; readonly outcome: FetchOutcome }
  | { readonly kind: "statFinished"; readonly request: number; readonly outcome: StatOutcome }
  /** The index under which a value is being published at the end of an array; `undefined`: it could not be. */
  | { readonly kind: "appended"; readonly request: number; readonly index: number | undefined }
  /** `namedBy`: by way of which neighbour the first contact was named. */
  | {
      readonly kind: "findFinished";
      readonly request: number;
      readonly contacts: readonly Contact[];
      readonly namedBy?: NodeId | undefined;
    }
  /** The way a Find took: 4 B of each node that passed it on and of who answered; `undefined`: no answer. */
  | { readonly kind: "traced"; readonly request: number; readonly trace: Uint8Array | undefined }
  /** A record bears our signature and was not written here: another device has our key. */
  | { readonly kind: "clonedKeyNoticed"; readonly nodeId: NodeId }
  /** Two ways into the overlay showed different neighbours; both were kept. */
  | { readonly kind: "viewsDiffered"; readonly missing: number }
  | { readonly kind: "left" };

/**
 * Effects waiting for the node. It drains them after every call, so the bound is met only by a bug; the oldest go
 * then.
 */
export class Outbox {
  readonly #effects = new BoundedQueue<OverlayEffect>(overlayEffectsMax);
  #dropped = 0;

  /** Effects lost because nobody took them. */
  get dropped(): number {
    return this.#dropped;
  }

  push(effect: OverlayEffect): void {
    if (this.#effects.push(effect) !== undefined) this.#dropped++;
  }

  poll(): OverlayEffect | undefined {
    return this.#effects.shift();
  }
}
