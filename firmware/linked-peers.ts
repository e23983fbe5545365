import type { Endpoint } from "./core/endpoint.js";
import { indexFor, type IdIndex } from "./core/id-index.js";
import { sameId, type NodeId } from "./core/node-id.js";
import { none } from "./core/none.js";
import type { LinkEvent, LinkId } from "./link/links.js";
import type { LinkedPeer, NodeEvent } from "./node-event.js";

/** Who is at the other end of each link, and where; as many as there are links. */
export class LinkedPeers {
  #all: readonly LinkedPeer[] = none;
  /** Links whose next pong somebody waits for. */
  #pinged: readonly LinkId[] = none;
  readonly #byNodeId: IdIndex<LinkedPeer> | undefined;

  /** `links`: how many there are at most. */
  constructor(links: number) {
    this.#byNodeId = indexFor(links, (peer) => peer.credential.nodeId);
  }

  /** A list that was taken does not change. */
  get all(): readonly LinkedPeer[] {
    return this.#all;
  }

  get(link: LinkId): LinkedPeer | undefined {
    return this.#all.find((peer) => peer.link === link);
  }

  /** The one with this Node-ID: the one linked last, while there are two. */
  find(nodeId: NodeId): LinkedPeer | undefined {
    if (this.#byNodeId !== undefined) return this.#byNodeId.find(nodeId);
    return this.#all.findLast((peer) => sameId(peer.credential.nodeId, nodeId));
  }

  /** Takes note of what has become of a link; what there is to tell of it. */
  handleEvent(event: LinkEvent): NodeEvent | undefined {
    switch (event.kind) {
      case "linkUp": {
        const { link, credential, endpoint, ownEndpoint } = event;
        const peer: LinkedPeer = { link, credential, endpoint, ownEndpoint };
        this.add(peer);
        return { kind: "peerLinked", peer };
      }
      case "linkDown": {
        const peer = this.remove(event.link);
        return peer && { kind: "peerLost", peer, reason: event.reason };
      }
      case "pathMoved": {
        const before = this.get(event.link);
        const peer = this.move(event.link, event.endpoint);
        return peer && before && { kind: "peerMoved", peer, from: before.endpoint };
      }
      case "pongArrived": {
        const peer = this.takePong(event.link);
        return peer && { kind: "ponged", peer, roundTripMs: event.roundTripMs };
      }
      default:
        return undefined;
    }
  }

  /** Somebody waits for the next pong of a node; returns the link to it, if there is one. */
  notePing(nodeId: NodeId): LinkId | undefined {
    const link = this.find(nodeId)?.link;
    if (link !== undefined && !this.#pinged.includes(link)) this.#pinged = [...this.#pinged, link];
    return link;
  }

  /** This node is elsewhere now: how the others saw it is no news any more. */
  forgetOwnEndpoints(): void {
    for (const peer of this.#all) this.replace(peer, { ...peer, ownEndpoint: undefined });
  }

  /** Adds a link, or says anew who is at its other end. */
  private add(peer: LinkedPeer): void {
    const before = this.get(peer.link);
    if (before !== undefined) {
      this.replace(before, peer);
      return;
    }
    this.#all = [...this.#all, peer];
    this.#byNodeId?.add(peer);
  }

  /** Forgets a link; returns who was there. */
  private remove(link: LinkId): LinkedPeer | undefined {
    const peer = this.get(link);
    if (peer === undefined) return undefined;
    this.#all = this.#all.filter((other) => other !== peer);
    this.#byNodeId?.remove(peer);
    this.#pinged = this.#pinged.filter((pinged) => pinged !== link);
    return peer;
  }

  /** The other end is elsewhere now; returns it as it is from now on. */
  private move(link: LinkId, endpoint: Endpoint): LinkedPeer | undefined {
    const before = this.get(link);
    if (before === undefined) return undefined;
    const peer = { ...before, endpoint };
    this.replace(before, peer);
    return peer;
  }

  private replace(before: LinkedPeer, peer: LinkedPeer): void {
    this.#all = this.#all.map((other) => (other === before ? peer : other));
    this.#byNodeId?.remove(before);
    this.#byNodeId?.add(peer);
  }

  /** A pong came; returns who sent it, if somebody waits for it. */
  private takePong(link: LinkId): LinkedPeer | undefined {
    if (!this.#pinged.includes(link)) return undefined;
    this.#pinged = this.#pinged.filter((pinged) => pinged !== link);
    return this.get(link);
  }
}
