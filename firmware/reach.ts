import { ExpiringMap } from "./core/bounded.js";
import type { Endpoint } from "./core/endpoint.js";
import { placeKeptMs, placesMax, reachMsMax, reachesMax, sipWaitingMax } from "./core/limits.js";
import { idKey, sameId, type NodeId } from "./core/node-id.js";
import { after, type Deadline, type Instant } from "./core/time.js";
import type { Credential } from "./identity/credential.js";
import { mayPass, roomAgainMs } from "./overlay/room.js";

/** A node that something is to be said to, and to which there is no link yet. */
interface Wanted {
  readonly nodeId: NodeId;
  readonly credential: Credential | undefined;
  /** SIP waiting for the link, oldest first. */
  readonly waiting: Uint8Array[];
  readonly until: Instant;
  /** The overlay's number of the Find that asks where the node is, once one was made. */
  request: number | undefined;
  /** When it is sought once more, where there was no room for a link. */
  againAt: Instant | undefined;
}

/** Whom to reach; with its credential, where that is known, the handshake is short. */
export interface Sought {
  readonly nodeId: NodeId;
  readonly credential?: Credential;
}

/** What came of trying to reach a node. */
export type ReachEffect =
  | {
      readonly kind: "connect";
      readonly endpoint: Endpoint;
      readonly nodeId: NodeId;
      readonly credential?: Credential;
    }
  /** Ask the overlay where the node is, and tell `noteFind` the number of the request. */
  | { readonly kind: "find"; readonly nodeId: NodeId }
  | { readonly kind: "unreachable"; readonly nodeId: NodeId; readonly reason: UnreachableReason };

/** Why a node could not be reached. */
export type UnreachableReason = "unknown-place" | "no-answer";

/**
 * Reaching a node by its Node-ID where no link stands: a link is opened where hearsay has it, else where the
 * overlay says it is, and what is to be said is kept until the link is up. Who is asked, and in how many ways until
 * somebody names the node, is the overlay's matter. In a full mesh (N ≤ 24) nearly every node is linked already and
 * nothing of this runs; one that was linked a moment ago, or is beyond the rows of a small table, is reached so.
 */
export class Reach {
  readonly #wanted: Map<string, Wanted> = new Map();
  readonly #places: ExpiringMap<Endpoint> = new ExpiringMap(placesMax);
  readonly #effects: ReachEffect[] = [];

  /** Nodes being sought, and places known by hearsay. */
  occupancy(): Readonly<Record<"sought" | "places", number>> {
    return { sought: this.#wanted.size, places: this.#places.size };
  }

  /** Somebody said where a node is: a place to try first. Only its own handshake proves that it is there. */
  noteContact(now: Instant, { nodeId, endpoint }: { nodeId: NodeId; endpoint: Endpoint }): void {
    this.#places.set(idKey(nodeId), endpoint, after(now, placeKeptMs));
  }

  /**
   * Seeks a node, where it is not sought already, and keeps `sip` for it; past the bound of what is kept the oldest is
   * dropped, as a network would. Where too many are sought it is unreachable.
   */
  seek(now: Instant, sought: Sought, sip?: Uint8Array): void {
    const { nodeId } = sought;
    const wanted = this.#wanted.get(idKey(nodeId)) ?? this.begin(now, sought);
    if (wanted === undefined) this.#effects.push({ kind: "unreachable", nodeId, reason: "no-answer" });
    else if (sip !== undefined) wanted.waiting.push(sip);
    if (wanted !== undefined && wanted.waiting.length > sipWaitingMax) wanted.waiting.shift();
  }

  /** The overlay's number of the Find that was asked for. */
  noteFind(nodeId: NodeId, request: number): void {
    const wanted = this.#wanted.get(idKey(nodeId));
    if (wanted !== undefined) wanted.request = request;
  }

  /** The overlay's answer to a Find: the nearest it knows, of which one may be the node. */
  handleFound(request: number, contacts: readonly { nodeId: NodeId; endpoint: Endpoint }[]): void {
    for (const [key, wanted] of this.#wanted) {
      if (wanted.request !== request) continue;
      const { nodeId, credential } = wanted;
      const found = contacts.find((contact) => sameId(contact.nodeId, nodeId));
      if (found !== undefined) {
        const { endpoint } = found;
        this.#effects.push({ kind: "connect", endpoint, nodeId, ...(credential && { credential }) });
        return;
      }
      this.#wanted.delete(key);
      this.#effects.push({ kind: "unreachable", nodeId, reason: "unknown-place" });
      return;
    }
  }

  /** A link to the node is up: returns what was waiting for it, in order. */
  handleLinkUp(nodeId: NodeId): readonly Uint8Array[] {
    const key = idKey(nodeId);
    this.#places.delete(key);
    const wanted = this.#wanted.get(key);
    if (wanted === undefined) return [];
    this.#wanted.delete(key);
    return wanted.waiting;
  }

  /**
   * The link could not be opened: where it was hearsay that was wrong, the overlay is asked; where there was only no
   * room for it just now, it is asked again a little later.
   */
  handleConnectFailed(now: Instant, nodeId: NodeId, reason: string): void {
    const key = idKey(nodeId);
    const wanted = this.#wanted.get(key);
    this.#places.delete(key);
    if (wanted === undefined) return;
    if (wanted.request === undefined) {
      this.#effects.push({ kind: "find", nodeId });
    } else if (mayPass(reason)) {
      wanted.againAt = after(now, roomAgainMs);
    } else {
      this.#wanted.delete(key);
      this.#effects.push({ kind: "unreachable", nodeId, reason: "no-answer" });
    }
  }

  handleTimeout(now: Instant): void {
    this.#places.expire(now);
    for (const [key, wanted] of this.#wanted) {
      if (wanted.againAt !== undefined && wanted.againAt <= now) {
        wanted.againAt = undefined;
        this.#effects.push({ kind: "find", nodeId: wanted.nodeId });
      }
      if (wanted.until > now) continue;
      this.#wanted.delete(key);
      this.#effects.push({ kind: "unreachable", nodeId: wanted.nodeId, reason: "no-answer" });
    }
  }

  pollTimeout(): Deadline | undefined {
    let at: Instant | undefined;
    for (const { until, againAt } of this.#wanted.values()) {
      const next = againAt !== undefined && againAt < until ? againAt : until;
      if (at === undefined || next < at) at = next;
    }
    return at === undefined ? undefined : { at, reason: "a node sought did not answer" };
  }

  pollEffect(): ReachEffect | undefined {
    return this.#effects.shift();
  }

  /** `undefined` when too many are sought already. */
  private begin(now: Instant, sought: Sought): Wanted | undefined {
    if (this.#wanted.size >= reachesMax) return undefined;
    const { nodeId, credential } = sought;
    const until = after(now, reachMsMax);
    const wanted: Wanted = { nodeId, credential, waiting: [], until, request: undefined, againAt: undefined };
    this.#wanted.set(idKey(nodeId), wanted);
    const place = this.#places.get(idKey(nodeId));
    if (place === undefined) this.#effects.push({ kind: "find", nodeId });
    else this.#effects.push({ kind: "connect", endpoint: place, ...sought });
    return wanted;
  }
}
