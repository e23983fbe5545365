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
 * the one we run; another (a ring, say) fits here without a change in a message. Every function is pure over the
 * members given, so a topology remembers nothing but its own Node-ID.
 */
export interface Topology {
  /** Which of two nodes is more responsible for `target`: negative when `a` is; never 0 for two different nodes. */
  order(target: Uint8Array, a: Uint8Array, b: Uint8Array): number;

  /** The `count` members most responsible for `target`, the most responsible first. */
  nearest<T extends Member>(target: Uint8Array, members: readonly T[], count: number): T[];

  /**
   * The member to pass a request for `target` to: the most responsible one, if it is strictly more so than this node.
   * Strictness is what makes loops impossible (protocol §3, progress rule).
   */
  nextHop<T extends Member>(target: Uint8Array, members: readonly T[]): T | undefined;

  /** The members this node stays linked to whatever else changes (protocol §4, I3). */
  siblings<T extends Member>(members: readonly T[]): T[];

  /** Whether a link to `nodeId` would be of use beside the links to `members`, of which there may be `capacity`. */
  wants(nodeId: NodeId, members: readonly Member[], capacity: number): boolean;

  /**
   * The member to give up so that `newcomer` can be linked in a full table; `undefined` when the newcomer is the least
   * useful of all. Never a sibling, never the last link into its part of the overlay (protocol §4, I5, I6).
   */
  surplus<T extends Member>(newcomer: NodeId, members: readonly T[]): T | undefined;

  /**
   * A point in the part of the overlay to look into next, for links this node should have and lacks (protocol §4,
   * I2).
   */
  surveyTarget(random: Random, round: number): NodeId;
}
