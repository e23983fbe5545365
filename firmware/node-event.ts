import type { Endpoint } from "./core/endpoint.js";
import type { NodeId } from "./core/node-id.js";
import type { Credential } from "./identity/credential.js";
import type { LinkId } from "./link/links.js";
import type { OverlayEffect } from "./overlay/overlay.js";
import type { UnreachableReason } from "./reach.js";
import type { StockPortName } from "./stock-ports.js";
import { wireErrorText, type WireError } from "./wire/wire-error.js";

/** A datagram to send, to one node or to all of the LAN. */
export interface Transmit {
  readonly to: Endpoint | "group";
  readonly bytes: Uint8Array;
  /** The port for stock phones it goes through; absent: the one of everything else. */
  readonly through?: StockPortName;
}

/** What a node tells whoever uses it. */
export type NodeEvent =
  | { readonly kind: "sipArrived"; readonly from: LinkedPeer; readonly text: Uint8Array }
  | { readonly kind: "peerLinked"; readonly peer: LinkedPeer }
  | { readonly kind: "peerLost"; readonly peer: LinkedPeer; readonly reason: string }
  /** It is at another address now, as `peer` has it. */
  | { readonly kind: "peerMoved"; readonly peer: LinkedPeer; readonly from: Endpoint }
  /** The answer to a `ping` that was asked for. */
  | { readonly kind: "ponged"; readonly peer: LinkedPeer; readonly roundTripMs: number }
  | { readonly kind: "unreachable"; readonly nodeId: NodeId; readonly reason: UnreachableReason }
  | Answer
  | { readonly kind: "overlay"; readonly effect: OverlayNews }
  | { readonly kind: "clonedKeyNoticed"; readonly nodeId: NodeId }
  | { readonly kind: "refused"; readonly from: Endpoint; readonly reason: string };

/** What the overlay answers to whoever has asked it something. */
export type Answer = Extract<
  OverlayEffect,
  { kind: "fetchFinished" | "statFinished" | "appended" | "traced" }
>;

/** Whether an effect is the answer to something. */
export function isAnswer(effect: OverlayEffect): effect is Answer {
  return answerKinds.includes(effect.kind);
}

/** Effects of the overlay that concern whoever uses the node. */
export type OverlayNews = Extract<
  OverlayEffect,
  {
    kind:
      | "joined"
      | "associatesChanged"
      | "stageChanged"
      | "published"
      | "publishFailed"
      | "unpublished"
      | "remember"
      | "left"
      | "clonedKeyNoticed"
      | "viewsDiffered"
      | "resolve";
  }
>;

/** Of something that came in and could not be read. */
export function refusal(from: Endpoint, error: WireError): NodeEvent {
  return { kind: "refused", from, reason: wireErrorText(error) };
}

/** The node at the other end of a link. */
export interface LinkedPeer {
  readonly link: LinkId;
  readonly credential: Credential;
  readonly endpoint: Endpoint;
  /** This node's own endpoint as the other sees it. */
  readonly ownEndpoint: Endpoint | undefined;
}

const answerKinds: readonly string[] = ["fetchFinished", "statFinished", "appended", "traced"];
