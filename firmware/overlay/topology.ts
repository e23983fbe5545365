import type { NodeId } from "../core/node-id.js";
import type { Random } from "../core/random.js";
import type { Stage } from "../wire/kinds/neighbours.js";

/** A node as a topology sees it: this node itself or one it is linked to. */
export interface Member {
  readonly nodeId: NodeId;
  readonly stage: Stage;
}

/**
 * What decides who is near whom: which links a node keeps, where a request goes next, who holds a record. XOR is
 * the one we run; another (the ring of test/overlay/chord) fits here without a change in a message. Every function
 * is pure over the members given, whatever their order, so a topology remembers nothing but its own Node-ID.
 *
 * Distance need not be symmetric: who is responsible for the place of a Node-ID need not be whom that node is
 * linked to, so ask `order` about targets, `orderTargets` about this node's records, `around` about another's links.
 */
export interface Topology {
  /**
   * Which of two nodes is more responsible for `target`: negative when `a` is; 0 for one node with itself, never for
   * two different ones. All nodes agree on it, whoever asks; the node whose ID is the target comes first.
   */
  order(target: Uint8Array, a: Uint8Array, b: Uint8Array): number;

  /** Which of two targets this node is more responsible for, the other way round: negative when it is `a`. */
  orderTargets(a: Uint8Array, b: Uint8Array): number;

  /** The `count` members most responsible for `target`, the most responsible first. */
  nearest<T extends Member>(target: Uint8Array, members: readonly T[], count: number): T[];

  /**
   * The member to pass a request for `target` to: the most responsible one, if it is strictly more so than this node.
   * Strictness is what makes loops impossible (protocol §3, progress rule). Progress is by `order` and by no other:
   * nodes that pass a request on by one order and answer it by another can send it in a circle when their views differ,
   * for nothing in the message says which of the two it has followed.
   */
  nextHop<T extends Member>(target: Uint8Array, members: readonly T[]): T | undefined;

  /** The members this node stays linked to whatever else changes (protocol §4, I3), the nearest first. */
  siblings<T extends Member>(members: readonly T[]): T[];

  /**
   * The members that `nodeId` has most use for as links, the most useful first: whom a node that joins or asks is to
   * be told of. Of itself that is a node's siblings, and then the next.
   */
  around<T extends Member>(nodeId: NodeId, members: readonly T[], count: number): T[];

  /** Whether `member`, one of `members`, is among the `count` that `around` names; cheaper than to list them. */
  isAround(nodeId: NodeId, member: Member, members: readonly Member[], count: number): boolean;

  /**
   * Whether a link to `nodeId` would be of use beside the links to `members`, of which there may be `capacity`: of a
   * full table, whether this node cannot do without.
   */
  wants(nodeId: NodeId, members: readonly Member[], capacity: number): boolean;

  /**
   * Whether to look for a link to `nodeId` where there are too many nodes to be linked to all, and room: what is
   * wanted of a full table, and so many more in each part that the death of one leaves another.
   */
  seeks(nodeId: NodeId, members: readonly Member[]): boolean;

  /**
   * The member to give up so that `newcomer` can be linked in a full table; `undefined` when the newcomer is the least
   * useful of all. Never a sibling, never the last link into its part of the overlay (protocol §4, I5, I6). Without a
   * newcomer: the member that could go anyway, none that this node seeks. What a link is worth to its other end is not
   * seen from here: better one goes whose other end has a wide choice, and not the same one from every table.
   */
  surplus<T extends Member>(newcomer: NodeId | undefined, members: readonly T[]): T | undefined;

  /**
   * A point in the part of the overlay to look into next, for links this node should have beside those to `members`
   * and lacks (protocol §4, I2, I3): its own place, where links are missing, and everywhere in turn.
   */
  surveyTarget(random: Random, round: number, members: readonly Member[]): NodeId;

  /** How many nodes there are in all if they lie everywhere as densely as the siblings among `members`, at least 1. */
  estimate(members: readonly Member[]): number;
}
