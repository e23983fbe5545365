import { compareBytes } from "../../../firmware/core/bytes.js";
import { bucketRowsMin, siblingsMax } from "../../../firmware/core/limits.js";
import { idBytes, nodeId, type NodeId } from "../../../firmware/core/node-id.js";
import { randomBytes, type Random } from "../../../firmware/core/random.js";
import type { Member, Topology } from "../../../firmware/overlay/topology.js";

/**
 * A plain ring in the manner of Chord: IDs stand on a circle, a key belongs to the first node at or after it, and
 * its copies to the next ones. Distance is that from the key clockwise to the node, so it is not symmetric. A node
 * keeps as many successors as predecessors and, on both sides, a finger in each arc that begins where the one
 * before ends and is half as long; fingers of both sides because a link serves both its ends.
 *
 * A request moves to the known node that follows the key most closely; what is left of the way from the key shrinks
 * with every hop. Chord as published goes the other way round, up to the key and then one step across it: there who
 * is next and who is responsible are two orders, and nodes whose views differ can send a request in a circle.
 */
export class ChordTopology implements Topology {
  readonly #self: NodeId;
  readonly #siblings: number;

  constructor(self: NodeId, rows: number) {
    this.#self = self;
    this.#siblings = Math.max(1, Math.min(siblingsMax, rows - bucketRowsMin));
  }

  order(target: Uint8Array, a: Uint8Array, b: Uint8Array): number {
    return compareClockwise(target, a, b);
  }

  orderTargets(a: Uint8Array, b: Uint8Array): number {
    return compareCounterClockwise(this.#self, a, b);
  }

  nearest<T extends Member>(target: Uint8Array, members: readonly T[], count: number): T[] {
    return clockwise(target, members).slice(0, count);
  }

  nextHop<T extends Member>(target: Uint8Array, members: readonly T[]): T | undefined {
    const [first] = this.nearest(target, members, 1);
    return first !== undefined && this.order(target, first.nodeId, this.#self) < 0 ? first : undefined;
  }

  siblings<T extends Member>(members: readonly T[]): T[] {
    return this.around(this.#self, members, this.#siblings);
  }

  /** Successor, predecessor, second successor and so on. */
  around<T extends Member>(id: NodeId, members: readonly T[], count: number): T[] {
    const successors = clockwise(id, members);
    const chosen: T[] = [];
    for (let at = 0; at < successors.length; at++) {
      for (const member of [successors[at], successors.at(-1 - at)]) {
        if (member !== undefined && chosen.length < count && !chosen.includes(member)) chosen.push(member);
      }
    }
    return chosen;
  }

  isAround(id: NodeId, member: Member, members: readonly Member[], count: number): boolean {
    return this.around(id, members, count).some((each) => each === member);
  }

  wants(id: NodeId, members: readonly Member[], capacity: number): boolean {
    return members.length < capacity || this.#isOfUse(id, members, 1);
  }

  seeks(id: NodeId, members: readonly Member[]): boolean {
    return this.#isOfUse(id, members, arcLinks);
  }

  /**
   * Of those that are no siblings nor the last of their arc: one of the longest arc, for its other end finds others
   * there most easily; which one, is as good as chance, so that nobody is given up by all. Who comes has a need of
   * this link, or would not.
   */
  surplus<T extends Member>(newcomer: NodeId | undefined, members: readonly T[]): T | undefined {
    const linked: Member[] = [...members];
    if (newcomer !== undefined) linked.push({ nodeId: newcomer, stage: "peer" });
    const kept = this.siblings(linked);
    const sizes = this.#arcSizes(linked);
    const spare = members.filter((member) => {
      const size = sizes.get(arcOf(this.#self, member.nodeId)) ?? 0;
      return size > arcLinks && !kept.includes(member);
    });
    return clockwise(this.#self, spare).sort((a, b) => this.#useOf(a) - this.#useOf(b))[0];
  }

  /**
   * Of three rounds one is for the place of the farthest predecessor, for what follows it are the siblings; one for an
   * arc with too few links; one for each arc in turn, down to those of the siblings.
   */
  surveyTarget(random: Random, round: number, members: readonly Member[]): NodeId {
    const siblings = this.siblings(members);
    const predecessor = clockwise(this.#self, siblings)[Math.ceil(siblings.length / 2)];
    if (round % 3 === 0 && predecessor !== undefined) return predecessor.nodeId;
    const depths = siblings.slice(-2).map(({ nodeId }) => Math.abs(arcOf(this.#self, nodeId)));
    const arcs: number[] = [];
    for (let scale = 1; scale <= Math.max(1, ...depths); scale++) arcs.push(scale, -scale);
    const sizes = this.#arcSizes(members);
    const fewest = Math.min(...arcs.map((arc) => sizes.get(arc) ?? 0));
    const lacking = arcs.filter((arc) => fewest < arcLinks && (sizes.get(arc) ?? 0) === fewest);
    const places = round % 3 === 1 && lacking.length > 0 ? lacking : arcs;
    const arc = places[Math.floor(round / 3) % places.length] ?? 1;
    const distance = distanceWithin(Math.abs(arc), random);
    return nodeId(arc > 0 ? sum(this.#self, distance) : difference(this.#self, distance));
  }

  /** The siblings of both sides stand on a share of the circle: that of this node and the arcs between them. */
  estimate(members: readonly Member[]): number {
    const siblings = this.siblings(members);
    if (siblings.length < 2) return 1 + siblings.length;
    const successors = clockwise(this.#self, siblings);
    const half = Math.ceil(siblings.length / 2);
    const last = successors[half - 1]?.nodeId ?? this.#self;
    const first = successors[half]?.nodeId ?? this.#self;
    return Math.max(1, Math.round(siblings.length / shareOf(difference(last, first))));
  }

  /** Whether it would be a sibling, or there are fewer than `count` links into its arc. */
  #isOfUse(id: NodeId, members: readonly Member[], count: number): boolean {
    const newcomer: Member = { nodeId: id, stage: "peer" };
    if (this.siblings([...members, newcomer]).includes(newcomer)) return true;
    return (this.#arcSizes(members).get(arcOf(this.#self, id)) ?? 0) < count;
  }

  /** Grows as the arc of a member becomes shorter; within an arc it depends on the last bytes of both Node-IDs. */
  #useOf({ nodeId }: Member): number {
    const chance = (this.#self[idBytes - 1] ?? 0) ^ (nodeId[idBytes - 1] ?? 0);
    return 256 * Math.abs(arcOf(this.#self, nodeId)) + chance;
  }

  #arcSizes(members: readonly Member[]): ReadonlyMap<number, number> {
    const sizes = new Map<number, number>();
    for (const { nodeId } of members) {
      const arc = arcOf(this.#self, nodeId);
      sizes.set(arc, (sizes.get(arc) ?? 0) + 1);
    }
    return sizes;
  }
}

/** The members in the order in which one meets them from `from` on, clockwise. */
function clockwise<T extends Member>(from: Uint8Array, members: readonly T[]): T[] {
  const sorted = [...members].sort((a, b) => compareBytes(a.nodeId, b.nodeId));
  const first = sorted.findIndex(({ nodeId }) => compareBytes(nodeId, from) >= 0);
  return first < 0 ? sorted : [...sorted.slice(first), ...sorted.slice(0, first)];
}

/** Which of two points is met first from `from` on, clockwise: with IDs that grow, and again from 0. */
function compareClockwise(from: Uint8Array, a: Uint8Array, b: Uint8Array): number {
  const wrapped = Number(compareBytes(a, from) < 0) - Number(compareBytes(b, from) < 0);
  return wrapped === 0 ? compareBytes(a, b) : wrapped;
}

function compareCounterClockwise(from: Uint8Array, a: Uint8Array, b: Uint8Array): number {
  const wrapped = Number(compareBytes(a, from) > 0) - Number(compareBytes(b, from) > 0);
  return wrapped === 0 ? compareBytes(b, a) : wrapped;
}

/** The number of the arc that `id` is in, seen from `self`: of each length one on either side. */
function arcOf(self: Uint8Array, id: Uint8Array): number {
  const ahead = difference(id, self);
  const isAhead = (ahead[0] ?? 0) < 0x80;
  const scale = leadingZeros(isAhead ? ahead : difference(self, id));
  return isAhead ? scale : -scale;
}

function leadingZeros(distance: Uint8Array): number {
  const at = distance.findIndex((byte) => byte !== 0);
  return at < 0 ? 8 * idBytes : 8 * at + Math.clz32(distance[at] ?? 0) - 24;
}

/** `a` + `b` on the circle. */
function sum(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(idBytes);
  let carry = 0;
  for (let at = idBytes - 1; at >= 0; at--) {
    carry += (a[at] ?? 0) + (b[at] ?? 0);
    bytes[at] = carry;
    carry >>= 8;
  }
  return bytes;
}

/** The way from `b` to `a`, clockwise. */
function difference(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(idBytes);
  let borrow = 0;
  for (let at = idBytes - 1; at >= 0; at--) {
    const digit = (a[at] ?? 0) - (b[at] ?? 0) + borrow;
    bytes[at] = digit;
    borrow = digit >> 8;
  }
  return bytes;
}

/** A way as a share of the whole circle. */
function shareOf(distance: Uint8Array): number {
  let share = 0;
  for (let at = 5; at >= 0; at--) share = (share + (distance[at] ?? 0)) / 256;
  return share;
}

/** A way of a random length, to a point of an arc of this number. */
function distanceWithin(scale: number, random: Random): Uint8Array {
  const distance = randomBytes(random, idBytes).fill(0, 0, scale >> 3);
  const first = distance[scale >> 3] ?? 0;
  distance[scale >> 3] = (first & (0xff >> (scale & 7))) | (0x80 >> (scale & 7));
  return distance;
}

/** Links looked for in each arc: there are twice as many arcs as XOR has buckets, which take two links each. */
const arcLinks = 1;
