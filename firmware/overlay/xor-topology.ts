import { bucketLinksMax, bucketRowsMin, rowsForBucketLink, siblingsMax, spareLinks } from "../core/limits.js";
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
  /** Links it looks for in each bucket. */
  readonly #bucketLinks: number;

  /** `rows`: links there may be. A small table keeps fewer siblings: some rows are for the rest of the overlay. */
  constructor(self: NodeId, rows: number) {
    this.#self = self;
    this.#siblings = Math.max(1, Math.min(siblingsMax, rows - bucketRowsMin));
    this.#bucketLinks = Math.max(1, Math.min(bucketLinksMax, Math.floor(rows / rowsForBucketLink)));
  }

  order(target: Uint8Array, a: Uint8Array, b: Uint8Array): number {
    return compareDistance(target, a, b);
  }

  /** Distance is symmetric. */
  orderTargets(a: Uint8Array, b: Uint8Array): number {
    return compareDistance(this.#self, a, b);
  }

  nearest<T extends Member>(target: Uint8Array, members: readonly T[], count: number): T[] {
    const best: T[] = [];
    for (const member of members) {
      let at = best.length;
      if (at >= count && !nearer(target, member, best[--at])) continue;
      for (; at > 0 && nearer(target, member, best[at - 1]); at--) best[at] = best[at - 1] as T;
      best[at] = member;
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

  /** Distance is symmetric: whoever is near a node is of use to it. */
  around<T extends Member>(id: NodeId, members: readonly T[], count: number): T[] {
    return this.nearest(id, members, count);
  }

  isAround(id: NodeId, member: Member, members: readonly Member[], count: number): boolean {
    let before = 0;
    for (const other of members) if (nearer(id, other, member) && ++before >= count) return false;
    return true;
  }

  wants(id: NodeId, members: readonly Member[], capacity: number): boolean {
    return members.length < capacity || this.isOfUse(id, members, 1);
  }

  seeks(id: NodeId, members: readonly Member[]): boolean {
    return this.isOfUse(id, members, this.#bucketLinks);
  }

  /**
   * The farthest of those that are no siblings and more than two in their bucket: nobody needs them here, while who
   * comes has looked for this link. For a sibling and for the first of a bucket the farthest of two goes, too.
   */
  surplus<T extends Member>(newcomer: NodeId | undefined, members: readonly T[]): T | undefined {
    const linked = members.map(({ nodeId }) => nodeId);
    const kept = this.keptBeside(newcomer, members);
    const least = newcomer === undefined ? Math.max(this.#bucketLinks, spareLinks) : spareLinks;
    const spare = this.farthestBeyond(least, { members, kept, sizes: this.bucketSizes(linked) });
    if (newcomer === undefined || spare !== undefined) return spare;
    if (!this.wants(newcomer, members, members.length)) return undefined;
    return this.farthestBeyond(1, { members, kept, sizes: this.bucketSizes([newcomer, ...linked]) });
  }

  /** The farthest of those that are not kept in any case, in a bucket with more than `count` links. */
  private farthestBeyond<T extends Member>(
    count: number,
    table: { members: readonly T[]; kept: readonly Member[]; sizes: readonly number[] },
  ): T | undefined {
    let farthest: T | undefined;
    for (const member of table.members) {
      if ((table.sizes[sharedBits(this.#self, member.nodeId)] ?? 0) <= count) continue;
      if (farthest !== undefined && nearer(this.#self, member, farthest)) continue;
      if (!table.kept.includes(member)) farthest = member;
    }
    return farthest;
  }

  /** The siblings that there are beside a newcomer, who may take the place of the farthest. */
  private keptBeside(newcomer: NodeId | undefined, members: readonly Member[]): readonly Member[] {
    const takesPlace = newcomer !== undefined && this.isSibling(newcomer, members);
    return this.nearest(this.#self, members, takesPlace ? this.#siblings - 1 : this.#siblings);
  }

  /** Whether it is a sibling, or there are fewer than `count` links into its bucket. */
  private isOfUse(id: NodeId, members: readonly Member[], count: number): boolean {
    if (this.isSibling(id, members)) return true;
    const bucket = sharedBits(this.#self, id);
    let links = 0;
    for (const { nodeId } of members) if (sharedBits(this.#self, nodeId) === bucket) links++;
    return links < count;
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

  /**
   * Of three rounds one is for this node's own place, one for a bucket with too few links, one for each bucket in turn
   * down to that of the farthest sibling.
   */
  surveyTarget(random: Random, round: number, members: readonly Member[]): NodeId {
    if (round % 3 === 0) return this.#self;
    const farthest = this.siblings(members).at(-1);
    const depth = farthest === undefined ? 0 : sharedBits(this.#self, farthest.nodeId);
    const turn = Math.floor(round / 3);
    const lacking = round % 3 === 1 ? this.lackingBucket(depth, turn, members) : undefined;
    const bucket = lacking ?? turn % (depth + 1);
    const target = randomBytes(random, idBytes);
    for (let bit = 0; bit < bucket; bit++) copyBit(target, this.#self, bit, false);
    copyBit(target, this.#self, bucket, true);
    return nodeId(target);
  }

  /** One of the buckets before `depth` that have the fewest links, and fewer than they should. */
  private lackingBucket(depth: number, turn: number, members: readonly Member[]): number | undefined {
    const sizes = this.bucketSizes(members.map(({ nodeId }) => nodeId)).slice(0, depth);
    for (let links = 0; links < this.#bucketLinks; links++) {
      const first = sizes.indexOf(links, turn % Math.max(1, depth));
      const lacking = first < 0 ? sizes.indexOf(links) : first;
      if (lacking >= 0) return lacking;
    }
    return undefined;
  }

  /** Of N evenly spread, the k-th nearest is at k/N. */
  estimate(members: readonly Member[]): number {
    const siblings = this.siblings(members);
    const farthest = siblings.at(-1);
    if (farthest === undefined) return 1;
    let share = 0;
    for (let at = 5; at >= 0; at--) {
      share = (share + ((this.#self[at] ?? 0) ^ (farthest.nodeId[at] ?? 0))) / 256;
    }
    return Math.max(1, Math.round(siblings.length / share));
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
