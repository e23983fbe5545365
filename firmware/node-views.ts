import { toHex } from "./core/bytes.js";
import { endpointText } from "./core/endpoint.js";
import { elapsed, type Instant } from "./core/time.js";
import type { IdentityView, PeersView, RecordsView, StatusView, WayRow } from "./console/view.js";
import type { OverlayDescription } from "./overlay/overlay.js";
import type { RunningNode } from "./running-node.js";
import { registrationKind } from "./usage/registration.js";
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
    peers: node.describeLinks().length,
    overlayPeers: overlay.peersEstimated,
    records: overlay.records.count,
    recordBytes: overlay.records.bytes,
    ways: waysOf(tried),
    traffic: dropsOf(on),
    problems: isAlone ? whyAlone(tried, node.sendsBeacons) : [],
  };
}

export function peersView(now: Instant, { node }: RunningNode): PeersView {
  const peers = node.describeLinks().map((link) => ({
    name: link.userName,
    nodeId: toHex(link.nodeId),
    address: endpointText(link.endpoint),
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
    nodeId: toHex(held.nodeId),
    resource: toHex(held.resource),
    kind: held.kind === registrationKind ? "registration" : `kind ${held.kind}`,
    leftMs: held.leftMs,
    copies: held.copies,
    isRemoved: held.isTombstone,
  }));
  return { event: "records", records };
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
