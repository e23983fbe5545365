import { assert } from "../core/assert.js";
import { copyBytes } from "../core/bytes.js";
import { decodeEndpoint, encodeEndpoint, type Endpoint } from "../core/endpoint.js";
import { rememberedPeersMax } from "../core/limits.js";
import { idBytes, nodeId, type NodeId } from "../core/node-id.js";
import type { CborReader } from "../wire/cbor-reader.js";
import { CborWriter } from "../wire/cbor-writer.js";

/** A peer that was linked before the last switching off: tried first at the next start. */
export interface RememberedPeer {
  readonly nodeId: NodeId;
  readonly endpoint: Endpoint;
}

/** Peers as a content for storage, at most `rememberedPeersMax`, best first (rule `stored-peers`). */
export function encodeRememberedPeers(peers: readonly RememberedPeer[]): Uint8Array {
  assert(peers.length <= rememberedPeersMax, "more peers than are stored");
  const writer = new CborWriter("stored-peers").array(peers.length);
  for (const peer of peers) {
    const endpoint = encodeEndpoint(peer.endpoint);
    assert(endpoint !== undefined, "a remembered peer's address is an IP address");
    writer.array(2).bytes(peer.nodeId).bytes(endpoint);
  }
  return writer.finish();
}

/** Peers from storage. Total. */
export function readRememberedPeers(reader: CborReader): RememberedPeer[] {
  const count = reader.array("peers", 0, rememberedPeersMax);
  const peers: RememberedPeer[] = [];
  for (let i = 0; i < count && !reader.failed; i++) peers.push(readPeer(reader));
  return peers;
}

function readPeer(reader: CborReader): RememberedPeer {
  reader.array("peer", 2, 2);
  const id = nodeId(copyBytes(reader.bytes("node-id", idBytes)));
  const at = reader.offset;
  const endpoint = decodeEndpoint(reader.bytes("endpoint", 6, 18));
  if (endpoint === undefined) reader.fail("endpoint", "wrong-length", at);
  return { nodeId: id, endpoint: endpoint ?? { address: "0.0.0.0", port: 1 } };
}
