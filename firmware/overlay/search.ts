import { copyBytes } from "../core/bytes.js";
import { sameEndpoint, type Endpoint } from "../core/endpoint.js";
import { nodesPerAddressMax, searchCandidatesMax, searchLinksMax } from "../core/limits.js";
import { nodeId, sameId, type NodeId, type ResourceId } from "../core/node-id.js";
import { none } from "../core/none.js";
import { after, type Instant } from "../core/time.js";
import type { Contact } from "../wire/kinds/contact.js";
import { sharesLan } from "./address-limit.js";
import type { Guests } from "./guests.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import { mayPass, roomAgainMs } from "./room.js";

/** A node near the target, linked or named by another. */
interface Candidate {
  readonly nodeId: NodeId;
  /** Absent: linked when the search began. */
  readonly endpoint: Endpoint | undefined;
  /** The first that named it; absent as above. */
  readonly namedBy: NodeId | undefined;
  state: "known" | "linking" | "asked" | "answered" | "failed";
  /** It had no room for a link: not before this moment again. Linking: given up at it. */
  dueAt: Instant;
}

/** What a search wants done. */
export type SearchStep =
  | { readonly kind: "ask"; readonly neighbour: Neighbour }
  | { readonly kind: "link"; readonly contact: Contact };

/** Who is linked: neighbours, and guests, who can be asked as well. */
export interface Surroundings {
  readonly neighbourhood: Neighbourhood;
  readonly guests: Guests;
}

/**
 * Asking the nodes nearest a target themselves, each over its own link, until the nearest have answered (protocol §3,
 * in doubt): first those that are linked, then nearer ones that these name. Bounded in nodes kept and in links opened;
 * two links at a time, for a phone has two rows for guests.
 *
 * What is named may not exist (protocol §6): it never takes the place of a node that was linked, and who has named one
 * that does not answer is believed after all others.
 */
export class Search {
  readonly target: ResourceId | NodeId;
  readonly #around: Surroundings;
  /** The nearest first. */
  #candidates: readonly Candidate[] = none;
  /** Who named a node that did not answer. */
  #doubted: readonly NodeId[] = none;
  readonly #width: number;
  #links = 0;

  /** `width`: how many of the nearest are to answer. */
  constructor(around: Surroundings, target: ResourceId | NodeId, width: number) {
    this.#around = around;
    this.target = target;
    this.#width = width;
    const { neighbourhood } = around;
    const nearest = neighbourhood.topology.nearest(target, neighbourhood.storing(), width);
    for (const member of nearest) if (!neighbourhood.isSelf(member)) this.insert(member.nodeId);
  }

  /** Nodes that `by` named: the nearest of them, which hold records, are to be asked. */
  handleNamed(contacts: readonly Contact[], by: NodeId): void {
    for (const { nodeId: id, endpoint, flags } of contacts) {
      const isOther = !sameId(id, this.#around.neighbourhood.self);
      if (isOther && (flags & 1) !== 0) this.insert(id, { endpoint, by });
    }
  }

  /** The next thing to do; asked until there is none. Who is to be asked counts as asked from now on. */
  next(now: Instant): SearchStep | undefined {
    const { neighbourhood, guests } = this.#around;
    for (const candidate of this.nearest()) {
      if (candidate.state !== "known" || candidate.dueAt > now) continue;
      const neighbour =
        neighbourhood.table.byNodeId(candidate.nodeId) ?? guests.askedByNodeId(now, candidate.nodeId);
      if (neighbour !== undefined) {
        candidate.state = "asked";
        return { kind: "ask", neighbour };
      }
      if (candidate.endpoint === undefined || this.#links >= searchLinksMax) candidate.state = "failed";
      else if (this.linksInUse() < linksAtOnce) return this.link(now, candidate, candidate.endpoint);
    }
    return undefined;
  }

  /** A node is linked now, if it is one of these it is to be asked. */
  handleLinkUp(now: Instant, id: NodeId): void {
    const candidate = this.find(id);
    if (candidate?.state !== "linking") return;
    candidate.state = "known";
    candidate.dueAt = now;
  }

  /**
   * No link to an address; where there was only no room for it just now it is tried again a little later. Who refuses
   * does so after the link came up here, and the question put to it is at an end by then.
   */
  handleConnectFailed(now: Instant, at: Endpoint, reason: string): void {
    for (const candidate of this.#candidates) {
      const { state, endpoint } = candidate;
      const wasTried = state === "linking" || (state === "failed" && reason === "refused");
      if (!wasTried || endpoint === undefined || !sameEndpoint(endpoint, at)) continue;
      if (mayPass(reason)) candidate.state = "known";
      else this.fail(candidate);
      candidate.dueAt = after(now, roomAgainMs);
    }
  }

  /** A node has said what it had to say, or did not answer. */
  handleEnd(id: NodeId, hasAnswered: boolean): void {
    const candidate = this.find(id);
    if (candidate !== undefined) candidate.state = hasAnswered ? "answered" : "failed";
  }

  handleTimeout(now: Instant): void {
    for (const candidate of this.#candidates) {
      if (candidate.dueAt > now) continue;
      if (candidate.state === "linking") this.fail(candidate);
      candidate.dueAt = 0 as Instant;
    }
  }

  /** Whether the nearest have all answered, or cannot be asked. */
  get isOver(): boolean {
    return this.nearest().every(({ state }) => state === "answered");
  }

  /** When somebody is given up or tried again. */
  pollTimeout(): Instant | undefined {
    let at: Instant | undefined;
    for (const { state, dueAt } of this.#candidates) {
      const waits = state === "linking" || (state === "known" && dueAt > 0);
      if (waits && (at === undefined || dueAt < at)) at = dueAt;
    }
    return at;
  }

  /** Those that count: the nearest that have not failed, and rather those whom nobody doubted has named. */
  private nearest(): readonly Candidate[] {
    const living = this.#candidates.filter(({ state }) => state !== "failed");
    const trusted = living.filter((candidate) => !this.isDoubtful(candidate));
    const doubtful = living.filter((candidate) => this.isDoubtful(candidate));
    return [...trusted, ...doubtful].slice(0, this.#width);
  }

  private isDoubtful({ namedBy, state }: Candidate): boolean {
    if (namedBy === undefined || state === "asked" || state === "answered") return false;
    return this.#doubted.some((doubted) => sameId(doubted, namedBy));
  }

  /** There is no such node at the place that was named. */
  private fail(candidate: Candidate): void {
    candidate.state = "failed";
    if (candidate.namedBy !== undefined) this.#doubted = [...this.#doubted, candidate.namedBy];
  }

  private link(now: Instant, candidate: Candidate, endpoint: Endpoint): SearchStep {
    this.#links++;
    candidate.state = "linking";
    candidate.dueAt = after(now, linkingMsMax);
    return { kind: "link", contact: { nodeId: candidate.nodeId, endpoint, flags: 1 } };
  }

  /** Links being opened, or opened for this and not answered on yet. */
  private linksInUse(): number {
    let inUse = 0;
    for (const { state, endpoint } of this.#candidates)
      if (state === "linking" || (state === "asked" && endpoint !== undefined)) inUse++;
    return inUse;
  }

  private find(id: Uint8Array): Candidate | undefined {
    return this.#candidates.find((candidate) => sameId(candidate.nodeId, id));
  }

  /** Puts a node in its place, if it is new and near enough; of those named so many are kept, the nearest. */
  private insert(id: NodeId, named?: { readonly endpoint: Endpoint; readonly by: NodeId }): void {
    if (this.find(id) !== undefined || (named !== undefined && this.isCrowdedAt(named.endpoint))) return;
    const { topology } = this.#around.neighbourhood;
    const candidate: Candidate = {
      nodeId: named === undefined ? id : nodeId(copyBytes(id)),
      endpoint: named?.endpoint,
      namedBy: named?.by,
      state: "known",
      dueAt: 0 as Instant,
    };
    const nearer = this.#candidates.filter((other) => topology.order(this.target, other.nodeId, id) < 0);
    this.#candidates = [...nearer, candidate, ...this.#candidates.slice(nearer.length)];
    if (this.#candidates.length > searchCandidatesMax + this.#width) this.forgetFarthest();
  }

  /** Whether as many of one address are to be asked as one machine may have, unless that is the own LAN. */
  private isCrowdedAt({ address }: Endpoint): boolean {
    const { endpoint: own, table } = this.#around.neighbourhood;
    const others = this.#candidates.filter(
      ({ endpoint, nodeId: id }) => (endpoint ?? table.byNodeId(id)?.endpoint)?.address === address,
    );
    return others.length >= nodesPerAddressMax && (own === undefined || !sharesLan(own.address, address));
  }

  /** One of those that nobody has asked goes, rather the farthest whose namer is doubted. */
  private forgetFarthest(): void {
    const named = this.#candidates.filter(({ namedBy, state }) => namedBy !== undefined && state === "known");
    const farthest = named.filter((one) => this.isDoubtful(one)).pop() ?? named.pop();
    this.#candidates = this.#candidates.filter((candidate) => candidate !== farthest);
  }
}

const linksAtOnce = 2;
/** A handshake is given up after 3 s; there may be others before it. */
const linkingMsMax = 5_000;
