import assert from "node:assert/strict";
import { clientsInvitedFrom, hostOverlay, type OverlayLimits } from "../../firmware/core/limits.js";
import { idKey } from "../../firmware/core/node-id.js";
import type { RoleChoice } from "../../firmware/overlay/role-state.js";
import { areAllPeers, isReplicated } from "./checks.js";
import { Swarm } from "./swarm.js";
import type { SwarmNode } from "./swarm-node.js";

/** A host, but for the sizes that take long to fill. */
const hostLimits: OverlayLimits = { ...hostOverlay, hearsay: 64, credentials: 128, storeBytes: 32_768 };

export interface Served {
  readonly swarm: Swarm;
  readonly hosts: readonly SwarmNode[];
  readonly phones: readonly SwarmNode[];
}

/** Host peers that have found each other, then phones that have attached to them. */
export function served(hostCount: number, phoneCount: number, clients = hostLimits.clients): Served {
  const swarm = new Swarm();
  const limits = { ...hostLimits, clients };
  const hosts = Array.from({ length: hostCount }, (_, i) => swarm.add(`host${i}`, { limits }));
  for (const host of hosts) swarm.start(host);
  assert.ok(
    swarm.runUntil(() => areAllPeers(hosts), 30_000),
    "hosts are peers",
  );
  const phones = Array.from({ length: phoneCount }, (_, i) => swarm.add(`phone${i}`));
  for (const phone of phones) {
    setRole(swarm, phone, "client");
    swarm.start(phone);
    swarm.publish(phone);
  }
  const wanted = clients < clientsInvitedFrom ? 1 : Math.min(3, hostCount);
  const isServed = (): boolean => phones.every((phone) => associatesOf(phone).length === wanted);
  assert.ok(swarm.runUntil(isServed, 30_000), "every phone is attached");
  assert.ok(
    swarm.runUntil(() => isReplicated(hosts, phones), 20_000),
    "the hosts hold what the phones have stored",
  );
  return { swarm, hosts, phones };
}

export function setRole(swarm: Swarm, node: SwarmNode, choice: RoleChoice): void {
  swarm.touch(node, () => {
    node.overlay.setRole(swarm.now, choice);
  });
}

export function stageOf(swarm: Swarm, node: SwarmNode): string {
  return node.overlay.describe(swarm.now).stage;
}

/** The peers a client is attached to, as it has said last; the one it uses first before the others. */
export function associatesOf(node: SwarmNode): string[] {
  const told = node.effects.findLast((effect) => effect.kind === "associatesChanged");
  return told?.kind === "associatesChanged" ? told.associates.map(idKey) : [];
}

/** Whether each has so many peers that serve it. */
export function areServed(phones: readonly SwarmNode[], count: number): boolean {
  return phones.every((phone) => associatesOf(phone).length === count);
}
