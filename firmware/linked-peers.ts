import type { Endpoint } from "./core/endpoint.js";
import { sameId, type NodeId } from "./core/node-id.js";
import type { LinkId } from "./link/links.js";
import type { LinkedPeer } from "./node-event.js";

/** Who is at the other end of each link, and where; as many as there are links. */
export class LinkedPeers {
  #all: readonly LinkedPeer[] = [];

  /** A list that was taken does not change. */
  get all(): readonly LinkedPeer[] {
    return this.#all;
  }

  get(link: LinkId): LinkedPeer | undefined {
    return this.#all.find((peer) => peer.link === link);
  }

  /** The one with this Node-ID. */
  find(nodeId: NodeId): LinkedPeer | undefined {
    return this.#all.find((peer) => sameId(peer.credential.nodeId, nodeId));
  }

  /** Adds a link, or says anew who is at its other end. */
  add(peer: LinkedPeer): void {
    this.remove(peer.link);
    this.#all = [...this.#all, peer];
  }

  /** Forgets a link; returns who was there. */
  remove(link: LinkId): LinkedPeer | undefined {
    const peer = this.get(link);
    if (peer !== undefined) this.#all = this.#all.filter((other) => other !== peer);
    return peer;
  }

  /** The other end is elsewhere now; returns it as it is from now on. */
  move(link: LinkId, endpoint: Endpoint): LinkedPeer | undefined {
    const before = this.get(link);
    if (before === undefined) return undefined;
    const peer = { ...before, endpoint };
    this.#all = this.#all.map((other) => (other === before ? peer : other));
    return peer;
  }

  /** This node is elsewhere now: how the others saw it is no news any more. */
  forgetOwnEndpoints(): void {
    this.#all = this.#all.map((peer) => ({ ...peer, ownEndpoint: undefined }));
  }
}
