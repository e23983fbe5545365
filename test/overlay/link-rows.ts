import { guestRows, guestShieldMs } from "../../firmware/core/limits.js";
import type { LivenessInterval } from "../../firmware/link/link-event.js";
import type { SwarmNode } from "./swarm-node.js";

/** A link between two nodes, as each end names it. */
export interface FakeLink {
  readonly ends: readonly [SwarmNode, SwarmNode];
  readonly ids: readonly [number, number];
  readonly ranks: [LivenessInterval, LivenessInterval];
  readonly digests: [Uint8Array | undefined, Uint8Array | undefined];
  readonly counters: [number, number];
  isUp: boolean;
  /** When a message went over it last, either way. */
  messageAt: number;
}

/** The made-up links that are up, by node: a node has as many as a link layer would have rows for. */
export class LinkRows {
  readonly #ofNode = new Map<SwarmNode, Set<FakeLink>>();

  of(node: SwarmNode): Set<FakeLink> {
    const links = this.#ofNode.get(node) ?? new Set<FakeLink>();
    this.#ofNode.set(node, links);
    return links;
  }

  between(a: SwarmNode, b: SwarmNode): FakeLink | undefined {
    for (const link of this.of(a)) if (link.ends.includes(b)) return link;
    return undefined;
  }

  add(link: FakeLink): void {
    for (const node of link.ends) this.of(node).add(link);
  }

  remove(link: FakeLink): void {
    for (const node of link.ends) this.of(node).delete(link);
  }

  hasRoom(node: SwarmNode): boolean {
    return this.of(node).size < node.limits.neighbours + guestRows;
  }

  /** A guest of a node that has said nothing for a moment. */
  idleGuest(node: SwarmNode, now: number): FakeLink | undefined {
    for (const link of this.of(node)) {
      const isGuest = link.ranks[link.ends[0] === node ? 0 : 1] === "guest";
      if (isGuest && now - link.messageAt >= guestShieldMs) return link;
    }
    return undefined;
  }
}
