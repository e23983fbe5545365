import { compareBytes } from "../core/bytes.js";
import { associatesMax, siblingsMax } from "../core/limits.js";
import { sameEndpoint, type Endpoint } from "../core/endpoint.js";
import { sameId, type NodeId } from "../core/node-id.js";
import { none } from "../core/none.js";
import { jitter } from "../core/random.js";
import { after, type Duration, type Instant } from "../core/time.js";
import { isTunnel, tunnelTo } from "../core/tunnel-endpoint.js";
import type { Beacon } from "../wire/beacon.js";
import type { Contact } from "../wire/kinds/contact.js";
import { exceedsAddressLimit, sharesLan } from "./address-limit.js";
import type { Candidate } from "./dialer.js";
import type { ExchangeNews } from "./exchange.js";
import { contactFlags, isClient, servesClients, stores } from "./neighbourhood.js";
import type { Neighbour, OverlayLink } from "./node-table.js";
import type { OverlayParts } from "./parts.js";
import { ReflexiveAddress } from "./reflexive-address.js";

type ContactsNamed = Extract<ExchangeNews, { kind: "contactsNamed" }>;

/** Of the nodes and addresses heard of, those that are to be greeted, and when. */
export class Introductions {
  readonly #parts: OverlayParts;
  /** Nodes that had no row for us, the last of them; they are not greeted again for a while. */
  #refusals: readonly { readonly nodeId: NodeId; readonly until: Instant }[] = none;
  /** How others see this node; absent where all see its own address. */
  #reflexive: ReflexiveAddress | undefined;

  constructor(parts: OverlayParts) {
    this.#parts = parts;
  }

  /** A node had no row for this one. */
  handleRefused(now: Instant, nodeId: NodeId): void {
    const refusal = { nodeId, until: after(now, jitter(this.#parts.random, ...refusedMs)) };
    this.#refusals = [...this.#refusals, refusal].slice(-refusalsMax);
    this.#parts.association.handleFailed(nodeId);
  }

  /** Where this node is by its own address from now on; how it was seen elsewhere counts no more. */
  setLocal(local: Endpoint | undefined): void {
    const { neighbourhood, outbox } = this.#parts;
    this.#reflexive = undefined;
    neighbourhood.local = local;
    neighbourhood.endpoint = local;
    if (local !== undefined) outbox.push({ kind: "setPlace", local });
  }

  /** A link is up, whose other end has told where it sees this node: elsewhere, if there is a NAT between. */
  handleSeen(now: Instant, { endpoint, ownEndpoint }: OverlayLink): void {
    const { neighbourhood, outbox, role } = this.#parts;
    const { local } = neighbourhood;
    if (local === undefined) neighbourhood.endpoint ??= ownEndpoint;
    if (ownEndpoint === undefined || local === undefined || sameEndpoint(ownEndpoint, local)) return;
    const reflexive = (this.#reflexive ??= new ReflexiveAddress());
    if (!reflexive.note(endpoint.address, ownEndpoint)) return;
    const { isHidden } = reflexive;
    const seen = reflexive.agreed ?? reflexive.latest;
    neighbourhood.endpoint = isHidden ? undefined : seen;
    outbox.push({ kind: "setPlace", local, seen });
    role.handleHidden(now, isHidden);
  }

  /** The other end of a link is elsewhere now; returned is a guest that has come out of a tunnel and is of use. */
  handleMoved({ link, endpoint }: Pick<OverlayLink, "link" | "endpoint">): OverlayLink | undefined {
    const { neighbourhood, guests } = this.#parts;
    const seated = neighbourhood.linkedBy(link);
    if (seated !== undefined) seated.endpoint = endpoint;
    const guest = guests.byLink(link);
    if (guest === undefined) return undefined;
    const moved = { ...guest, endpoint };
    guests.note(moved);
    const isClients = neighbourhood.stage === "client" || isClient(guest.flags ?? 0);
    if (isClients || !isTunnel(guest.endpoint)) return undefined;
    return neighbourhood.wants(guest.credential.nodeId, none) ? moved : undefined;
  }

  /** Takes note of greetings that came to nothing; whether there were any. */
  settle(now: Instant): boolean {
    const { dialer, bootstrap, association } = this.#parts;
    let any = false;
    for (let failure = dialer.pollFailure(); failure !== undefined; failure = dialer.pollFailure()) {
      any = true;
      bootstrap.handleFailed(now, failure.candidate.endpoint, failure.reason);
      association.handleFailed(failure.candidate.nodeId);
    }
    return any;
  }

  /** Whether its sender is one to be greeted. */
  handleBeacon(now: Instant, from: Endpoint, beacon: Beacon): boolean {
    const { discovery, bootstrap } = this.#parts;
    const worth = discovery.handleBeacon(now, from, beacon);
    if (worth === "greet") {
      bootstrap.handleBeaconGreeted();
      this.offer(now, [{ nodeId: beacon.nodeId, endpoint: from, flags: beacon.flags }], { source: "beacon" });
    }
    return worth !== "nothing";
  }

  /** A Find has named nodes. */
  handleNamed(now: Instant, { contacts, namedBy }: Pick<ContactsNamed, "contacts" | "namedBy">): void {
    this.offer(now, contacts, { source: "found", ...(namedBy && { namedBy }) });
  }

  /** Takes up contacts that would be of use as links. */
  offer(now: Instant, contacts: readonly Contact[], how: Pick<Candidate, "source" | "namedBy">): void {
    const { neighbourhood, dialer, upkeep, association, role } = this.#parts;
    const { table } = neighbourhood;
    if (neighbourhood.stage === "client") {
      association.handleNamed(contacts);
      this.seekAssociates(now, false);
      return;
    }
    for (const contact of contacts) {
      const { nodeId, flags } = contact;
      if (sameId(nodeId, neighbourhood.self) || table.byNodeId(nodeId) !== undefined) continue;
      // A client knows peers: it is of use to who knows nobody, and to nobody else.
      if (isClient(flags) && table.all.length > 0) continue;
      neighbourhood.handleHeard();
      if (!this.isOfUse(now, contact)) continue;
      if (servesClients(flags)) role.handleHint(now);
      dialer.offer(now, this.candidateOf(contact, how), this.delayMs(nodeId, flags));
      if (neighbourhood.topology.wants(nodeId, table.all, 0)) upkeep.hasten(now, surveysAfterFind);
    }
  }

  /**
   * A client that may have more associated peers than it has greets some of those it knows. `takesGuest`: returned is
   * one that is linked as a guest; it needs no greeting, only a row.
   */
  seekAssociates(now: Instant, takesGuest: boolean): OverlayLink | undefined {
    const { neighbourhood, dialer, association, guests } = this.#parts;
    const { table } = neighbourhood;
    let linked: OverlayLink | undefined;
    for (const { nodeId, endpoint, flags } of association.candidates()) {
      if (table.byNodeId(nodeId) !== undefined || this.hasRefused(now, nodeId)) continue;
      const sought = table.all.length + dialer.awaited.length;
      if (sought >= (servesClients(flags) ? associatesMax : 1)) continue;
      const guest = guests.all.find(({ credential }) => sameId(credential.nodeId, nodeId));
      if (guest !== undefined && (linked !== undefined || !takesGuest)) continue;
      linked ??= guest;
      dialer.offer(now, { nodeId, endpoint, source: "found" }, 0);
    }
    return linked;
  }

  /** A client promoted: those it remembers are greeted, for its peers may be gone; clients, too, as peers like it. */
  seekRemembered(now: Instant): void {
    const asPeer = (contact: Contact): Contact =>
      isClient(contact.flags) ? { ...contact, flags: contactFlags("peer") } : contact;
    this.offer(now, this.#parts.association.remembered.map(asPeer), { source: "found" });
  }

  /**
   * A node without links tries its addresses again, any other one of them now and then, for there may be an overlay
   * beside ours.
   */
  tryAddresses(now: Instant, round: number): void {
    const { neighbourhood, bootstrap, dialer } = this.#parts;
    const { table, stage } = neighbourhood;
    const isLinked = (at: Endpoint): boolean => table.all.some(({ endpoint }) => sameEndpoint(endpoint, at));
    if (table.all.length === 0) bootstrap.tryAgain(now, dialer, { isLinked });
    else if (stage !== "client" && (table.all.length < siblingsMax || round % surveysForAddress === 0)) {
      bootstrap.tryAgain(now, dialer, { isLinked, turn: round });
    }
  }

  /** A neighbour has fallen silent: nobody is sent to it, neither this node nor who asks it for a service. */
  handleSilent(id: NodeId): void {
    this.#parts.association.handleFailed(id);
    this.#parts.store.removeServices(id);
  }

  /**
   * A node that fell silent may only have been cut off, or this one with it; a configured one is wanted back in any
   * case. A client whose other peers serve it can do without.
   */
  seekAgain(now: Instant, { nodeId, endpoint }: Neighbour, reason: string): void {
    const { neighbourhood, bootstrap, dialer } = this.#parts;
    if (bootstrap.handleLinkDown(now, endpoint, dialer) || reason !== "silent") return;
    const left = neighbourhood.table.all.length;
    if (neighbourhood.stage === "client" && left > 0) return;
    const source = dialer.silent >= left ? "cutOff" : "lost";
    dialer.offer(now, { nodeId, endpoint, source }, silentRetryMs);
  }

  /** Who is not on our LAN may be behind a NAT: then it is introduced by the neighbour that named it. */
  private candidateOf({ nodeId, endpoint }: Contact, how: Pick<Candidate, "source" | "namedBy">): Candidate {
    const { local } = this.#parts.neighbourhood;
    const { namedBy } = how;
    if (namedBy === undefined || local === undefined || sharesLan(local.address, endpoint.address))
      return { nodeId, endpoint, ...how };
    return { nodeId, endpoint, ...how, tunnel: tunnelTo(namedBy.nodeId, nodeId) };
  }

  private isOfUse(now: Instant, { nodeId, endpoint }: Contact): boolean {
    const { neighbourhood, dialer } = this.#parts;
    if (this.hasRefused(now, nodeId) || !neighbourhood.wants(nodeId, dialer.awaited)) return false;
    return !exceedsAddressLimit(neighbourhood, nodeId, endpoint);
  }

  private hasRefused(now: Instant, nodeId: NodeId): boolean {
    return this.#refusals.some((refusal) => refusal.until > now && sameId(refusal.nodeId, nodeId));
  }

  /**
   * When to greet a node. Two that hear of each other should not both shake hands, and fifty peers should not all
   * fall upon one that has just been switched on: who seeks a place greets at once, a peer waits for it to do so;
   * of equals the lesser Node-ID begins.
   */
  private delayMs(nodeId: NodeId, flags: number): Duration {
    const { stage, self, table } = this.#parts.neighbourhood;
    if (table.all.length === 0) return 0;
    const storing = contactFlags("peer");
    const areEqual = (contactFlags(stage) & storing) === (flags & storing);
    const isFirst = areEqual ? compareBytes(self, nodeId) < 0 : !stores(stage);
    return isFirst ? 0 : jitter(this.#parts.random, ...courtesyMs);
  }
}

const silentRetryMs = 5_000;
/** How long a node that had no row for us is not greeted; of so many of them it is remembered. */
const refusedMs: readonly [number, number] = [60_000, 180_000];
const refusalsMax = 16;
/** Surveys in quick succession when one has named somebody of use. */
const surveysAfterFind = 2;
/** One address is tried again after so many surveys: 4 to 16 minutes, where nothing changes. */
const surveysForAddress = 4;
const courtesyMs: readonly [number, number] = [1_000, 3_000];
