import assert from "node:assert/strict";
import type { Endpoint } from "../../firmware/core/endpoint.js";
import type { OverlayLimits } from "../../firmware/core/limits.js";
import type { ResourceId } from "../../firmware/core/node-id.js";
import { openAdmission } from "../../firmware/identity/admission.js";
import { issueOpenCredential } from "../../firmware/identity/credential.js";
import { makeKeyRing, type KeyRing } from "../../firmware/identity/key-ring.js";
import { resourceIdOf } from "../../firmware/identity/resource-id.js";
import type { Overlay, OverlayEffect } from "../../firmware/overlay/overlay.js";
import type { Topology } from "../../firmware/overlay/topology.js";
import { openIdentity, openOverlay, seedOf, sodium, testWorkBits } from "../identity/fixtures.js";

/** A node of the tests: the real machine, and what is made up around it. */
export interface SwarmNode {
  /** The device: its keys are made from it. */
  readonly name: string;
  readonly userName: string;
  readonly keyRing: KeyRing;
  readonly endpoint: Endpoint;
  readonly overlay: Overlay;
  readonly limits: OverlayLimits;
  /** The node's own, once more: what should be is asked of it. */
  readonly topology: Topology;
  /** Effects for whoever uses the node, in order. */
  readonly effects: OverlayEffect[];
  /** Where its user's registrations are. */
  readonly resource: ResourceId;
  isAlive: boolean;
  wakesAt: number | undefined;
  bytesOut: number;
  /** What its hellos say of it. */
  flags: number;
}

/** The resource of a user's registrations. */
export function resourceOf(userName: string): ResourceId {
  return resourceIdOf(sodium, openOverlay, "user", userName);
}

/** The key ring of a device; devices may share a user name, each with its own key. */
export function keyRingOf(device: string, userName: string): KeyRing {
  const credential = issueOpenCredential(sodium, openOverlay, userName, openIdentity(device));
  const keyRing = makeKeyRing(sodium, openAdmission(openOverlay, testWorkBits), seedOf(device), credential);
  assert.ok(keyRing.ok);
  return keyRing.value;
}
