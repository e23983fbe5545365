import assert from "node:assert/strict";
import { toHex } from "../../firmware/core/bytes.js";
import { idKey, sameId, type NodeId } from "../../firmware/core/node-id.js";
import { instant } from "../../firmware/core/time.js";
import type { Member } from "../../firmware/overlay/topology.js";
import type { Message } from "../../firmware/wire/message.js";
import { nearestTo } from "./checks.js";
import type { Passing } from "./fake-links.js";
import type { Swarm } from "./swarm.js";
import type { SwarmNode } from "./swarm-node.js";

/*
 * The invariants of an overlay (protocol §4) over a swarm of any topology. I1 is also checked of every message and I7
 * after every step by the swarm itself (`checks.ts`).
 */

/** The names of a node and of one that it should be linked to. */
export interface Lack {
  readonly node: string;
  readonly lacked: string;
}

/**
 * I1, watched: a request comes to no node twice; how many hops the longest way had. Where it began is not counted: a
 * question may be sent by a neighbour that is farther, and its answer be with whoever asked.
 */
export class RouteWatch {
  /** Of each request under way: the nodes it has been to on the ways by which it can have come to a node. */
  readonly #ways = new Map<string, readonly (readonly SwarmNode[])[]>();
  longest = 0;
  requests = 0;

  constructor(swarm: Swarm) {
    const { tap } = swarm.links;
    swarm.links.tap = (passing) => {
      this.#note(passing);
      return tap(passing);
    };
  }

  #note({ from, to, message }: Passing): void {
    if (!isRouted(message) || message.hops === 0) return;
    const { transaction, via } = message;
    const isFirst = via.length === 0;
    if (isFirst) this.requests++;
    const before = this.#ways.get(`${transaction} ${toHex(via.subarray(0, -2))} ${from.name}`) ?? [];
    const ways = (isFirst ? [[]] : before).filter((way) => !way.includes(to)).map((way) => [...way, to]);
    assert.ok(ways.length > 0, `I1: a request comes to ${to.name} again`);
    this.longest = Math.max(this.longest, via.length / 2 + 1);
    const key = `${transaction} ${toHex(via)} ${to.name}`;
    this.#ways.set(key, [...(this.#ways.get(key) ?? []), ...ways].slice(-waysMax));
  }
}

/** I5, I6, watched: whoever is refused is told of others, is no sibling, and is not the last link into its part. */
export class RefusalWatch {
  refusals = 0;

  constructor(swarm: Swarm) {
    const { tap } = swarm.links;
    swarm.links.tap = (passing) => {
      this.#note(passing);
      return tap(passing);
    };
  }

  #note({ from, to, message }: Passing): void {
    if (message.type !== "update" || message.stage !== "unseated") return;
    this.refusals++;
    const linked = linksOf(from).filter(({ nodeId }) => !sameId(nodeId, to.keyRing.nodeId));
    const { length } = message.contacts;
    assert.ok(length >= 1 && length <= referralsMax, "I5: a full node refers to others");
    assert.ok(!from.topology.wants(to.keyRing.nodeId, linked, 0), "I6: no sibling and no last link");
  }
}

/** I2: nodes in parts of the overlay into which a node has no link. */
export function lackedParts(living: readonly SwarmNode[]): Lack[] {
  return lacks(living, (node, linked) => {
    const siblings = siblingsOf(node, living);
    return (other) => !siblings.has(idKey(other)) && node.topology.wants(other, linked, 0);
  });
}

/** I3: siblings to whom a node has no link. */
export function lackedSiblings(living: readonly SwarmNode[]): Lack[] {
  return lacks(living, (node) => {
    const siblings = siblingsOf(node, living);
    return (other) => siblings.has(idKey(other));
  });
}

/** I4: owners whose record is not on each of the three most responsible nodes. */
export function misplaced(living: readonly SwarmNode[], owners: readonly SwarmNode[]): string[] {
  const holders = holdersByOwner(living);
  const isMisplaced = (owner: SwarmNode): boolean => {
    const held = holders.get(idKey(owner.keyRing.nodeId)) ?? [];
    return !nearestTo(living, owner.resource).every((node) => held.includes(node));
  };
  return owners.filter(isMisplaced).map(({ name }) => name);
}

/** I4 at every instant: owners of whose record there are fewer than two copies. */
export function endangered(living: readonly SwarmNode[], owners: readonly SwarmNode[]): string[] {
  const holders = holdersByOwner(living);
  const least = Math.min(2, living.length);
  return owners
    .filter(({ keyRing }) => (holders.get(idKey(keyRing.nodeId))?.length ?? 0) < least)
    .map(({ name }) => name);
}

/** The nodes that a node is linked to, as its topology sees them. */
export function linksOf(node: SwarmNode): Member[] {
  return node.overlay.describe(instant(0)).neighbours.map(({ nodeId, stage }): Member => ({ nodeId, stage }));
}

function lacks(
  living: readonly SwarmNode[],
  needsOf: (node: SwarmNode, linked: readonly Member[]) => (other: NodeId) => boolean,
): Lack[] {
  return living.flatMap((node) => {
    const linked = linksOf(node);
    const known = new Set(linked.map(({ nodeId }) => idKey(nodeId)));
    const needs = needsOf(node, linked);
    return living
      .filter((other) => other !== node && !known.has(idKey(other.keyRing.nodeId)))
      .filter((other) => needs(other.keyRing.nodeId))
      .map((lacked) => ({ node: node.name, lacked: lacked.name }));
  });
}

/** The siblings that `node` has among all that live, as keys. */
function siblingsOf(node: SwarmNode, living: readonly SwarmNode[]): ReadonlySet<string> {
  const members = living
    .filter((each) => each !== node)
    .map(({ keyRing }): Member => ({ nodeId: keyRing.nodeId, stage: "peer" }));
  return new Set(node.topology.siblings(members).map(({ nodeId }) => idKey(nodeId)));
}

/** Which nodes hold a registration of whom. */
function holdersByOwner(living: readonly SwarmNode[]): ReadonlyMap<string, readonly SwarmNode[]> {
  const holders = new Map<string, SwarmNode[]>();
  for (const node of living) {
    for (const { key, isTombstone } of node.overlay.describe(instant(0)).held) {
      if (isTombstone) continue;
      const held = holders.get(idKey(key));
      if (held === undefined) holders.set(idKey(key), [node]);
      else held.push(node);
    }
  }
  return holders;
}

function isRouted(message: Message): message is Extract<Message, { type: "store" | "fetch" | "find" }> {
  return message.type === "store" || message.type === "fetch" || message.type === "find";
}

/** A request that is tried again, or goes around a hop, comes by few ways; older ones are forgotten. */
const waysMax = 8;

/** Others that a node names where it has no row. */
const referralsMax = 3;
