import { copyBytes } from "../core/bytes.js";
import { sameEndpoint, type Endpoint } from "../core/endpoint.js";
import { searchCandidatesMax, searchLinksMax } from "../core/limits.js";
import { nodeId, sameId, type NodeId, type ResourceId } from "../core/node-id.js";
import { after, type Instant } from "../core/time.js";
import type { Contact } from "../wire/kinds/contact.js";
import type { Guests } from "./guests.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import { mayPass, roomAgainMs } from "./room.js";

/** A node near the target, linked or named by another. */
interface Candidate {
  readonly nodeId: NodeId;
  /** Absent: linked when the search began. */
  readonly endpoint: Endpoint | undefined;
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
 */
export class Search {
  readonly target: ResourceId | NodeId;
  readonly #around: Surroundings;
  /** The nearest first. */
  #candidates: readonly Candidate[] = [];
  readonly #width: number;
  #links = 0;

  /** `width`: how many of the nearest are to answer. */
  constructor(around: Surroundings, target: ResourceId | NodeId, width: number) {
    this.#around = around;
    this.target = target;
    this.#width = width;
    const { neighbourhood } = around;
    const nearest = neighbourhood.topology.nearest(target, neighbourhood.storing(), width);
    for (const member of nearest) if (!neighbourhood.isSelf(member)) this.insert(member.nodeId, undefined);
  }

  /** Nodes that somebody named: the nearest of them, which hold records, are to be asked. */
  handleNamed(contacts: readonly Contact[]): void {
    for (const { nodeId: id, endpoint, flags } of contacts) {
      const isOther = !sameId(id, this.#around.neighbourhood.self);
      if (isOther && (flags & 1) !== 0) this.insert(id, endpoint);
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
      candidate.state = mayPass(reason) ? "known" : "failed";
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
      if (candidate.state === "linking") candidate.state = "failed";
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

  /** Those that count: the nearest that have not failed. */
  private nearest(): readonly Candidate[] {
    return this.#candidates.filter(({ state }) => state !== "failed").slice(0, this.#width);
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

  /** Puts a node in its place, if it is new and near enough. */
  private insert(id: NodeId, endpoint: Endpoint | undefined): void {
    if (this.find(id) !== undefined) return;
    const { topology } = this.#around.neighbourhood;
    const nearer = this.#candidates.filter((other) => topology.order(this.target, other.nodeId, id) < 0);
    if (nearer.length >= searchCandidatesMax) return;
    const kept = nodeId(endpoint === undefined ? id : copyBytes(id));
    const candidate: Candidate = { nodeId: kept, endpoint, state: "known", dueAt: 0 as Instant };
    const farther = this.#candidates.slice(nearer.length);
    this.#candidates = [...nearer, candidate, ...farther].slice(0, searchCandidatesMax);
  }
}

const linksAtOnce = 2;
/** A handshake is given up after 3 s; there may be others before it. */
const linkingMsMax = 5_000;
