import { sameEndpoint } from "./core/endpoint.js";
import { peersSavedEveryMs, rememberedPeersMax } from "./core/limits.js";
import { bootstrapService } from "./core/service-name.js";
import { after, type Instant } from "./core/time.js";
import { isTunnel } from "./core/tunnel-endpoint.js";
import type { Memory } from "./memory.js";
import type { NodeEvent } from "./node-event.js";
import type { RunningNode } from "./running-node.js";
import type { Provider } from "./service-lookups.js";
import type { RememberedPeer } from "./storage/remembered-peers-codec.js";

/**
 * A client knows few nodes, and those may be gone when it is switched on again: now and then it asks who offers the
 * service `bootstrap`, and remembers them beside the peers that serve it (RFC 7890 §5.4). Nothing of it is kept in
 * memory but when it was.
 */
export function seekBootstrapServers(now: Instant, on: RunningNode): void {
  const { serversSoughtAt: last } = on;
  if (last !== undefined && now < after(last, peersSavedEveryMs)) return;
  if (on.node.describeOverlay(now).servedBy.length === 0) return;
  if (on.services.find(now, on.node, bootstrapService, { isOwn: true })) on.serversSoughtAt = now;
}

/** A Fetch has ended: if it was for bootstrap servers, what was found is stored. */
export function keepBootstrapServers(
  now: Instant,
  event: Extract<NodeEvent, { kind: "fetchFinished" }>,
  on: RunningNode,
  memory: Memory,
): void {
  if (!on.services.isOwn(event.request)) return;
  const found = on.services.handleFetched(now, on.node, event);
  if (found === undefined) return;
  const serving = on.node.describeOverlay(now).servedBy.filter(({ endpoint }) => !isTunnel(endpoint));
  // A node that became a peer meanwhile remembers its neighbours.
  if (serving.length === 0) return;
  const others = found.providers.map(rememberedOf).filter((one) => one !== undefined);
  // One that serves this client may have another address for those who are elsewhere.
  const isNew = (one: RememberedPeer): boolean =>
    !serving.some(({ endpoint }) => sameEndpoint(endpoint, one.endpoint));
  memory.savePeers(now, [...serving, ...others.filter(isNew)].slice(0, rememberedPeersMax));
}

function rememberedOf({ credential, endpoint }: Provider): RememberedPeer | undefined {
  return endpoint && { nodeId: credential.nodeId, endpoint };
}
