import { bucketRowsMin, siblingsMax } from "../core/limits.js";
import { compareDistance, idBytes, nodeId, sharedBits, type NodeId } from "../core/node-id.js";
import { randomBytes, type Random } from "../core/random.js";
import type { Member, Topology } from "./topology.js";

/**
 * The XOR metric with a sibling list (Kademlia, hardened as S/Kademlia has it). Distance is symmetric, so a link
 * serves both ends and joining is commutative: the order of arrival does not matter (protocol §0).
 */
export class XorTopology implements Topology {
  readonly #self: NodeId;
  readonly #siblings: number;

  /** `rows`: links there may be. A small table keeps fewer siblings: some rows are for the rest of the overlay. */
  constructor(self: NodeId, rows: number) {
    this.#self = self;
    this.#siblings = Math.max(1, Math.min(siblingsMax, rows - bucketRowsMin));
  }

  order(target: Uint8Array, a: Uint8Array, b: Uint8Array): number {
    return compareDistance(target, a, b);
  }

  nearest<T extends Member>(target: Uint8Array, members: readonly T[], count: number): T[] {
    const best: T[] = [];
    for (const member of members) {
      let at = best.length;
      while (at > 0 && nearer(target, member, best[at - 1])) at--;
      if (at >= count) continue;
      best.splice(at, 0, member);
      if (best.length > count) best.pop();
    }
    return best;
  }

  nextHop<T extends Member>(target: Uint8Array, members: readonly T[]): T | undefined {
    const [first] = this.nearest(target, members, 1);
    return first !== undefined && compareDistance(target, first.nodeId, this.#self) < 0 ? first : undefined;
  }

  siblings<T extends Member>(members: readonly T[]): T[] {
    return this.nearest(this.#self, members, this.#siblings);
  }

  wants(id: NodeId, members: readonly Member[], capacity: number): boolean {
    if (members.length < capacity) return true;
    if (this.isSibling(id, members)) return true;
    const bucket = sharedBits(this.#self, id);
    return !members.some((member) => sharedBits(this.#self, member.nodeId) === bucket);
  }

  surplus<T extends Member>(newcomer: NodeId, members: readonly T[]): T | undefined {
    if (!this.wants(newcomer, members, members.length)) return undefined;
    const isSibling = this.isSibling(newcomer, members);
    const kept = this.nearest(this.#self, members, isSibling ? this.#siblings - 1 : this.#siblings);
    const inBucket = this.bucketSizes([newcomer, ...members.map(({ nodeId }) => nodeId)]);
    let farthest: T | undefined;
    for (const member of members) {
      if (kept.includes(member)) continue;
      if ((inBucket[sharedBits(this.#self, member.nodeId)] ?? 0) < 2) continue;
      if (farthest === undefined || compareDistance(this.#self, member.nodeId, farthest.nodeId) > 0) {
        farthest = member;
      }
    }
    return farthest;
  }

  /** How many of these nodes share so many bits with this one. */
  private bucketSizes(ids: readonly NodeId[]): readonly number[] {
    const sizes = new Array<number>(8 * idBytes + 1).fill(0);
    for (const id of ids) {
      const bucket = sharedBits(this.#self, id);
      sizes[bucket] = (sizes[bucket] ?? 0) + 1;
    }
    return sizes;
  }

  /** Whether a node that is no member yet is nearer than the farthest of the siblings there may be. */
  private isSibling(id: NodeId, members: readonly Member[]): boolean {
    const siblings = this.siblings(members);
    const farthest = siblings.at(-1);
    if (farthest === undefined || siblings.length < this.#siblings) return true;
    return compareDistance(this.#self, id, farthest.nodeId) < 0;
  }

  /** A random point in one of the buckets that a small overlay fills, each in turn. */
  surveyTarget(random: Random, round: number): NodeId {
    const bucket = round % surveyedBuckets;
    const target = randomBytes(random, idBytes);
    for (let bit = 0; bit < bucket; bit++) copyBit(target, this.#self, bit, false);
    copyBit(target, this.#self, bucket, true);
    return nodeId(target);
  }
}

function nearer(target: Uint8Array, member: Member, than: Member | undefined): boolean {
  return than !== undefined && compareDistance(target, member.nodeId, than.nodeId) < 0;
}

/** Sets one bit of `target` to that of `source`, or to its opposite. */
function copyBit(target: Uint8Array, source: Uint8Array, bit: number, flipped: boolean): void {
  const at = bit >> 3;
  const mask = 0x80 >> (bit & 7);
  const one = ((source[at] ?? 0) & mask) !== 0;
  target[at] = one === flipped ? (target[at] ?? 0) & ~mask : (target[at] ?? 0) | mask;
}

/** Buckets looked into in turn: enough for a few dozen nodes; the siblings cover the rest. */
const surveyedBuckets = 6;
