import { associatesMax } from "../core/limits.js";
import { earliest, type Deadline, type Instant } from "../core/time.js";
import { isHeldElsewhere } from "./copy-task.js";
import { Departure } from "./departure.js";
import type { Membership } from "./membership.js";
import { isClient, servesClients, stores } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import type { OverlayParts } from "./parts.js";
import type { RoleOrder } from "./role-state.js";

/**
 * Carries out what is decided of this node's role (protocol §4): becoming a client, with up to three of the linked
 * peers to serve it; becoming a peer, which is joining through those and the nodes remembered; and giving up being a
 * peer, which is leaving in good order first, but for those three links.
 */
export class RoleChange {
  readonly #parts: OverlayParts;
  readonly #membership: Membership;
  /** Under way while a peer hands over what it holds. */
  #demotion: Departure | undefined;
  #asked = 0;

  constructor(parts: OverlayParts, membership: Membership) {
    this.#parts = parts;
    this.#membership = membership;
  }

  private carryOut(now: Instant, order: RoleOrder): void {
    switch (order) {
      case "attach":
        this.attach(now);
        return;
      case "takeOver":
        this.takeOver(now);
        return;
      case "promote":
        this.promote(now);
        return;
      case "ask":
        this.ask();
        return;
      case "demote":
        this.demote(now);
    }
  }

  /** Does what is wanted now; whether anything was. */
  settle(now: Instant): boolean {
    const order = this.#parts.role.pollOrder();
    if (order !== undefined) this.carryOut(now, order);
    return order !== undefined;
  }

  /** The node leaves for good. */
  stop(): void {
    const { role, association, join, discovery, upkeep } = this.#parts;
    this.#demotion = undefined;
    for (const part of [role, association, join, discovery, upkeep]) part.stop();
  }

  /** The steps of joining, and of handing over, that are due. */
  handleTimeout(now: Instant): void {
    const { join, bootstrap, dialer, role } = this.#parts;
    const stage = role.isDeciding ? undefined : join.handleTimeout(now, bootstrap.isTrying, dialer.pending);
    if (stage !== undefined) {
      role.handleJoined(now);
      this.#membership.enterStage(now, stage);
    }
    this.settleDemotion(now);
  }

  pollTimeout(now: Instant): Deadline | undefined {
    const { join, role } = this.#parts;
    const demotion = this.#demotion?.pollTimeout(now);
    return role.isDeciding ? demotion : earliest(demotion, join.pollTimeout(now));
  }

  /** Handing over has ended; what nobody has taken would be lost with a client, so that one stays a peer. */
  private settleDemotion(now: Instant): void {
    const { replication, store, role } = this.#parts;
    if (this.#demotion?.handleTimeout(now, replication.isIncomplete) !== true) return;
    this.#demotion = undefined;
    if (!store.all.every(isHeldElsewhere)) {
      this.#membership.enterStage(now, "peer");
      role.handleStayed(now);
      return;
    }
    for (const stored of store.all) store.remove(stored);
    this.attach(now);
    role.handleDemoted(now);
  }

  /** Be a client from now on; a peer that others count on is to `demote` instead. */
  private attach(now: Instant): void {
    const { neighbourhood, join } = this.#parts;
    if (neighbourhood.stage === "client") return;
    join.stop();
    const kept = this.servers();
    const others = neighbourhood.table.all.filter((neighbour) => !kept.includes(neighbour));
    // Who knows nobody that serves it keeps those it knows a while: it asks them for others.
    for (const neighbour of others)
      if (kept.length === 0) this.#membership.giveUp(now, neighbour);
      else this.#membership.dismiss(now, neighbour.link);
    for (const { link } of neighbourhood.clients.all) this.#membership.dismiss(now, link);
    this.#membership.enterStage(now, "client");
    this.#parts.association.start(now);
  }

  /** Be a peer from now on. */
  private promote(now: Instant): void {
    const { neighbourhood, association, join, updates } = this.#parts;
    if (this.#demotion !== undefined) {
      this.#demotion = undefined;
      this.#membership.enterStage(now, "peer");
      return;
    }
    if (neighbourhood.stage !== "client") return;
    association.stop();
    this.#membership.enterStage(now, "joining");
    // Who serves this node hears of it first: what is asked next comes from a neighbour.
    updates.handleTimeout(now);
    join.start(now);
    for (const neighbour of neighbourhood.table.all) join.handleLinkUp(now, neighbour);
    this.meetOthers(now);
  }

  /** Be one at once: to be found matters more than to know all others, who are in the same case. */
  private takeOver(now: Instant): void {
    const { neighbourhood, association, join, discovery } = this.#parts;
    if (neighbourhood.stage !== "client") return;
    association.stop();
    this.#membership.enterStage(now, "filling");
    join.takeOver(now);
    discovery.hasten(now);
    this.meetOthers(now);
  }

  /**
   * Who is linked and had no row as long as this node was a client gets one; who was a client, too, is told, for it may
   * be none any more, or soon; those remembered are greeted.
   */
  private meetOthers(now: Instant): void {
    const { guests, clientUpdates, neighbourhood } = this.#parts;
    for (const guest of guests.all)
      if (isClient(guest.flags ?? 0)) clientUpdates.send(guest.link, neighbourhood.stage, []);
      else this.#membership.handleLinkUp(now, guest);
    this.#membership.introductions.seekRemembered(now);
  }

  /** Be a client as soon as all records are with others. */
  private demote(now: Instant): void {
    const { neighbourhood, updates } = this.#parts;
    if (this.#demotion !== undefined || neighbourhood.stage === "client") return;
    if (!stores(neighbourhood.stage)) {
      this.attach(now);
      this.#parts.role.handleDemoted(now);
      return;
    }
    this.#demotion = new Departure();
    this.#demotion.start(now);
    this.#membership.enterStage(now, "leaving");
    updates.handleTimeout(now);
  }

  /** Asks a peer, one that serves clients if there is any, whether this node may become one; another each time. */
  private ask(): void {
    const peers = this.#parts.neighbourhood.table.all.filter(({ stage }) => stage === "peer");
    const serving = peers.filter(({ flags }) => servesClients(flags));
    const eligible = serving.length > 0 ? serving : peers;
    const asked = eligible[this.#asked++ % Math.max(1, eligible.length)];
    if (asked !== undefined) this.#parts.clientUpdates.send(asked.link, "asking", []);
  }

  /** Whom to be served by, of the linked peers: the nearest that serve clients; where none does, one that may. */
  private servers(): readonly Neighbour[] {
    const storing = this.#parts.neighbourhood.table.all.filter(({ stage }) => stores(stage));
    const serving = storing.filter(({ flags }) => servesClients(flags));
    const [eligible, count] = serving.length > 0 ? [serving, associatesMax] : [storing, 1];
    return [...eligible].sort((a, b) => a.srttMs - b.srttMs).slice(0, count);
  }
}
