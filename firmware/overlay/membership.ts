import { compareBytes } from "../core/bytes.js";
import type { Endpoint } from "../core/endpoint.js";
import { sameId, type NodeId } from "../core/node-id.js";
import { jitter, type Random } from "../core/random.js";
import { after, type Duration, type Instant } from "../core/time.js";
import type { Credential } from "../identity/credential.js";
import type { Beacon } from "../wire/beacon.js";
import type { Contact } from "../wire/kinds/contact.js";
import type { Stage, Update } from "../wire/kinds/neighbours.js";
import { encodeMessage } from "../wire/message.js";
import type { Candidate } from "./dialer.js";
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
}

/** Who is linked, at which stage, and who should be: the changes, and what follows from them in the other machines. */
export class Membership {
  readonly #parts: OverlayParts;
  readonly #random: Random;
  readonly #configSequence: number;
  /** Linked nodes without a row, here or there: bounded by the rows of the link layer. */
  #guests: readonly OverlayLink[] = [];
  /** Nodes that had no row for us, the last of them; they are not greeted again for a while. */
  #refusals: readonly { readonly nodeId: NodeId; readonly until: Instant }[] = [];

  constructor(parts: OverlayParts, random: Random, configSequence: number) {
    this.#parts = parts;
    this.#random = random;
    this.#configSequence = configSequence;
  }

  /** A link is up: the node gets a row, and both tell each other of their neighbours. */
  handleLinkUp(now: Instant, linked: OverlayLink): void {
    const { neighbourhood, credentials, bootstrap, discovery, dialer } = this.#parts;
    const { nodeId } = linked.credential;
    if (sameId(nodeId, neighbourhood.self)) return;
    credentials.remember(linked.credential);
    neighbourhood.endpoint ??= linked.ownEndpoint;
    bootstrap.handleLinkUp(linked.endpoint, discovery.handleLinkUp(nodeId));
    dialer.handleLinkUp(nodeId, linked.endpoint);
    const seating = this.seat(now, linked);
    if (seating.kind === "full") {
      this.refer(linked);
      return;
    }
    if (this.forgetGuest(linked.link))
      this.#parts.outbox.push({ kind: "rank", link: linked.link, interval: "other" });
    const { neighbour } = seating;
    if (seating.kind === "renewed") this.handleGone(now, neighbour);
    this.handleChange(now, undefined);
    this.#parts.updates.handleLinkUp(now, neighbour);
    this.#parts.join.handleLinkUp(now, neighbour);
    this.#parts.lookups.handleLinkUp(now, neighbour);
  }

  /** A link is gone; `reason` as the link layer has it. */
  handleLinkDown(now: Instant, link: number, reason: string): void {
    const { neighbourhood, join } = this.#parts;
    this.forgetGuest(link);
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
      from.stage = stage;
      this.handleChange(now, undefined);
    }
    this.offer(now, contacts, { source: "neighbour", namedBy: from });
  }

  /** A guest says at which stage it is: it has a row for us, and gets one if there is any for it. */
  handleGuest(now: Instant, link: number, { stage }: Update): void {
    const guest = this.#guests.find((one) => one.link === link);
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
    const { neighbourhood, dialer } = this.#parts;
    const { table, topology } = neighbourhood;
    for (const { nodeId, endpoint, flags } of contacts) {
      if (sameId(nodeId, neighbourhood.self) || table.byNodeId(nodeId) !== undefined) continue;
      if (!topology.wants(nodeId, table.all, table.capacity)) continue;
      if (this.hasRefused(now, nodeId)) continue;
      dialer.offer(now, { nodeId, endpoint, ...how }, this.delayMs(nodeId, flags));
    }
  }

  /** This node is at a new stage: all are told. */
  enterStage(now: Instant, stage: Stage): void {
    const { neighbourhood, updates, outbox } = this.#parts;
    if (neighbourhood.stage === stage) return;
    const isJoined = stage === "peer";
    neighbourhood.setStage(stage);
    updates.handleStageChange(now);
    this.handleChange(now, undefined);
    outbox.push({ kind: "stageChanged", stage });
    if (isJoined) outbox.push({ kind: "joined" });
  }

  /** Seats a linked node; a full table gives up a less useful link for it, if there is one. */
  private seat(now: Instant, linked: OverlayLink): Seating {
    const { table, topology } = this.#parts.neighbourhood;
    const seating = table.seat(now, linked);
    if (seating.kind !== "full") return seating;
    const surplus = topology.surplus(linked.credential.nodeId, table.all);
    if (surplus === undefined) return seating;
    this.handleLinkDown(now, surplus.link, "evicted");
    this.refer(surplus);
    return table.seat(now, linked);
  }

  /** A node that fell silent may only have been cut off; a configured one is wanted back in any case. */
  private seekAgain(now: Instant, { nodeId, endpoint }: Neighbour, reason: string): void {
    const { bootstrap, dialer } = this.#parts;
    if (bootstrap.handleLinkDown(now, endpoint, dialer) || reason !== "silent") return;
    dialer.offer(now, { nodeId, endpoint, source: "found" }, silentRetryMs);
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

  private addGuest({ link, credential, endpoint }: OverlayLink): void {
    this.forgetGuest(link);
    this.#guests = [...this.#guests, { link, credential, endpoint }];
    this.#parts.outbox.push({ kind: "rank", link, interval: "guest" });
  }

  private hasRefused(now: Instant, nodeId: NodeId): boolean {
    return this.#refusals.some((refusal) => refusal.until > now && sameId(refusal.nodeId, nodeId));
  }

  /** False where the link was no guest's. */
  private forgetGuest(link: number): boolean {
    const others = this.#guests.filter((guest) => guest.link !== link);
    const wasGuest = others.length < this.#guests.length;
    this.#guests = others;
    return wasGuest;
  }

  /** What hangs on a neighbour that is gone, or that came again without memory. */
  private handleGone(now: Instant, gone: Neighbour): void {
    const { repair, acks, dialer } = this.#parts;
    repair.handleLinkDown(gone);
    acks.handleLinkDown(gone.link);
    dialer.handleLinkDown(gone);
    this.handleChange(now, gone);
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
const courtesyMs: readonly [number, number] = [1_000, 3_000];
