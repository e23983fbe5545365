import { demotionsAtOnceMax } from "../core/limits.js";
import { sameId, type NodeId } from "../core/node-id.js";
import { none } from "../core/none.js";
import { after, type Instant } from "../core/time.js";

/** A peer that was let go, until it is a client or its time is over. */
interface Grant {
  readonly nodeId: NodeId;
  readonly until: Instant;
}

/**
 * Which peers a host lets become clients, and when (protocol §4): four at a time, so that never many hand their records
 * over at once, and no more than it has room for.
 */
export class RoleAdmission {
  #grants: readonly Grant[] = none;

  /** Whether a peer that asks may become a client; `free`: clients this node would still take. */
  grants(now: Instant, nodeId: NodeId, free: number): boolean {
    this.#grants = this.#grants.filter((grant) => grant.until > now && !sameId(grant.nodeId, nodeId));
    if (this.#grants.length >= Math.min(demotionsAtOnceMax, free)) return false;
    this.#grants = [...this.#grants, { nodeId, until: after(now, handoverMs) }];
    return true;
  }

  /** That node is a client now, or gone. */
  handleEnded(nodeId: NodeId): void {
    if (this.#grants.length === 0) return;
    this.#grants = this.#grants.filter((grant) => !sameId(grant.nodeId, nodeId));
  }
}

/** A peer that was let go and is not heard of again has had time enough to hand its records over, ms. */
const handoverMs = 30_000;
