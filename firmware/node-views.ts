import { toHex } from "./core/bytes.js";
import { endpointText } from "./core/endpoint.js";
import { pathText } from "./core/tunnel-endpoint.js";
import { elapsed, type Instant } from "./core/time.js";
import type { IdentityView, PeersView, RecordsView, StatusView, WayRow } from "./console/view.js";
import { doubtsOf } from "./doubts.js";
import { kindDefinition, shippedKinds } from "./overlay/kind-definition.js";
import type { HeldDescription } from "./overlay/description.js";
import type { OverlayDescription } from "./overlay/overlay.js";
import type { RoleReason } from "./overlay/role-state.js";
import type { RunningNode } from "./running-node.js";
import { decodeRegistration, registrationKind } from "./usage/registration.js";
import { whyAlone } from "./why-alone.js";

/** Version of the firmware, as `show` has it. */
export const firmwareVersion = "0.1.0";

/** How a node is doing; a telephone adds what it has besides. */
export function nodeStatus(now: Instant, on: RunningNode): StatusView {
  const { node, keyRing } = on;
  const overlay = node.describeOverlay(now);
  const isAlone = overlay.neighbours.length === 0;
  const tried = isAlone ? overlay.bootstraps : [];
  return {
    event: "status",
    name: keyRing.userName,
    overlay: on.overlayName,
    nodeId: toHex(keyRing.nodeId),
    address: endpointText(on.local),
    uptimeMs: elapsed(on.startedAt, now),
    stage: overlay.stage,
    role: roleRow(overlay),
    peers: node.describeLinks().length,
    overlayPeers: overlay.peersEstimated,
    records: overlay.records.count,
    recordBytes: overlay.records.bytes,
    ways: waysOf(tried),
    traffic: dropsOf(on),
    problems: isAlone ? whyAlone(tried, node.sendsBeacons) : doubtsOf(overlay),
  };
}

export function peersView(now: Instant, { node }: RunningNode): PeersView {
  const peers = node.describeLinks().map((link) => ({
    name: link.userName,
    nodeId: toHex(link.nodeId),
    address: pathText(link.endpoint),
    relation: link.isHeld ? "call" : link.interval === "other" ? "link" : link.interval,
    ...(link.srttMs !== undefined && { roundTripMs: Math.round(10 * link.srttMs) / 10 }),
    linkedMs: Math.round(elapsed(link.sinceMs, now)),
    bytesIn: link.bytesIn,
    bytesOut: link.bytesOut,
  }));
  return { event: "peers", peers };
}

export function recordsView(now: Instant, { node }: RunningNode): RecordsView {
  const records = node.describeOverlay(now).held.map((held) => ({
    name: held.userName,
    ...fullNameIn(held),
    nodeId: toHex(held.nodeId),
    resource: toHex(held.resource),
    kind: kindDefinition(shippedKinds, held.kind)?.name ?? `kind ${held.kind}`,
    leftMs: held.leftMs,
    copies: held.copies,
    isRemoved: held.isTombstone,
  }));
  return { event: "records", records };
}

/** What a user calls himself, by his registration. */
function fullNameIn({ kind, value }: HeldDescription): { readonly fullName?: string } {
  const registration = kind === registrationKind && value !== null ? decodeRegistration(value) : undefined;
  const fullName = registration?.ok === true ? registration.value.fullName : undefined;
  return fullName === undefined ? {} : { fullName };
}

export function identityView({ keyRing, overlayName, overlayId }: RunningNode): IdentityView {
  return {
    event: "identity",
    name: keyRing.userName,
    overlay: overlayName,
    overlayId: toHex(overlayId),
    nodeId: toHex(keyRing.nodeId),
    publicKey: toHex(keyRing.publicKey),
    credentialBytes: keyRing.credential.bytes.length,
    firmware: firmwareVersion,
  };
}

function roleRow({ stage, role, servedBy, clients }: OverlayDescription): StatusView["role"] {
  return {
    name: stage === "client" ? "client" : "peer",
    reason: role,
    text: roleTexts[role],
    servedBy: servedBy.map(({ userName, nodeId, srttMs }) => ({
      name: userName,
      nodeId: toHex(nodeId),
      roundTripMs: srttMs,
    })),
    clients: clients.length,
  };
}

/** Why a node has its role, as a part of a sentence. */
const roleTexts: { readonly [reason in RoleReason]: string } = {
  listening: "it listens for peers that serve clients",
  set: "that is set (role)",
  hidden: "it is behind a NAT that lets nobody find it",
  host: "it is a host peer",
  served: "host peers are there",
  "no-hosts": "no host peers are there, or none takes it",
  "hosts-lost": "the peers that served it are gone",
  waiting: "host peers are there now; it becomes a client in a while",
};

function waysOf(tried: OverlayDescription["bootstraps"]): WayRow[] {
  return tried.map(({ method, address, outcome, sinceMs }) => ({
    method,
    ...(address !== undefined && { address }),
    outcome,
    sinceMs,
  }));
}

/** Datagrams dropped, by reason, where any were. */
function dropsOf({ node }: RunningNode): Record<string, number> {
  const drops: Record<string, number> = {};
  for (const [reason, count] of node.drops()) if (count > 0) drops[reason] = count;
  return drops;
}
