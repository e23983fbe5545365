import { compareBytes } from "../core/bytes.js";
import { siblingsMax } from "../core/limits.js";
import { sameEndpoint, type Endpoint } from "../core/endpoint.js";
import { sameId, type NodeId } from "../core/node-id.js";
import { jitter, type Random } from "../core/random.js";
import { after, elapsed, type Duration, type Instant } from "../core/time.js";
import type { Credential } from "../identity/credential.js";
import type { Beacon } from "../wire/beacon.js";
import type { Contact } from "../wire/kinds/contact.js";
import type { Stage, Update } from "../wire/kinds/neighbours.js";
import { encodeMessage, type Message } from "../wire/message.js";
import type { Candidate } from "./dialer.js";
import { isForGuests } from "./guests.js";
import { contactFlags, stores } from "./neighbourhood.js";
import type { Neighbour, Seating } from "./node-table.js";
import type { OverlayParts } from "./parts.js";

/** A link that is up: the other has proved its credential. */
export interface OverlayLink {
  readonly link: number;
  readonly credential: Credential;
  readonly endpoint: Endpoint;
  /** Our own address as the other sees it. */
  readonly ownEndpoint?: Endpoint | undefined;
  readonly roundTripMs?: Duration;
}

/** Who is linked, at which stage, and who should be: the changes, and what follows from them in the other machines. */
export class Membership {
  readonly #parts: OverlayParts;
  readonly #random: Random;
  readonly #configSequence: number;
  /** Nodes that had no row for us, the last of them; they are not greeted again for a while. */
  #refusals: readonly { readonly nodeId: NodeId; readonly until: Instant }[] = [];

  constructor(parts: OverlayParts, random: Random, configSequence: number) {
    this.#parts = parts;
    this.#random = random;
    this.#configSequence = configSequence;
  }

  /** A link is up: the node gets a row, and both tell each other of their neighbours. */
  handleLinkUp(now: Instant, linked: OverlayLink): void {
    const { neighbourhood, credentials, bootstrap, discovery, dialer, guests } = this.#parts;
    const { nodeId } = linked.credential;
    if (sameId(nodeId, neighbourhood.self)) return;
    credentials.remember(linked.credential);
    neighbourhood.endpoint ??= linked.ownEndpoint;
    bootstrap.handleLinkUp(now, linked.endpoint, discovery.handleLinkUp(nodeId));
    dialer.handleLinkUp(nodeId, linked.endpoint);
    const seating = this.seat(now, linked);
    if (seating.kind === "full") {
      this.refer(linked);
      this.handleReached(now, nodeId);
      return;
    }
    if (guests.forget(linked.link))
      this.#parts.outbox.push({ kind: "rank", link: linked.link, interval: "other" });
    const { neighbour } = seating;
    if (seating.kind === "renewed") this.handleGone(now, neighbour);
    this.handleChange(now, undefined);
    this.#parts.updates.handleLinkUp(now, neighbour);
    this.#parts.join.handleLinkUp(now, neighbour);
    this.handleReached(now, nodeId);
  }

  /** A link that was asked for did not come about. */
  handleConnectFailed(now: Instant, endpoint: Endpoint, reason: string): void {
    const { dialer, lookups, ownCopies } = this.#parts;
    dialer.handleConnectFailed(now, endpoint, reason);
    lookups.handleConnectFailed(now, endpoint, reason);
    ownCopies.handleConnectFailed(now, endpoint, reason);
  }

  /** Who says something on a link: a neighbour, or a guest with something to say to us; nobody else is listened to. */
  speaker(now: Instant, link: number, message: Message): Neighbour | undefined {
    const { neighbourhood, guests } = this.#parts;
    const seated = neighbourhood.table.byLink(link);
    return seated ?? (isForGuests(message) ? guests.askedByLink(now, link) : undefined);
  }

  /** A link is gone; `reason` as the link layer has it. */
  handleLinkDown(now: Instant, link: number, reason: string): void {
    const { neighbourhood, join, guests } = this.#parts;
    guests.forget(link);
    const gone = neighbourhood.table.remove(link);
    if (gone === undefined) return;
    this.handleGone(now, gone);
    if (reason !== "evicted") this.seekAgain(now, gone, reason);
    if (neighbourhood.table.all.length === 0) join.handleAlone(now);
  }

  handleUpdate(now: Instant, from: Neighbour, { stage, contacts }: Update): void {
    if (stage === "unseated") {
      this.handleLinkDown(now, from.link, "evicted");
      this.addGuest(from);
      const refusal = { nodeId: from.nodeId, until: after(now, jitter(this.#random, ...refusedMs)) };
      this.#refusals = [...this.#refusals, refusal].slice(-refusalsMax);
      this.offer(now, contacts, { source: "found" });
      return;
    }
    this.#parts.updates.handleContacts(from, contacts);
    if (from.stage !== stage) {
      if (from.stage === "joining" && stage === "peer") this.#parts.merger.handlePeer(now, from);
      from.stage = stage;
      this.handleChange(now, undefined);
    }
    this.offer(now, contacts, { source: "neighbour", namedBy: from });
  }

  /** A guest says at which stage it is: it has a row for us, and gets one if there is any for it. */
  handleGuest(now: Instant, link: number, { stage }: Update): void {
    const guest = this.#parts.guests.byLink(link);
    if (guest !== undefined && stage !== "unseated") this.handleLinkUp(now, guest);
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

  /** Takes up contacts that would be of use as links. */
  offer(now: Instant, contacts: readonly Contact[], how: Pick<Candidate, "source" | "namedBy">): void {
    const { neighbourhood, dialer, upkeep } = this.#parts;
    const { table } = neighbourhood;
    for (const { nodeId, endpoint, flags } of contacts) {
      if (sameId(nodeId, neighbourhood.self) || table.byNodeId(nodeId) !== undefined) continue;
      neighbourhood.handleHeard();
      if (this.hasRefused(now, nodeId) || !neighbourhood.wants(nodeId, dialer.awaited)) continue;
      dialer.offer(now, { nodeId, endpoint, ...how }, this.delayMs(nodeId, flags));
      if (neighbourhood.topology.wants(nodeId, table.all, 0)) upkeep.hasten(now, surveysAfterFind);
    }
  }

  /**
   * Before a survey: a node without links tries its addresses again, any other one of them now and then, for there may
   * be an overlay beside ours. In a crowd some rows are kept free for those who need a link to us: one that nobody
   * seeks here is given up.
   */
  handleSurveyDue(now: Instant, round: number): void {
    const { neighbourhood, bootstrap, dialer } = this.#parts;
    const { table } = neighbourhood;
    const isLinked = (at: Endpoint): boolean => table.all.some(({ endpoint }) => sameEndpoint(endpoint, at));
    if (table.all.length === 0) bootstrap.tryAgain(now, dialer, { isLinked });
    else if (table.all.length < siblingsMax || round % surveysForAddress === 0) {
      bootstrap.tryAgain(now, dialer, { isLinked, turn: round });
    }
    const surplus = neighbourhood.hasTooMany ? neighbourhood.surplus(undefined) : undefined;
    if (surplus !== undefined && elapsed(surplus.since, now) >= provenMs) this.giveUp(now, surplus);
  }

  /** This node is at a new stage: all are told. */
  enterStage(now: Instant, stage: Stage): void {
    const { neighbourhood, updates, upkeep, outbox } = this.#parts;
    if (neighbourhood.stage === stage) return;
    const isJoined = stage === "peer";
    if (stage === "filling") upkeep.hasten(now, surveysOfNewcomer);
    neighbourhood.setStage(stage);
    updates.handleStageChange(now);
    this.handleChange(now, undefined);
    outbox.push({ kind: "stageChanged", stage });
    if (isJoined) outbox.push({ kind: "joined" });
  }

  /** Seats a linked node; a full table gives up a less useful link for it, if there is one. */
  private seat(now: Instant, linked: OverlayLink): Seating {
    const { neighbourhood } = this.#parts;
    const { table } = neighbourhood;
    const seating = table.seat(now, linked);
    if (seating.kind !== "full") return seating;
    const surplus = neighbourhood.surplus(linked.credential.nodeId);
    if (surplus === undefined) return seating;
    this.giveUp(now, surplus);
    return table.seat(now, linked);
  }

  private giveUp(now: Instant, surplus: Neighbour): void {
    this.handleLinkDown(now, surplus.link, "evicted");
    this.refer(surplus);
  }

  /** A node that fell silent may only have been cut off; a configured one is wanted back in any case. */
  private seekAgain(now: Instant, { nodeId, endpoint }: Neighbour, reason: string): void {
    const { bootstrap, dialer } = this.#parts;
    if (bootstrap.handleLinkDown(now, endpoint, dialer) || reason !== "silent") return;
    dialer.offer(now, { nodeId, endpoint, source: "lost" }, silentRetryMs);
  }

  /** No room: the node is told so, and of others (protocol §4, I5); its link stays as long as it has a use. */
  private refer(linked: OverlayLink): void {
    const { neighbourhood, outbox } = this.#parts;
    const { nodeId } = linked.credential;
    const contacts = neighbourhood.contacts(nodeId, referralsMax, nodeId);
    const configSequence = this.#configSequence;
    const message = encodeMessage({ type: "update", configSequence, stage: "unseated", contacts });
    outbox.push({ kind: "send", link: linked.link, message });
    this.addGuest(linked);
  }

  private addGuest(linked: OverlayLink): void {
    const { guests, outbox } = this.#parts;
    guests.note(linked);
    outbox.push({ kind: "rank", link: linked.link, interval: "guest" });
  }

  private hasRefused(now: Instant, nodeId: NodeId): boolean {
    return this.#refusals.some((refusal) => refusal.until > now && sameId(refusal.nodeId, nodeId));
  }

  /** Whoever waits to put a question to a node can do so, seated or not. */
  private handleReached(now: Instant, nodeId: NodeId): void {
    this.#parts.lookups.handleLinkUp(now, nodeId);
    this.#parts.ownCopies.handleLinkUp(now, nodeId);
  }

  /** What hangs on a neighbour that is gone, or that came again without memory. */
  private handleGone(now: Instant, gone: Neighbour): void {
    const { repair, acks, dialer, merger, updates, upkeep, pointers } = this.#parts;
    repair.handleLinkDown(gone);
    pointers.handleLinkDown(gone);
    acks.handleLinkDown(gone.link);
    dialer.handleLinkDown(gone);
    merger.handleLinkDown(gone);
    this.handleChange(now, gone);
    updates.handleLinkDown(now);
    const { table, topology } = this.#parts.neighbourhood;
    if (topology.wants(gone.nodeId, table.all, 0)) upkeep.hasten(now, surveysAfterLoss);
  }

  private handleChange(now: Instant, gone: Neighbour | undefined): void {
    const { neighbourhood, replication, publisher, digests, upkeep } = this.#parts;
    neighbourhood.handleChange();
    replication.handleMembershipChange(now, gone);
    publisher.handleMembershipChange(now);
    digests.handleChange(now);
    upkeep.handleChange(now);
  }

  /**
   * When to greet a node. Two that hear of each other should not both shake hands, and fifty peers should not all
   * fall upon one that has just been switched on: who seeks a place greets at once, a peer waits for it to do so;
   * of equals the lesser Node-ID begins.
   */
  private delayMs(nodeId: NodeId, flags: number): Duration {
    const { stage, self, table } = this.#parts.neighbourhood;
    if (table.all.length === 0) return 0;
    const ours = contactFlags(stage);
    const isFirst = ours === flags ? compareBytes(self, nodeId) < 0 : !stores(stage);
    return isFirst ? 0 : jitter(this.#random, ...courtesyMs);
  }
}

const referralsMax = 3;
const silentRetryMs = 5_000;
/** How long a node that had no row for us is not greeted; of so many of them it is remembered. */
const refusedMs: readonly [number, number] = [60_000, 180_000];
const refusalsMax = 16;
/** Surveys in quick succession: each kind has two turns when a link is lost; a newcomer looks into every part. */
const surveysAfterLoss = 6;
const surveysAfterFind = 3;
const surveysOfNewcomer = 12;
/** One address is tried again after so many surveys: 4 to 16 minutes, where nothing changes. */
const surveysForAddress = 4;
/** A link is not given up before it could show what it leads to, ms. */
const provenMs = 30_000;
const courtesyMs: readonly [number, number] = [1_000, 3_000];
