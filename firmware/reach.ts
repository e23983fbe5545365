import type { Endpoint } from "./core/endpoint.js";
import { reachMsMax, reachesMax, sipWaitingMax } from "./core/limits.js";
import { idKey, type NodeId } from "./core/node-id.js";
import { after, type Deadline, type Instant } from "./core/time.js";
import type { Credential } from "./identity/credential.js";

/** A node that something is to be said to, and to which there is no link yet. */
interface Wanted {
  readonly nodeId: NodeId;
  readonly credential: Credential | undefined;
  /** SIP waiting for the link, oldest first. */
  readonly waiting: Uint8Array[];
  readonly until: Instant;
  /** The overlay's number of the Find that asks where the node is. */
  readonly request: number;
}

/** What came of trying to reach a node. */
export type ReachEffect =
  | {
      readonly kind: "connect";
      readonly endpoint: Endpoint;
      readonly nodeId: NodeId;
      readonly credential?: Credential;
    }
  | { readonly kind: "unreachable"; readonly nodeId: NodeId; readonly reason: UnreachableReason };

/** Why a node could not be reached. */
export type UnreachableReason = "unknown-place" | "no-answer" | "gone";

/**
 * Reaching a node by its Node-ID where no link stands: ask the overlay where it is, open a link there, and keep what is to be
 * said until it is up. In a full mesh (N ≤ 24) nearly every node is linked already and nothing of this runs; one that
 * was linked a moment ago, or is beyond the rows of a small table, is reached so.
 */
export class Reach {
  readonly #wanted = new Map<string, Wanted>();
  readonly #effects: ReachEffect[] = [];

  /** Whether a node is being sought already. */
  seeks(nodeId: NodeId): boolean {
    return this.#wanted.has(idKey(nodeId));
  }

  /**
   * Begins to seek `nodeId`, with what is to be said first. `request` is the Find the caller has made for it.
   * False when too many nodes are sought already.
   */
  seek(now: Instant, sought: { nodeId: NodeId; credential?: Credential }, request: number): boolean {
    if (this.#wanted.size >= reachesMax) return false;
    this.#wanted.set(idKey(sought.nodeId), {
      nodeId: sought.nodeId,
      credential: sought.credential,
      waiting: [],
      until: after(now, reachMsMax),
      request,
    });
    return true;
  }

  /** Keeps `sip` for the node being sought; past the bound the oldest is dropped, as a network would. */
  hold(nodeId: NodeId, sip: Uint8Array): void {
    const wanted = this.#wanted.get(idKey(nodeId));
    if (wanted === undefined) return;
    wanted.waiting.push(sip);
    if (wanted.waiting.length > sipWaitingMax) wanted.waiting.shift();
  }

  /** The overlay's answer to a Find: where the node is, or that nobody knows. */
  handleFound(request: number, endpoint: Endpoint | undefined): void {
    for (const [key, wanted] of this.#wanted) {
      if (wanted.request !== request) continue;
      if (endpoint !== undefined) {
        const { nodeId, credential } = wanted;
        this.#effects.push({ kind: "connect", endpoint, nodeId, ...(credential && { credential }) });
        return;
      }
      this.#wanted.delete(key);
      this.#effects.push({ kind: "unreachable", nodeId: wanted.nodeId, reason: "unknown-place" });
      return;
    }
  }

  /** A link to the node is up: returns what was waiting for it, in order. */
  handleLinkUp(nodeId: NodeId): readonly Uint8Array[] {
    const key = idKey(nodeId);
    const wanted = this.#wanted.get(key);
    if (wanted === undefined) return [];
    this.#wanted.delete(key);
    return wanted.waiting;
  }

  /** The link could not be opened. */
  handleConnectFailed(nodeId: NodeId): void {
    const key = idKey(nodeId);
    if (!this.#wanted.delete(key)) return;
    this.#effects.push({ kind: "unreachable", nodeId, reason: "no-answer" });
  }

  handleTimeout(now: Instant): void {
    for (const [key, wanted] of this.#wanted) {
      if (wanted.until > now) continue;
      this.#wanted.delete(key);
      this.#effects.push({ kind: "unreachable", nodeId: wanted.nodeId, reason: "no-answer" });
    }
  }

  pollTimeout(): Deadline | undefined {
    let at: Instant | undefined;
    for (const { until } of this.#wanted.values()) if (at === undefined || until < at) at = until;
    return at === undefined ? undefined : { at, reason: "a node sought did not answer" };
  }

  pollEffect(): ReachEffect | undefined {
    return this.#effects.shift();
  }
}
