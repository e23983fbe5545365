import type { Endpoint } from "../core/endpoint.js";
import { sameId, type NodeId } from "../core/node-id.js";
import { elapsed, type Instant } from "../core/time.js";
import { isTunnel } from "../core/tunnel-endpoint.js";
import type { Contact } from "../wire/kinds/contact.js";
import { isStage, type Stage, type Update } from "../wire/kinds/neighbours.js";
import type { Message } from "../wire/message.js";
import { ClientService, type ClientWord } from "./client-service.js";
import { isForGuests } from "./guests.js";
import { Introductions } from "./introductions.js";
import { contactFlags, isClient, servesClients, stores } from "./neighbourhood.js";
import type { Gone, Neighbour, OverlayLink, Seating } from "./node-table.js";
import type { OverlayParts } from "./parts.js";
import { mayHaveRow } from "./row-rule.js";

/** Who is linked, at which stage, and who should be: the changes, and what follows from them in the other machines. */
export class Membership {
  readonly introductions: Introductions;
  readonly #parts: OverlayParts;
  readonly #service: ClientService;

  constructor(parts: OverlayParts) {
    this.introductions = new Introductions(parts);
    this.#parts = parts;
    this.#service = new ClientService(parts);
  }

  /** A link is up: the node gets a row, and both tell each other of their neighbours. */
  handleLinkUp(now: Instant, linked: OverlayLink): void {
    const { neighbourhood, credentials, bootstrap, discovery, dialer, guests } = this.#parts;
    const { nodeId } = linked.credential;
    if (sameId(nodeId, neighbourhood.self)) return;
    credentials.remember(linked.credential);
    this.introductions.handleSeen(now, linked);
    bootstrap.handleLinkUp(now, linked.endpoint, discovery.handleLinkUp(nodeId));
    const isSought = dialer.handleLinkUp(nodeId, linked.endpoint);
    const seating = this.seat(now, linked, isSought);
    if (seating.kind === "full") {
      if (isClient(linked.flags ?? 0) && stores(neighbourhood.stage)) this.addGuest(linked);
      else this.refer(linked);
      this.handleReached(now, nodeId);
      return;
    }
    if (guests.forget(linked.link))
      this.#parts.outbox.push({ kind: "rank", link: linked.link, interval: "other" });
    const { neighbour } = seating;
    if (seating.kind === "renewed") this.handleGone(now, neighbour, true);
    this.handleChange(now, undefined);
    if (neighbourhood.stage === "client") this.#parts.association.handleLinkUp(now, neighbour);
    else {
      this.#parts.updates.handleLinkUp(now, neighbour);
      this.#parts.join.handleLinkUp(now, neighbour);
    }
    this.handleReached(now, nodeId);
  }

  /** A link that was asked for did not come about. */
  handleConnectFailed(now: Instant, endpoint: Endpoint, reason: string): void {
    const { dialer, lookups, ownCopies } = this.#parts;
    dialer.handleConnectFailed(now, endpoint, reason);
    lookups.handleConnectFailed(now, endpoint, reason);
    ownCopies.handleConnectFailed(now, endpoint, reason);
  }

  /**
   * Who says something on a link: a neighbour, a client, or a guest with something to say to us; nobody else is
   * listened to.
   */
  speaker(now: Instant, link: number, message: Message): Neighbour | undefined {
    const { neighbourhood, guests } = this.#parts;
    const seated = neighbourhood.linkedBy(link);
    return seated ?? (isForGuests(message) ? guests.askedByLink(now, link) : undefined);
  }

  /** A link is gone; `reason` as the link layer has it. */
  handleLinkDown(now: Instant, link: number, reason: string): void {
    const { neighbourhood, join, guests } = this.#parts;
    guests.forget(link);
    this.#service.remove(link);
    const gone = neighbourhood.table.remove(link);
    if (gone === undefined) return;
    this.#parts.roleAdmission.handleEnded(gone.nodeId);
    if (reason === "silent") this.introductions.handleSilent(gone.nodeId);
    this.handleGone(now, gone, reason !== "evicted");
    if (reason !== "evicted") this.introductions.seekAgain(now, gone, reason);
    if (neighbourhood.table.all.length === 0) join.handleAlone(now);
  }

  handleUpdate(now: Instant, from: Neighbour, { stage, contacts }: Update): void {
    switch (stage) {
      case "unseated":
        this.handleLinkDown(now, from.link, "evicted");
        this.addGuest(from);
        // A client has rows for nobody, until it is one no more.
        if (!isClient(from.flags)) this.introductions.handleRefused(now, from.nodeId);
        this.introductions.offer(now, contacts, { source: "found" });
        return;
      case "client":
      case "associate":
        this.handleClient(now, from, stage);
        return;
      case "asking":
        this.handleAsking(now, from);
        return;
      case "granting":
        this.#parts.role.handleGrant();
        return;
      default:
        this.handleStage(now, from, stage);
        this.#parts.updates.handleUpdate(now, from, contacts);
        this.introductions.offer(now, contacts, { source: "neighbour", namedBy: from });
    }
  }

  /**
   * A guest says at which stage it is: it has a row for us, and gets one if there is any for it; or it wants to be our
   * client.
   */
  handleGuest(now: Instant, link: number, { stage }: Update): void {
    const guest = this.#parts.guests.byLink(link);
    if (guest === undefined) return;
    if (stage === "client" || stage === "associate") this.serve(now, guest, stage);
    else if (isStage(stage) && !isTunnel(guest.endpoint))
      this.handleLinkUp(now, { ...guest, flags: contactFlags(stage, guest.flags) });
  }

  /**
   * Before a survey: addresses are tried again. In a crowd some rows are kept free for those who need a link to us: one
   * that nobody seeks here is given up.
   */
  handleSurveyDue(now: Instant, round: number): void {
    const { neighbourhood } = this.#parts;
    this.introductions.tryAddresses(now, round);
    const surplus = neighbourhood.hasTooMany ? neighbourhood.surplus(undefined) : undefined;
    if (surplus !== undefined && elapsed(surplus.since, now) >= provenMs) this.giveUp(now, surplus);
  }

  /** Ends the link to a node that this one has no use for any more. */
  dismiss(now: Instant, link: number): void {
    this.handleLinkDown(now, link, "evicted");
    this.#parts.outbox.push({ kind: "close", link, reason: "evicted" });
  }

  /** Takes its row from a neighbour, which is told of others; the link stays as long as it has a use. */
  giveUp(now: Instant, surplus: Neighbour): void {
    this.handleLinkDown(now, surplus.link, "evicted");
    this.refer(surplus);
  }

  /** A client looks for peers that serve it. */
  handleSearchDue(now: Instant): void {
    for (const { link } of this.#parts.association.superfluous) this.dismiss(now, link);
    const { guests, association } = this.#parts;
    for (const { link } of guests.all.slice(-guestsAsked)) {
      const guest = guests.askedByLink(now, link);
      if (guest !== undefined) association.askGuest(now, guest);
    }
    this.introductions.tryAddresses(now, 0);
    this.seekAssociates(now);
  }

  /** This node is at a new stage: all are told. */
  enterStage(now: Instant, stage: Stage): void {
    const { neighbourhood, updates, upkeep, outbox } = this.#parts;
    if (neighbourhood.stage === stage) return;
    const isJoined = stage === "peer";
    if (stage === "filling") upkeep.hasten(now, surveysOfNewcomer);
    neighbourhood.setStage(stage);
    if (stage !== "client") updates.handleStageChange(now);
    this.#parts.clientUpdates.handleStageChange(now);
    this.handleChange(now, undefined);
    outbox.push({ kind: "setFlags", flags: neighbourhood.flags });
    outbox.push({ kind: "stageChanged", stage });
    if (isJoined) outbox.push({ kind: "joined" });
  }

  /** Seats a linked node, if it may have a row; a full table gives up a less useful link for it, if there is one. */
  private seat(now: Instant, linked: OverlayLink, isSought: boolean): Seating {
    const { neighbourhood } = this.#parts;
    const { table } = neighbourhood;
    if (!mayHaveRow(neighbourhood, linked, isSought)) return { kind: "full" };
    if (servesClients(linked.flags ?? 0)) this.#parts.role.handleHint(now);
    const seating = table.seat(now, linked);
    if (seating.kind !== "full") return seating;
    const surplus = neighbourhood.surplus(linked.credential.nodeId);
    if (surplus === undefined) return seating;
    this.giveUp(now, surplus);
    return table.seat(now, linked);
  }

  /** A neighbour, or one that was our client, is at another stage. */
  private handleStage(now: Instant, from: Neighbour, stage: Stage): void {
    if (from.stage === stage) return;
    if (from.stage === "client") {
      if (stage === "leaving") return;
      this.#service.remove(from.link);
      this.handleLinkUp(now, { ...from, flags: contactFlags(stage, from.flags) });
      const seated = this.#parts.neighbourhood.table.byLink(from.link);
      if (seated !== undefined) this.handleStage(now, seated, stage);
      return;
    }
    if (from.stage === "joining" && stage === "peer") this.#parts.merger.handlePeer(now, from);
    from.stage = stage;
    this.handleChange(now, undefined);
  }

  /** A peer asks whether it may become a client: silence means that it may not. */
  private handleAsking(now: Instant, { nodeId, link }: Neighbour): void {
    const { roleAdmission, neighbourhood, clientUpdates } = this.#parts;
    if (roleAdmission.grants(now, nodeId, neighbourhood.clients.free))
      clientUpdates.send(link, "granting", []);
  }

  /** A neighbour or client says that it is a client. */
  private handleClient(now: Instant, from: Neighbour, word: ClientWord): void {
    if (from.stage === "client") this.#service.handleWord(from, word);
    else {
      this.handleLinkDown(now, from.link, "evicted");
      this.serve(now, from, word);
    }
  }

  /** Takes a node for a client, if it can be served here; else it is told of others that may. */
  private serve(now: Instant, linked: OverlayLink, word: ClientWord): void {
    const { neighbourhood } = this.#parts;
    if (this.#service.take(now, linked, word)) return;
    this.refer(linked, neighbourhood.contactsForClient(linked.credential.nodeId, referralsMax));
  }

  /** No room: the node is told so, and of others (protocol §4, I5); its link stays as long as it has a use. */
  private refer(linked: OverlayLink, others?: readonly Contact[]): void {
    const { neighbourhood, clientUpdates } = this.#parts;
    const { nodeId } = linked.credential;
    const contacts = others ?? neighbourhood.contacts(nodeId, referralsMax, nodeId);
    clientUpdates.send(linked.link, "unseated", contacts);
    this.addGuest(linked);
  }

  private addGuest(linked: OverlayLink): void {
    const { guests, outbox } = this.#parts;
    guests.note(linked);
    outbox.push({ kind: "rank", link: linked.link, interval: "guest" });
  }

  private seekAssociates(now: Instant): void {
    const guest = this.introductions.seekAssociates(now, true);
    if (guest !== undefined) this.handleLinkUp(now, guest);
  }

  /** Whoever waits to put a question to a node can do so, seated or not. */
  private handleReached(now: Instant, nodeId: NodeId): void {
    this.#parts.lookups.handleLinkUp(now, nodeId);
    this.#parts.ownCopies.handleLinkUp(now, nodeId);
  }

  /** What hangs on a neighbour that is gone, or that came again without memory; `isLost`: for all, not only for us. */
  private handleGone(now: Instant, gone: Neighbour, isLost: boolean): void {
    const { repair, acks, dialer, merger, updates, upkeep, pointers, lending } = this.#parts;
    lending.handleGone(gone);
    repair.handleLinkDown(gone);
    pointers.handleLinkDown(gone);
    acks.handleLinkDown(gone.link);
    dialer.handleLinkDown(gone);
    merger.handleLinkDown(gone);
    this.handleChange(now, { neighbour: gone, isLost });
    if (this.#parts.neighbourhood.stage === "client") {
      this.seekAssociates(now);
      return;
    }
    updates.handleLinkDown(now, gone);
    const { table, topology } = this.#parts.neighbourhood;
    if (isLost) this.#parts.ownCopies.handleLoss(now, table.all.length);
    if (topology.wants(gone.nodeId, table.all, 0)) upkeep.hasten(now, surveysAfterLoss);
  }

  private handleChange(now: Instant, gone: Gone | undefined): void {
    const { neighbourhood, replication, publisher, digests, upkeep, association, role } = this.#parts;
    neighbourhood.handleChange();
    this.#parts.lending.handleChange(now);
    role.handleNeighbours(now, neighbourhood.inviting, association.associates.length);
    if (neighbourhood.stage === "client") {
      association.handleChange(now);
      publisher.handleMembershipChange(now);
      return;
    }
    replication.handleMembershipChange(now, gone);
    publisher.handleMembershipChange(now);
    digests.handleChange(now);
    upkeep.handleChange(now);
  }
}

const referralsMax = 3;
/** Guests that a client asks who would serve it, where nobody does. */
const guestsAsked = 2;
/** Surveys in quick succession: each kind has a turn when a link is lost; a newcomer looks into every part. */
const surveysAfterLoss = 3;
const surveysOfNewcomer = 12;
/** A link is not given up before it could show what it leads to, ms. */
const provenMs = 30_000;
