import { fromHex, toHex } from "./bytes.js";
import { endpointText, type Endpoint } from "./endpoint.js";
import { idBytes, nodeId, shortId, type NodeId } from "./node-id.js";

/**
 * Where a frame goes that the overlay carries (protocol §3, Tunnel), as an endpoint: to a node, or back along the
 * handles by which a frame of another came. The text says the whole way, so nobody keeps a table of tunnels; the port
 * is 0, which no endpoint of a network has.
 */
export type TunnelWay =
  /** `first` itself, or `client`, which is linked to the peer `first`. */
  | { readonly kind: "to"; readonly first: NodeId; readonly client?: NodeId }
  /** A stack of handles, the topmost one our own. */
  | { readonly kind: "back"; readonly via: Uint8Array };

/** Whether the overlay carries what goes to this endpoint. */
export function isTunnel({ port }: Endpoint): boolean {
  return port === 0;
}

/** The endpoint of a node that is reached through a tunnel, by itself or as the client of `first`. */
export function tunnelTo(first: NodeId, client?: NodeId): Endpoint {
  return { address: toMark + toHex(first) + (client === undefined ? "" : toHex(client)), port: 0 };
}

/** The endpoint of who sent something through a tunnel: the way its message has come, 2 .. 32 B. */
export function tunnelBack(via: Uint8Array): Endpoint {
  return { address: backMark + toHex(via), port: 0 };
}

/** What such an endpoint says, or `undefined` for any other. */
export function tunnelWay({ address, port }: Endpoint): TunnelWay | undefined {
  if (port !== 0) return undefined;
  if (address.startsWith(backMark)) {
    const via = fromHex(address.slice(backMark.length));
    return via && { kind: "back", via };
  }
  const ids = address.startsWith(toMark) ? fromHex(address.slice(toMark.length)) : undefined;
  if (ids === undefined || (ids.length !== idBytes && ids.length !== 2 * idBytes)) return undefined;
  const first = nodeId(ids.slice(0, idBytes));
  return ids.length === idBytes
    ? { kind: "to", first }
    : { kind: "to", first, client: nodeId(ids.slice(idBytes)) };
}

/** What a person sees of a path: an address, "tunnel", or "tunnel by a3f1", the node on the way that was chosen. */
export function pathText(endpoint: Endpoint): string {
  const way = tunnelWay(endpoint);
  if (way === undefined) return endpointText(endpoint);
  return way.kind === "to" && way.client !== undefined ? `tunnel by ${shortId(way.first)}` : "tunnel";
}

/** No address of a network begins so. */
const toMark = "tunnel-to-";
const backMark = "tunnel-back-";
