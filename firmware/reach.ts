import { ExpiringMap } from "./core/bounded.js";
import { equalBytes } from "./core/bytes.js";
import { sameEndpoint, type Endpoint } from "./core/endpoint.js";
import {
  placeKeptMs,
  placesMax,
  reachMsMax,
  reachesMax,
  sipWaitingMax,
  slowGreetingMs,
} from "./core/limits.js";
import { idKey, sameId, type NodeId } from "./core/node-id.js";
import { none } from "./core/none.js";
import { after, type Deadline, type Instant } from "./core/time.js";
import { isTunnel, tunnelTo } from "./core/tunnel-endpoint.js";
import type { Credential } from "./identity/credential.js";
import { mayPass, roomAgainMs } from "./overlay/room.js";

/** A node that something is to be said to, and to which there is no link yet. */
interface Wanted {
  readonly nodeId: NodeId;
  readonly credential: Credential | undefined;
  readonly ways: readonly NodeId[];
  /** Of the ways those that were asked since it was sought last; after them the overlay itself is. */
  waysAsked: number;
  /** SIP waiting for the link, oldest first. */
  readonly waiting: Uint8Array[];
  readonly until: Instant;
  /** The overlay's number of the Find that asks where the node is, once one was made, and whether it is under way. */
  request: number | undefined;
  isAsking: boolean;
  /** When it is sought once more, where there was no room for a link. */
  againAt: Instant | undefined;
  /** Where it was greeted last, whether it is still, and from when on another way is looked for beside. */
  direct: Endpoint | undefined;
  isGreeted: boolean;
  slowAt: Instant | undefined;
  /** Who told where it is, or by whose way that was found, and whether it is greeted through a tunnel. */
  namedBy: NodeId | undefined;
  isTunnelled: boolean;
}

/** Whom to reach; with its credential, where that is known, the handshake is short. */
export interface Sought {
  readonly nodeId: NodeId;
  readonly credential?: Credential;
  /** Of a client: the peers by way of which it is reached, the best first. */
  readonly ways?: readonly NodeId[];
  /** Where who answered a lookup has it linked: better than older hearsay. */
  readonly place?: Endpoint;
}

/** What came of asking the overlay where a node is. */
interface FoundPlace {
  /** The overlay's number of the Find. */
  readonly request: number;
  readonly contacts: readonly { nodeId: NodeId; endpoint: Endpoint }[];
  /** The neighbour by whose way it was named: what is to go there through a tunnel goes by it, too. */
  readonly namedBy?: NodeId | undefined;
}

/** What came of trying to reach a node. */
export type ReachEffect =
  | {
      readonly kind: "connect";
      readonly endpoint: Endpoint;
      readonly nodeId: NodeId;
      readonly credential?: Credential;
      /** Where it did not answer, if `endpoint` is a tunnel. */
      readonly direct?: Endpoint;
    }
  /** Ask the overlay where the node is, or one of its peers, and tell `noteFind` the number of the request. */
  | { readonly kind: "find"; readonly nodeId: NodeId; readonly peer: NodeId | undefined }
  | { readonly kind: "unreachable"; readonly nodeId: NodeId; readonly reason: UnreachableReason };

/** Why a node could not be reached. */
export type UnreachableReason = "unknown-place" | "no-answer";

/**
 * Reaching a node by its Node-ID where no link stands: a link is opened where hearsay has it, else where the
 * overlay says it is, else through a tunnel, and what is to be said is kept until the link is up. Who is asked, and in
 * how many ways until somebody names the node, is the overlay's matter. In a full mesh (N ≤ 24) nearly every node is
 * linked already and nothing of this runs; one that was linked a moment ago, or is beyond the rows of a small table, is
 * reached so.
 */
export class Reach {
  #wanted: readonly Wanted[] = none;
  readonly #places: ExpiringMap<Endpoint> = new ExpiringMap(placesMax);
  readonly #effects: ReachEffect[] = [];
  #held: readonly NodeId[] = none;

  /** Nodes being sought, and places known by hearsay. */
  occupancy(): Readonly<Record<"sought" | "places", number>> {
    return { sought: this.#wanted.length, places: this.#places.size };
  }

  /** Somebody said where a node is: a place to try first. Only its own handshake proves that it is there. */
  noteContact(now: Instant, { nodeId, endpoint }: { nodeId: NodeId; endpoint: Endpoint }): void {
    this.#places.set(idKey(nodeId), endpoint, after(now, placeKeptMs));
  }

  /** The nodes a call is with: a call outlasts their links, and they are sought where they were, again and again. */
  hold(nodeIds: readonly NodeId[]): void {
    this.#held = nodeIds;
  }

  /**
   * Seeks a node, where it is not sought already, and keeps `sip` for it: once, though SIP repeats it meanwhile; past
   * the bound of what is kept the oldest is dropped, as a network would. Where too many are sought it is unreachable.
   */
  seek(now: Instant, sought: Sought, sip?: Uint8Array): void {
    const { nodeId } = sought;
    const wanted = this.wantedOf(nodeId) ?? this.begin(now, sought);
    if (wanted === undefined) this.#effects.push({ kind: "unreachable", nodeId, reason: "no-answer" });
    else if (sip !== undefined && !isAmong(wanted.waiting, sip)) wanted.waiting.push(sip);
    if (wanted !== undefined && wanted.waiting.length > sipWaitingMax) wanted.waiting.shift();
  }

  /** The overlay's number of the Find that was asked for. */
  noteFind(nodeId: NodeId, request: number): void {
    const wanted = this.wantedOf(nodeId);
    if (wanted !== undefined) wanted.request = request;
  }

  /** The overlay's answer to a Find: the nearest it knows, of which one may be the node. */
  handleFound(now: Instant, { request, contacts, namedBy }: FoundPlace): void {
    for (const wanted of this.#wanted) {
      if (wanted.request !== request) continue;
      const { nodeId, direct } = wanted;
      wanted.isAsking = false;
      const found = contacts.find((contact) => sameId(contact.nodeId, nodeId));
      if (found !== undefined) {
        const { endpoint } = found;
        wanted.namedBy = wanted.ways[wanted.waysAsked - 1] ?? namedBy;
        if (direct !== undefined && sameEndpoint(direct, endpoint)) this.tunnel(wanted);
        else this.greet(now, wanted, endpoint);
        return;
      }
      if (wanted.waysAsked <= wanted.ways.length) {
        this.find(wanted);
        return;
      }
      if (wanted.isGreeted) return;
      this.drop(wanted);
      this.#effects.push({ kind: "unreachable", nodeId, reason: "unknown-place" });
      return;
    }
  }

  /** A link to the node is up: returns what was waiting for it, in order. */
  handleLinkUp(nodeId: NodeId): readonly Uint8Array[] {
    this.#places.delete(idKey(nodeId));
    const wanted = this.wantedOf(nodeId);
    if (wanted === undefined) return [];
    this.drop(wanted);
    return wanted.waiting;
  }

  /**
   * The link could not be opened: where it was hearsay that was wrong, the overlay is asked; where there was only no
   * room for it just now, it is asked again a little later. Who is where the overlay says, and does not answer there
   * (or not soon), may be behind a wall: the overlay carries what is said to it.
   */
  handleConnectFailed(now: Instant, nodeId: NodeId, failed: { endpoint: Endpoint; reason: string }): void {
    const wanted = this.wantedOf(nodeId);
    if (!this.#held.some((held) => sameId(held, nodeId))) this.#places.delete(idKey(nodeId));
    if (wanted?.isTunnelled !== isTunnel(failed.endpoint)) return;
    const isRoomWanted = mayPass(failed.reason);
    wanted.isGreeted = false;
    wanted.slowAt = undefined;
    if (isRoomWanted) wanted.direct = undefined;
    if (wanted.isAsking) return;
    if (wanted.request === undefined) {
      this.find(wanted);
    } else if (isRoomWanted) {
      wanted.againAt = after(now, roomAgainMs);
    } else if (!wanted.isTunnelled) {
      this.tunnel(wanted);
    } else {
      this.drop(wanted);
      this.#effects.push({ kind: "unreachable", nodeId, reason: "no-answer" });
    }
  }

  handleTimeout(now: Instant): void {
    this.#places.expire(now);
    for (const wanted of this.#wanted) {
      if (wanted.againAt !== undefined && wanted.againAt <= now) {
        wanted.againAt = undefined;
        wanted.isTunnelled = false;
        wanted.waysAsked = 0;
        this.find(wanted);
      }
      if (wanted.slowAt !== undefined && wanted.slowAt <= now) this.handleSlow(wanted);
      if (wanted.until > now) continue;
      this.drop(wanted);
      this.#effects.push({ kind: "unreachable", nodeId: wanted.nodeId, reason: "no-answer" });
    }
  }

  pollTimeout(): Deadline | undefined {
    let at: Instant | undefined;
    for (const { until, againAt, slowAt } of this.#wanted)
      for (const next of [until, againAt, slowAt])
        if (next !== undefined && (at === undefined || next < at)) at = next;
    return at === undefined ? undefined : { at, reason: "a node sought did not answer" };
  }

  pollEffect(): ReachEffect | undefined {
    return this.#effects.shift();
  }

  /** `undefined` when too many are sought already. */
  private begin(now: Instant, sought: Sought): Wanted | undefined {
    if (this.#wanted.length >= reachesMax) return undefined;
    const { nodeId, credential, ways = [] } = sought;
    const until = after(now, reachMsMax);
    const wanted: Wanted = {
      nodeId,
      credential,
      ways,
      waysAsked: 0,
      waiting: [],
      until,
      request: undefined,
      isAsking: false,
      againAt: undefined,
      direct: undefined,
      isGreeted: false,
      slowAt: undefined,
      namedBy: undefined,
      isTunnelled: false,
    };
    this.#wanted = [...this.#wanted, wanted];
    const place = sought.place ?? this.#places.get(idKey(nodeId));
    if (place === undefined) this.find(wanted);
    else this.greet(now, wanted, place);
    return wanted;
  }

  /** Asks where a node is: of a client each of its peers, then the overlay, for it may have become one itself. */
  private wantedOf(nodeId: NodeId): Wanted | undefined {
    return this.#wanted.find((wanted) => sameId(wanted.nodeId, nodeId));
  }

  /** It is sought no more: reached, or given up. */
  private drop(wanted: Wanted): void {
    this.#wanted = this.#wanted.filter((other) => other !== wanted);
  }

  private find(wanted: Wanted): void {
    wanted.isAsking = true;
    this.#effects.push({ kind: "find", nodeId: wanted.nodeId, peer: wanted.ways[wanted.waysAsked++] });
  }

  /** It takes long where hearsay has it: the overlay is asked; where the overlay has it: a tunnel is tried beside. */
  private handleSlow(wanted: Wanted): void {
    wanted.slowAt = undefined;
    if (wanted.request === undefined) this.find(wanted);
    else if (!wanted.isAsking && !wanted.isTunnelled) this.tunnel(wanted);
  }

  private greet(now: Instant, wanted: Wanted, endpoint: Endpoint): void {
    const { nodeId, credential } = wanted;
    wanted.direct = endpoint;
    wanted.isGreeted = true;
    wanted.slowAt = after(now, slowGreetingMs);
    this.#effects.push({ kind: "connect", endpoint, nodeId, ...(credential && { credential }) });
  }

  private tunnel(wanted: Wanted): void {
    const { nodeId, credential, direct, namedBy } = wanted;
    wanted.isTunnelled = true;
    const endpoint = namedBy === undefined ? tunnelTo(nodeId) : tunnelTo(namedBy, nodeId);
    this.#effects.push({
      kind: "connect",
      endpoint,
      nodeId,
      ...(credential && { credential }),
      ...(direct && { direct }),
    });
  }
}

function isAmong(waiting: readonly Uint8Array[], text: Uint8Array): boolean {
  return waiting.some((one) => equalBytes(one, text));
}
