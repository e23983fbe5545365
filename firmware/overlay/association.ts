import { sameEndpoint } from "../core/endpoint.js";
import { associatesMax, contactsInMessageMax, rememberedNodesMax } from "../core/limits.js";
import { sameId, type NodeId } from "../core/node-id.js";
import { none } from "../core/none.js";
import { jitter, type Random } from "../core/random.js";
import { after, earliest, type Deadline, type Instant } from "../core/time.js";
import type { Contact } from "../wire/kinds/contact.js";
import type { ClientUpdates } from "./client-updates.js";
import type { Outbox } from "./effect.js";
import {
  contactFlags,
  holdsRecords,
  isClient,
  servesClients,
  stores,
  type Neighbourhood,
} from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import { packContacts, unpackContacts } from "./packed-contacts.js";
import type { Outcome, Requests } from "./request.js";

/** What an association works with. */
interface AssociationParts {
  readonly requests: Requests;
  readonly outbox: Outbox;
  readonly random: Random;
  readonly clientUpdates: ClientUpdates;
}

/**
 * The peers a client is attached to (protocol §4), up to three: which is used first, whom else it could be attached to,
 * and when to look for more. The first has the shortest round trip, and its link is watched closely; when it dies the
 * next is first at once. Eight further nodes are remembered: those that serve clients are the next to be tried, and of
 * all of them one is likely to be there when every associated peer has gone.
 */
export class Association {
  readonly #neighbourhood: Neighbourhood;
  readonly #parts: AssociationParts;
  /** Nodes to be remembered, packed: they are looked at seldom, and kept for as long as this node is a client. */
  #packed: Uint8Array | undefined;
  #first: Neighbour | undefined;
  /** The associated peers as told last. */
  #told: readonly NodeId[] = none;
  #tellAt: Instant | undefined;
  #searchAt: Instant | undefined;
  #searches = 0;

  constructor(neighbourhood: Neighbourhood, parts: AssociationParts) {
    this.#neighbourhood = neighbourhood;
    this.#parts = parts;
  }

  /** The peers that serve this node while it is a client, the one used first before the others. */
  get associates(): readonly Neighbour[] {
    if (this.#neighbourhood.stage !== "client") return [];
    const serving = this.#neighbourhood.table.all.filter(({ stage }) => stores(stage));
    return serving.sort((a, b) => cost(a, this.#first) - cost(b, this.#first));
  }

  /** Further nodes it remembers. */
  get remembered(): readonly Contact[] {
    return this.#packed === undefined ? none : unpackContacts(this.#packed);
  }

  /**
   * Whom to attach to beside those that serve this node: nodes that serve clients; any that stores, where nobody
   * serves this node at all.
   */
  candidates(): readonly Contact[] {
    const { remembered } = this;
    const serving = remembered.filter(({ flags }) => servesClients(flags));
    if (serving.length > 0 || this.associates.length > 0) return serving;
    return remembered.filter(({ flags }) => holdsRecords(flags));
  }

  /** Peers with few places, which others may have more need of: those that serve clients serve this node by now. */
  get superfluous(): readonly Neighbour[] {
    const { associates } = this;
    const others = associates.filter(({ flags }) => !servesClients(flags));
    return others.length < associates.length ? others : [];
  }

  /** This node has become a client. */
  start(now: Instant): void {
    this.#searches = 0;
    this.#searchAt = now;
    this.handleChange(now);
    for (const neighbour of this.associates) this.ask(now, neighbour);
  }

  /** It is one no more. */
  stop(): void {
    if (this.#first !== undefined) this.watch(this.#first, false);
    this.#first = undefined;
    this.#told = [];
    this.#tellAt = undefined;
    this.#searchAt = undefined;
  }

  /** A peer that may serve this node is linked: it is told so, and asked for others, which measures it, too. */
  handleLinkUp(now: Instant, neighbour: Neighbour): void {
    this.#parts.clientUpdates.tell(now, neighbour);
    this.ask(now, neighbour);
  }

  /** A peer has begun to serve this node, or serves it no more. */
  handleChange(now: Instant): void {
    this.rank(now);
    const { associates } = this;
    const lost = this.#told.some((id) => !associates.some((neighbour) => sameId(neighbour.nodeId, id)));
    const isUrgent = lost || this.#told.length === 0;
    if (!lost && associates.length === this.#told.length) return;
    if (lost && this.#searchAt !== undefined) this.#searchAt = now;
    if (lost) this.#searches = 0;
    const at = isUrgent ? now : after(now, settleMs);
    if (this.#tellAt === undefined || this.#tellAt > at) this.#tellAt = at;
  }

  /**
   * Somebody names nodes: those that hold records are worth remembering, those that serve clients above all; other
   * clients where there is room yet, for they will be peers when all peers have gone.
   */
  handleNamed(contacts: readonly Contact[]): void {
    let { remembered } = this;
    for (const named of contacts) {
      const { nodeId: id, flags } = named;
      if (!(holdsRecords(flags) || isClient(flags)) || sameId(id, this.#neighbourhood.self)) continue;
      remembered = [named, ...remembered.filter((known) => !sameId(known.nodeId, id))];
    }
    const ofRank = (rank: number): Contact[] => remembered.filter(({ flags }) => rankOf(flags) === rank);
    const serving = ofRank(0).slice(0, rememberedNodesMax - sparePeers);
    this.remember([...serving, ...ofRank(1), ...ofRank(2)].slice(0, rememberedNodesMax));
  }

  /** A node did not answer, or would not serve this one. */
  handleFailed(id: NodeId | undefined): void {
    if (id !== undefined) this.remember(this.remembered.filter(({ nodeId }) => !sameId(nodeId, id)));
  }

  /** An answer of one asked for others. */
  handleOutcome(now: Instant, { inquiry, result }: Outcome): void {
    if (result.kind === "answered" && inquiry.direct !== undefined) this.rank(now);
  }

  /** Nobody serves this node: linked nodes that are no neighbours may know who would. */
  askGuest(now: Instant, guest: Neighbour): void {
    if (this.associates.length === 0) this.ask(now, guest);
  }

  /** Whether more peers are to be looked for now: those remembered are to be greeted then. */
  isSearchDue(now: Instant): boolean {
    return this.#searchAt !== undefined && this.#searchAt <= now;
  }

  handleTimeout(now: Instant): void {
    if (this.#tellAt !== undefined && this.#tellAt <= now) this.tell();
    if (this.isSearchDue(now)) this.search(now);
  }

  pollTimeout(): Deadline | undefined {
    const tell = this.#tellAt === undefined ? undefined : { at: this.#tellAt, reason: "association" };
    return this.#searchAt === undefined
      ? tell
      : earliest(tell, { at: this.#searchAt, reason: "association" });
  }

  private remember(contacts: readonly Contact[]): void {
    this.#packed = contacts.length === 0 ? undefined : packContacts(contacts);
  }

  /** The first is replaced when it is gone, or when another is much nearer: swinging to and fro costs more. */
  private rank(now: Instant): void {
    const [best] = this.associates;
    const former = this.#first;
    const isThere = former !== undefined && this.associates.includes(former);
    if (best === (isThere ? former : undefined)) return;
    this.#first = best;
    for (const neighbour of this.#neighbourhood.table.all) {
      if (neighbour !== best && !neighbour.isWatched) continue;
      this.watch(neighbour, neighbour === best);
      this.#parts.clientUpdates.tell(now, neighbour);
    }
  }

  private watch(neighbour: Neighbour, isFirst: boolean): void {
    neighbour.isWatched = isFirst;
    const interval = isFirst ? intervalOfFirst(this.#neighbourhood) : "other";
    this.#parts.outbox.push({ kind: "rank", link: neighbour.link, interval });
  }

  private tell(): void {
    this.#tellAt = undefined;
    const { associates } = this;
    this.#told = associates.map(({ nodeId }) => nodeId);
    this.#parts.outbox.push({ kind: "associatesChanged", associates: this.#told });
    const of = (neighbour: Neighbour): Contact => {
      const { nodeId, endpoint, stage, flags } = neighbour;
      return { nodeId, endpoint, flags: contactFlags(stage, flags) };
    };
    const others = this.remembered.filter(({ nodeId: id }) => !this.#told.some((told) => sameId(told, id)));
    const contacts = [...associates.map(of), ...others].slice(0, rememberedNodesMax);
    if (contacts.length > 0) this.#parts.outbox.push({ kind: "remember", contacts });
  }

  /** Asks by turns each of the associated peers, and whoever is near a random place, whom this node could attach to. */
  private search(now: Instant): void {
    const { associates } = this;
    const isFull = associates.length >= associatesMax;
    const longer = 2 ** Math.min(this.#searches, associates.length === 0 ? 2 : searchesMax);
    const pauseMs = isFull
      ? jitter(this.#parts.random, ...refreshMs)
      : longer * jitter(this.#parts.random, ...searchMs);
    this.#searchAt = after(now, pauseMs);
    const asked = associates[this.#searches++ % Math.max(1, associates.length)];
    if (asked === undefined) return;
    if (isFull || this.#searches % 2 === 1) this.ask(now, asked);
    else {
      this.#parts.requests.ask(now, {
        asker: "association",
        reference: 0,
        target: this.#neighbourhood.topology.surveyTarget(this.#parts.random, this.#searches, []),
        question: { type: "find", count: contactsInMessageMax },
      });
    }
  }

  private ask(now: Instant, direct: Neighbour): void {
    this.#parts.requests.ask(now, {
      asker: "association",
      reference: 0,
      target: this.#neighbourhood.self,
      question: { type: "find", count: contactsInMessageMax },
      direct,
    });
  }
}

/**
 * It is enough to listen to the first peer, but behind a NAT this node speaks as often as it is spoken to: what comes
 * in need not keep a binding (RFC 4787 REQ-6), and without one nothing comes in.
 */
function intervalOfFirst({ local, endpoint }: Neighbourhood): "sibling" | "listening" {
  const isSeenAtHome = local !== undefined && endpoint !== undefined && sameEndpoint(local, endpoint);
  return isSeenAtHome ? "listening" : "sibling";
}

/** Who is rather remembered: 0, it serves clients; 1, it holds records; 2, it is a client. */
function rankOf(flags: number): number {
  if (servesClients(flags)) return 0;
  return holdsRecords(flags) ? 1 : 2;
}

/** Round trip, ms; the first has to be a good deal worse than another to be replaced. */
function cost(neighbour: Neighbour, first: Neighbour | undefined): number {
  return neighbour === first ? neighbour.srttMs * firstShare - firstAheadMs : neighbour.srttMs;
}

const firstShare = 0.7;
const firstAheadMs = 5;
/** Of the nodes remembered, those that need not serve clients: they are there when all who do have gone. */
const sparePeers = 3;
/** Further peers are told of when no other has come for so long, ms. */
const settleMs = 1_500;
/** When more are looked for: ever more seldom where somebody serves this node; with all only to know others, ms. */
const searchMs: readonly [number, number] = [1_000, 2_000];
const searchesMax = 8;
const refreshMs: readonly [number, number] = [480_000, 720_000];
