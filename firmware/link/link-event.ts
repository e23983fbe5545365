import type { Endpoint } from "../core/endpoint.js";
import type { NodeId } from "../core/node-id.js";
import type { Duration, Instant } from "../core/time.js";
import type { Credential } from "../identity/credential.js";

/**
 * A link's handle: row and generation in one number, so that the handle of a link that ended never means
 * another.
 */
export type LinkId = number;

/**
 * How a link is kept alive: at T of 6 s by both ends (sibling) or of 30 s (other). Where only one end has to know soon
 * that the other is gone, a client of its first peer, that one is listening and the other is telling: it says something
 * at 6 s, and the listening end at 30 s. A guest is no neighbour: it gives its row to another, and ends when nothing is
 * said on it.
 */
export type LivenessInterval = "sibling" | "listening" | "telling" | "other" | "guest";

/** What the link layer has to tell. */
export type LinkEvent =
  | LinkUp
  | LinkDown
  | MessageArrived
  | PongArrived
  | ConnectFailed
  /** The other is at another address now, and has proved it (protocol §2, roaming). */
  | { readonly kind: "pathMoved"; readonly link: LinkId; readonly endpoint: Endpoint }
  /** Another device answers with the same key from elsewhere (protocol §2). */
  | { readonly kind: "clonedKeyNoticed"; readonly nodeId: NodeId };

/** The other has proved who it is; messages may be sent at once. */
export interface LinkUp {
  readonly kind: "linkUp";
  readonly link: LinkId;
  readonly credential: Credential;
  readonly endpoint: Endpoint;
  /** Whether we opened it. */
  readonly initiated: boolean;
  /** Our own endpoint as the other sees it. */
  readonly ownEndpoint?: Endpoint;
  /** A first idea of the round trip, from the handshake: what both computed in it included, ms. */
  readonly roundTripMs: Duration;
  /** Sequence of the overlay configuration the other has, 32 bits. */
  readonly peerConfigSequence: number;
  /** What the other said of its role and offers, 7 bits. */
  readonly peerFlags: number;
}

export interface LinkDown {
  readonly kind: "linkDown";
  readonly link: LinkId;
  readonly nodeId: NodeId;
  /** Whether a call was with that node. */
  readonly isHeld: boolean;
  readonly reason: LinkDownReason;
}

export type LinkDownReason =
  /** The other said so. */
  | "left"
  /** The other has no row for it, and said so at once; `connectFailed` follows. */
  | "refused"
  /** Nothing heard, no ping answered; or our opening was never confirmed. */
  | "silent"
  /** The other came again, without memory of this link: it restarted. */
  | "replaced"
  /** It made room for another. */
  | "evicted"
  /** We closed it. */
  | "closed";

/** A whole message that is not the link's own business. */
export interface MessageArrived {
  readonly kind: "messageArrived";
  readonly link: LinkId;
  /** The encoded message; nobody else holds these bytes. */
  readonly message: Uint8Array;
  /** Low 16 bits of its frame's counter (of the last frame of several), for hop-ack. */
  readonly counter: number;
}

export interface PongArrived {
  readonly kind: "pongArrived";
  readonly link: LinkId;
  readonly configSequence: number;
  /** 8 B */
  readonly digest: Uint8Array;
  readonly roundTripMs: Duration;
}

export interface ConnectFailed {
  readonly kind: "connectFailed";
  readonly endpoint: Endpoint;
  readonly nodeId?: NodeId;
  readonly reason: ConnectFailure;
}

export type ConnectFailure =
  | "no-answer"
  /** It closed the link before it confirmed it: its table is full. */
  | "refused"
  | "bad-credential"
  /** Somebody answered who is not the node sought. */
  | "wrong-node"
  | "own-node"
  /** Answers came that did not open. */
  | "not-authentic"
  /** The node that answered is linked already, and alive. */
  | "already-linked"
  /** Our own table is full, and no link in it is idle. */
  | "table-full"
  /** Too many attempts wait already. */
  | "too-many-attempts";

/** One link, for status and the console. */
export interface LinkDescription {
  readonly link: LinkId;
  readonly nodeId: NodeId;
  readonly userName: string;
  readonly endpoint: Endpoint;
  readonly initiated: boolean;
  readonly interval: LivenessInterval;
  /** Whether a call is on it. */
  readonly isHeld: boolean;
  /** Smoothed round trip; `undefined` before the first pong. */
  readonly srttMs: Duration | undefined;
  /** When it came up. */
  readonly sinceMs: Instant;
  readonly framesIn: number;
  readonly framesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Why a frame was dropped, or not sent. A closed set, so that counting needs no growing table. */
export const dropReasons = [
  "malformed",
  "unknown-index",
  "replayed",
  "not-authentic",
  "unexpected",
  "wrong-address",
  "reflected",
  "simultaneous-open",
  "quiet",
  "source-hello-rate",
  "hello-rate",
  "cookie-rate",
  "half-open-full",
  "half-open-evicted",
  "handshake-failed",
  "amplification",
  "held-full",
  "link-rate",
  "stray-rate",
  "bad-message",
  "reassembly-full",
  "reassembly-failed",
  "stale-link",
  "table-full",
  "transmit-queue-full",
  "event-queue-full",
  "capture-queue-full",
] as const;

export type DropReason = (typeof dropReasons)[number];
