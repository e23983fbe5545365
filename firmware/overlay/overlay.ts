import type { Endpoint } from "../core/endpoint.js";
import type { NodeId, ResourceId } from "../core/node-id.js";
import { earliest, type Deadline, type Instant } from "../core/time.js";
import type { Beacon } from "../wire/beacon.js";
import type { Message } from "../wire/message.js";
import type { Bootstraps, NameNews } from "./bootstrap.js";
import { Departure } from "./departure.js";
import { describeParts, type OverlayDescription } from "./description.js";
import type { OverlayEffect, OverlayPong } from "./effect.js";
import { Exchange } from "./exchange.js";
import { InboundLimit } from "./inbound-limit.js";
import type { SoughtRecords } from "./lookup-state.js";
import { Membership } from "./membership.js";
import { noteRoundTrip, type Neighbour, type OverlayLink } from "./node-table.js";
import { OverlayParts, type OverlayOptions } from "./parts.js";
import type { Publication } from "./publication.js";
import type { RecordQuery } from "./record-queries.js";
import { RoleChange } from "./role-change.js";
import type { RoleChoice } from "./role-state.js";
import { runTimedParts, timedPartsDeadline } from "./timed-parts.js";

export type { Bootstraps } from "./bootstrap.js";
export type { OverlayDescription } from "./description.js";
export type { FetchOutcome, OverlayEffect, StatOutcome } from "./effect.js";
export type { OverlayLink } from "./node-table.js";
export type { OverlayOptions } from "./parts.js";
export type { Publication } from "./publication.js";

/**
 * A peer of the overlay, as one sans-IO machine on top of links: finds the others, keeps its neighbours, routes,
 * stores, looks up. Everything goes in by `handle…` and out by `pollEffect`; README.md shows how it hangs together.
 */
export class Overlay {
  readonly #parts: OverlayParts;
  readonly #exchange: Exchange;
  readonly #membership: Membership;
  readonly #roleChange: RoleChange;
  readonly #departure = new Departure();
  readonly #inbound = new InboundLimit();
  #now: Instant = 0 as Instant;
  /** What is due next; reckoned when it is asked for, after a call that may have changed it. */
  #next: Deadline | undefined;
  #isNextKnown = false;
  #nextRequest = 1;

  constructor(options: OverlayOptions) {
    this.#parts = new OverlayParts(options);
    this.#exchange = new Exchange(this.#parts);
    this.#membership = new Membership(this.#parts);
    this.#roleChange = new RoleChange(this.#parts, this.#membership);
  }

  /** Begins to look for the overlay in all ways at once; nobody found, this node is an overlay of one. */
  start(now: Instant, bootstraps: Bootstraps): void {
    const { neighbourhood, discovery, bootstrap, join, upkeep, role, outbox } = this.#parts;
    this.#membership.introductions.setLocal(bootstraps.local);
    outbox.push({ kind: "setFlags", flags: neighbourhood.flags });
    role.start(now);
    discovery.start(now, bootstraps.asksServices === true);
    join.start(now);
    upkeep.start(now);
    bootstrap.start(now, bootstraps, this.#parts);
    this.settle(now);
  }

  /** Where this node is from now on. */
  setLocal(local: Endpoint): void {
    this.#membership.introductions.setLocal(local);
  }

  /** What this node is to be from now on: a client, a peer, or as it finds best. */
  setRole(now: Instant, choice: RoleChoice): void {
    this.#parts.role.setChoice(now, choice);
    this.settle(now);
  }

  /** Whether a beacon, not decoded yet, is worth reading; of a flood few are. */
  hearsBeacon(now: Instant, bytes: Uint8Array): boolean {
    return !this.#departure.isLeaving && this.#parts.discovery.hears(now, bytes);
  }

  /** A beacon worth reading; whether its sender, who has proved nothing, is being greeted. */
  handleBeacon(now: Instant, from: Endpoint, beacon: Beacon): boolean {
    if (this.#departure.isLeaving) return false;
    const isGreeted = this.#membership.introductions.handleBeacon(now, from, beacon);
    this.settle(now);
    return isGreeted;
  }

  /** Where the LAN, or whoever looks names up, says that somebody is; false when nothing came of it. */
  handleNames(now: Instant, news: NameNews): boolean {
    const any = !this.#departure.isLeaving && this.#parts.bootstrap.handleNames(now, news, this.#parts);
    if (any) this.settle(now);
    return any;
  }

  handleLinkUp(now: Instant, linked: OverlayLink): void {
    if (this.#departure.isGone) return;
    this.#membership.handleLinkUp(now, linked);
    this.settle(now);
  }

  /** The other end of a link is elsewhere now; out of a tunnel it may be a neighbour. */
  handleMoved(now: Instant, moved: { readonly link: number; readonly endpoint: Endpoint }): void {
    const arrived = this.#membership.introductions.handleMoved(moved);
    if (arrived !== undefined) this.#membership.handleLinkUp(now, arrived);
    this.settle(now);
  }

  handleLinkDown(now: Instant, link: number, reason: string): void {
    this.#membership.handleLinkDown(now, link, reason);
    this.settle(now);
  }

  /** A link that was asked for by a `connect` effect did not come about. */
  handleConnectFailed(now: Instant, endpoint: Endpoint, reason: string): void {
    this.#membership.handleConnectFailed(now, endpoint, reason);
    this.settle(now);
  }

  /** A message in the frame with this counter. Of links without a row few are taken. */
  handleMessage(now: Instant, link: number, message: Message, counter: number): void {
    const from = this.#membership.speaker(now, link, message);
    if (this.#departure.isGone || (from !== undefined && !this.#inbound.take(now, from))) return;
    if (from !== undefined) this.handle(now, from, message, counter);
    else if (message.type === "update") this.#membership.handleGuest(now, link, message);
    else return;
    this.settle(now);
  }

  /** Whether SIP of a link is taken now. */
  admitsSip(now: Instant, link: number): boolean {
    const from = this.#parts.neighbourhood.linkedBy(link);
    return from === undefined || this.#inbound.takeSip(now, from);
  }

  handlePong(now: Instant, pong: OverlayPong): void {
    const from = this.#parts.neighbourhood.linkedBy(pong.link);
    if (from === undefined) return;
    noteRoundTrip(from, pong.roundTripMs);
    if (from.stage !== "client") this.#parts.digests.handlePong(now, from, pong.digest);
    this.settle(now);
  }

  /** The counter of the frame that a `send` effect with a token went out in; `undefined`: there is no such link. */
  handleSent(now: Instant, token: number, counter: number | undefined): void {
    this.#parts.repair.handleSent(token, counter);
    if (counter === undefined) this.settle(now);
  }

  /** Sends a frame of a link whose path is a tunnel. */
  sendThroughTunnel(to: Endpoint, frame: Uint8Array): void {
    this.#parts.tunnels.send(to, frame);
  }

  handleTimeout(now: Instant): void {
    const next = this.pollTimeout();
    if (next === undefined || next.at > now) return;
    this.#exchange.handleTimeout(now);
    runTimedParts(now, this.#parts, this.#membership);
    this.advance(now);
    this.settle(now);
  }

  /** Signs a record of our own, stores it and keeps it stored; false when there are too many. */
  publish(now: Instant, publication: Publication): boolean {
    const isTaken = this.#parts.publisher.publish(now, publication);
    this.#parts.publisher.handleTimeout(now);
    this.settle(now);
    return isTaken;
  }

  /** Removes a record of our own. */
  unpublish(now: Instant, address: Pick<Publication, "resource" | "kind" | "key">): void {
    this.#parts.publisher.unpublish(now, address);
    this.#parts.publisher.handleTimeout(now);
    this.settle(now);
  }

  /** Looks up records; the number comes back with `fetchFinished`. */
  fetch(now: Instant, sought: SoughtRecords): number {
    const request = this.#nextRequest++;
    this.#parts.lookups.begin(now, request, sought);
    this.settle(now);
    return request;
  }

  /** Asks about records, or writes where the place must be found out first; the number comes back with the answer. */
  ask(now: Instant, query: RecordQuery): number {
    const request = this.#nextRequest++;
    this.#parts.recordQuestions.begin(now, request, query, this.#parts);
    this.settle(now);
    return request;
  }

  /** Asks for the way to a place; the number comes back with `traced`. */
  trace(now: Instant, target: NodeId | ResourceId): number {
    const request = this.#nextRequest++;
    this.#parts.whereabouts.trace(now, request, target);
    this.settle(now);
    return request;
  }

  /**
   * Asks where a node is, in several ways if need be; of a client a `peer` that serves it is asked. The number comes
   * back with `findFinished`, which names it.
   */
  locate(now: Instant, nodeId: NodeId, peer?: NodeId): number {
    const request = this.#nextRequest++;
    if (peer === undefined) this.#parts.lookups.locate(now, request, nodeId);
    else this.#parts.whereabouts.locateClient(now, request, { peer, client: nodeId });
    this.settle(now);
    return request;
  }

  /** Hands all records over, then closes the links and says `left`. */
  leave(now: Instant): void {
    if (this.#departure.isLeaving) return;
    this.#departure.start(now);
    this.#roleChange.stop();
    this.#membership.enterStage(now, "leaving");
    this.#parts.updates.handleTimeout(now);
    this.settle(now);
  }

  describe(now: Instant): OverlayDescription {
    return describeParts(now, this.#parts, this.#inbound.dropped);
  }

  pollEffect(): OverlayEffect | undefined {
    return this.#parts.outbox.poll();
  }

  /** Asked after each packet, so it costs next to nothing where nothing has changed. */
  pollTimeout(): Deadline | undefined {
    if (!this.#isNextKnown) this.#next = this.#departure.isGone ? undefined : this.earliest();
    this.#isNextKnown = true;
    return this.#next;
  }

  private handle(now: Instant, from: Neighbour, message: Message, counter: number): void {
    switch (message.type) {
      case "update":
        this.#membership.handleUpdate(now, from, message);
        return;
      case "digest":
        this.#parts.digests.handleDigest(now, from, message.entries);
        return;
      case "leave":
        this.#membership.handleLinkDown(now, from.link, "left");
        this.#parts.outbox.push({ kind: "close", link: from.link, reason: "left" });
        return;
      case "hopAck":
        this.#parts.repair.handleAck(now, from, message.counters);
        return;
      case "tunnel":
      case "tunnelBack":
        this.#parts.tunnels.handle(now, from, message);
        return;
      default:
        if ("transaction" in message) this.#exchange.handleMessage(now, from, { message, counter });
    }
  }

  /** Steps of joining and of leaving that are due. */
  private advance(now: Instant): void {
    const { replication, outbox, neighbourhood } = this.#parts;
    this.#roleChange.handleTimeout(now);
    if (!this.#departure.isLeaving || !this.#departure.handleTimeout(now, replication.isIncomplete)) return;
    for (const { link } of neighbourhood.linked) outbox.push({ kind: "close", link, reason: "left" });
    outbox.push({ kind: "left" });
  }

  /** Carries news between the machines until there is none. */
  private settle(now: Instant): void {
    this.#now = now;
    this.#isNextKnown = false;
    const { digests, upkeep } = this.#parts;
    for (let isBusy = true; isBusy;) {
      isBusy = this.#roleChange.settle(now);
      this.#exchange.settle(now);
      for (let news = this.#exchange.pollNews(); news !== undefined; news = this.#exchange.pollNews()) {
        isBusy = true;
        if (news.kind === "contactsNamed") this.#membership.introductions.handleNamed(now, news);
        else {
          digests.handleChange(now);
          upkeep.handleChange(now);
        }
      }
      if (this.#membership.introductions.settle(now)) isBusy = true;
    }
  }

  private earliest(): Deadline | undefined {
    let first = earliest(this.#exchange.pollTimeout(), this.#departure.pollTimeout(this.#now));
    first = earliest(first, this.#roleChange.pollTimeout(this.#now));
    return earliest(first, timedPartsDeadline(this.#now, this.#parts));
  }
}
