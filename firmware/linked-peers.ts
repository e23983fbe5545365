import type { Endpoint } from "./core/endpoint.js";
import { sameId, type NodeId } from "./core/node-id.js";
import type { LinkId } from "./link/links.js";
import type { LinkedPeer } from "./node-event.js";

/** Who is at the other end of each link, and where; as many as there are links. */
export class LinkedPeers {
  readonly #peers = new Map<LinkId, LinkedPeer>();

  get(link: LinkId): LinkedPeer | undefined {
    return this.#peers.get(link);
  }

  /** The one with this Node-ID. */
  find(nodeId: NodeId): LinkedPeer | undefined {
    for (const peer of this.#peers.values()) if (sameId(peer.credential.nodeId, nodeId)) return peer;
    return undefined;
  }

  all(): readonly LinkedPeer[] {
    return [...this.#peers.values()];
  }

  add(peer: LinkedPeer): void {
    this.#peers.set(peer.link, peer);
  }

  /** Forgets a link; returns who was there. */
  remove(link: LinkId): LinkedPeer | undefined {
    const peer = this.#peers.get(link);
    this.#peers.delete(link);
    return peer;
  }

  /** The other end is elsewhere now; returns it as it is from now on. */
  move(link: LinkId, endpoint: Endpoint): LinkedPeer | undefined {
    const before = this.#peers.get(link);
    if (before === undefined) return undefined;
    const peer = { ...before, endpoint };
    this.#peers.set(link, peer);
    return peer;
  }

  /** This node is elsewhere now: how the others saw it is no news any more. */
  forgetOwnEndpoints(): void {
    for (const [link, peer] of this.#peers) this.#peers.set(link, { ...peer, ownEndpoint: undefined });
  }
}
