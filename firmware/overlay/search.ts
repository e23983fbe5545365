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
import type { Requests } from "./request.js";
import { mayPass, roomAgainMs } from "./room.js";

/** A node near the target, linked or named by another. */
interface Candidate {
  readonly nodeId: NodeId;
  /** Absent: linked when the search began. */
  readonly endpoint: Endpoint | undefined;
  /** The first that named it; absent as above. */
  readonly namedBy: NodeId | undefined;
  /** Another has named it, too. */
  isConfirmed: boolean;
  /** `late`, `silent`: its link is not up, its answer not there yet, and it is not waited for any longer. */
  state: "known" | "linking" | "late" | "asked" | "silent" | "answered" | "failed";
  /** Known: had no room for a link, not before this moment again. Linking: late, or given up. Asked: silent. */
  dueAt: Instant;
}

/** What a search wants done. */
export type SearchStep =
  | { readonly kind: "ask"; readonly neighbour: Neighbour }
  | { readonly kind: "link"; readonly contact: Contact };

/** Who is linked: neighbours, and guests, who can be asked as well; and who of all seems to lie. */
export interface Surroundings {
  readonly neighbourhood: Neighbourhood;
  readonly guests: Guests;
  readonly requests: Pick<Requests, "suspicions">;
}

/**
 * Asking the nodes nearest a target themselves, each over its own link, until the nearest have answered (protocol §3,
 * in doubt): first those that are linked, then nearer ones that these name. Bounded in nodes kept and in links opened;
 * two links at a time, for a phone has two rows for guests.
 *
 * What is named may not exist (protocol §6): it takes no linked node's place, and who named one that does not answer
 * is believed last, as is who seems to lie. To the wary one node names four at most, and those named twice go first.
 */
export class Search {
  readonly target: ResourceId | NodeId;
  readonly #around: Surroundings;
  /** The nearest first. */
  #candidates: readonly Candidate[] = none;
  /** Who named a node that did not answer. */
  #doubted: readonly NodeId[] = none;
  readonly #width: number;
  readonly #isHurried: boolean;
  #links = 0;
  #isWary = false;

  /**
   * `width`: how many of the nearest are to answer. `isHurried`: somebody waits, so while a node is looked for that
   * only one has named others are asked beside it, though they may be farther away.
   */
  constructor(around: Surroundings, target: ResourceId | NodeId, width: number, isHurried: boolean) {
    this.#isHurried = isHurried;
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
    this.#isWary = this.#around.requests.suspicions?.isWary(now) === true;
    for (const candidate of this.nearest()) {
      if (candidate.state !== "known" || candidate.dueAt > now) continue;
      const neighbour = this.linkedAs(now, candidate);
      if (neighbour !== undefined) {
        candidate.state = "asked";
        candidate.dueAt = after(now, answerMsMax);
        return { kind: "ask", neighbour };
      }
      if (candidate.endpoint === undefined || this.#links >= searchLinksMax) candidate.state = "failed";
      else if (this.linksInUse() < linksAtOnce) return this.link(now, candidate, candidate.endpoint);
    }
    return undefined;
  }

  private linkedAs(now: Instant, { nodeId: id }: Candidate): Neighbour | undefined {
    const { neighbourhood, guests } = this.#around;
    return neighbourhood.table.byNodeId(id) ?? guests.askedByNodeId(now, id);
  }

  /** A node is linked now, if it is one of these it is to be asked. */
  handleLinkUp(now: Instant, id: NodeId): void {
    const candidate = this.find(id);
    if (candidate === undefined || !isAwaited(candidate)) return;
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
      const wasTried = isAwaited(candidate) || (state === "failed" && reason === "refused");
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
      if (candidate.state === "late") this.fail(candidate);
      if (candidate.state === "asked") candidate.state = "silent";
      const isLate = candidate.state === "linking";
      if (isLate) {
        candidate.state = "late";
        this.doubtNamer(candidate);
      }
      candidate.dueAt = isLate ? after(now, lateMsMax) : (0 as Instant);
    }
  }

  /** Whether the nearest have all answered, or cannot be asked. */
  get isOver(): boolean {
    return this.nearest().every(({ state }) => state === "answered");
  }

  /** When somebody is given up or tried again. */
  pollTimeout(): Instant | undefined {
    let at: Instant | undefined;
    for (const candidate of this.#candidates) {
      const { state, dueAt } = candidate;
      const waits = isAwaited(candidate) || ((state === "known" || state === "asked") && dueAt > 0);
      if (waits && (at === undefined || dueAt < at)) at = dueAt;
    }
    return at;
  }

  /**
   * Those that count: the nearest that have not failed, and rather those there is no reason to doubt. Of the others
   * those that certainly exist are asked as well, for nobody is known to lie always.
   */
  private nearest(): readonly Candidate[] {
    const living = this.#candidates.filter(({ state }) => state !== "failed");
    const ranked = [0, 1, 2]
      .flatMap((rank) => living.filter((candidate) => this.rankOf(candidate) === rank))
      .slice(0, this.#width);
    const existing = living
      .slice(0, this.#width)
      .filter(
        (candidate) => isSure(candidate) && candidate.state !== "silent" && !ranked.includes(candidate),
      );
    return [...ranked, ...existing];
  }

  /** 0: nothing speaks against it; 1: its namer has shown no other yet; 2: it, or its namer, seems to lie. */
  private rankOf(candidate: Candidate): 0 | 1 | 2 {
    const { nodeId: id, state, namedBy } = candidate;
    if (state === "silent" || this.#around.requests.suspicions?.avoids(id) === true) return 2;
    if (namedBy === undefined || state === "asked" || state === "answered") return 0;
    return this.rankOfTip(candidate, namedBy);
  }

  private rankOfTip(tip: Candidate, namedBy: NodeId): 0 | 1 | 2 {
    if (this.#doubted.some((doubted) => sameId(doubted, namedBy))) return 2;
    if (tip.isConfirmed || isAwaited(tip) || !this.#isHurried) return 0;
    return this.#isWary || this.#candidates.some((one) => isTipOf(one, namedBy)) ? 1 : 0;
  }

  /** Its link did not come up soon: there may be no such node at the place that was named. */
  private doubtNamer({ namedBy }: Candidate): void {
    if (namedBy !== undefined) this.#doubted = [...this.#doubted, namedBy];
  }

  /** There is no such node at the place that was named. */
  private fail(candidate: Candidate): void {
    candidate.state = "failed";
    this.doubtNamer(candidate);
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
    if (named !== undefined && !this.isNews(id, named)) return;
    const { topology } = this.#around.neighbourhood;
    const candidate: Candidate = {
      nodeId: named === undefined ? id : nodeId(copyBytes(id)),
      endpoint: named?.endpoint,
      namedBy: named?.by,
      isConfirmed: false,
      state: "known",
      dueAt: 0 as Instant,
    };
    const nearer = this.#candidates.filter((other) => topology.order(this.target, other.nodeId, id) < 0);
    this.#candidates = [...nearer, candidate, ...this.#candidates.slice(nearer.length)];
    if (this.#candidates.length > searchCandidatesMax + this.#width) this.forgetFarthest();
  }

  /** Whether what is named is to be taken up; who names what another has named confirms it. */
  private isNews(
    id: NodeId,
    { endpoint, by }: { readonly endpoint: Endpoint; readonly by: NodeId },
  ): boolean {
    const known = this.find(id);
    if (known !== undefined) known.isConfirmed ||= !sameId(known.namedBy ?? by, by);
    return known === undefined && !this.isCrowdedAt(endpoint) && !this.hasNamedEnough(by);
  }

  private hasNamedEnough(by: NodeId): boolean {
    if (!this.#isWary) return false;
    const named = this.#candidates.filter(({ namedBy }) => namedBy !== undefined && sameId(namedBy, by));
    return named.length >= namedByOneMax;
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
    const farthest = named.filter((one) => this.rankOf(one) === 2).pop() ?? named.pop();
    this.#candidates = this.#candidates.filter((candidate) => candidate !== farthest);
  }
}

/** Whether a link to it may come up yet. */
function isAwaited({ state }: Candidate): boolean {
  return state === "linking" || state === "late";
}

/** Linked when the search began, or named by two. */
function isSure({ namedBy, isConfirmed }: Candidate): boolean {
  return namedBy === undefined || isConfirmed;
}

/** Whether a node that only `by` has named is being linked. */
function isTipOf(candidate: Candidate, by: NodeId): boolean {
  const { namedBy, isConfirmed } = candidate;
  return isAwaited(candidate) && !isConfirmed && namedBy !== undefined && sameId(namedBy, by);
}

const linksAtOnce = 2;
/** What is named in one answer. */
const namedByOneMax = 4;
/** A handshake takes two ways there and back; it is given up after 3 s, and there may be others before it. */
const linkingMsMax = 700;
const lateMsMax = 4_300;
/** An answer takes one. */
const answerMsMax = 700;
