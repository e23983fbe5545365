import { BoundedQueue } from "./core/bounded.js";
import { copyBytes } from "./core/bytes.js";
import type { Endpoint } from "./core/endpoint.js";
import { nodeQueueMax } from "./core/limits.js";
import type { NodeId } from "./core/node-id.js";
import { earliest, type Deadline, type Instant } from "./core/time.js";
import { classify } from "./link/demux.js";
import { Links, type LinkDescription, type LinkEvent } from "./link/links.js";
import type { Opened } from "./link/capture.js";
import { Overlay, type Bootstraps, type OverlayDescription, type OverlayEffect } from "./overlay/overlay.js";
import { LinkedPeers } from "./linked-peers.js";
import { isAnswer, refusal, type LinkedPeer, type NodeEvent, type Transmit } from "./node-event.js";
import { carryOutOnLinks, isOnLinks, sendOfLinks } from "./overlay-on-links.js";
import type { NodeOptions } from "./node-options.js";
import { Reach, type ReachEffect, type Sought } from "./reach.js";
import { decodeBeacon } from "./wire/beacon.js";
import { decodeMessage, encodeMessage } from "./wire/message.js";

/** A peer, as one sans-IO machine: links, and the overlay on them. Datagrams come in; SIP, media and news go up. */
export class Node {
  readonly #links: Links;
  readonly #overlay: Overlay;
  readonly #reach = new Reach();
  readonly sendsBeacons: boolean;
  readonly #peers: LinkedPeers;
  readonly #transmits = new BoundedQueue<Transmit>(nodeQueueMax);
  readonly #events = new BoundedQueue<NodeEvent>(nodeQueueMax);
  readonly #load = { isInCall: false };

  constructor(options: NodeOptions) {
    const { crypto, random, keyRing, admission, capacity, bootCount, capture } = options;
    const of = { crypto, random, keyRing, overlayId: admission.overlayId, admission };
    this.sendsBeacons = options.beacons;
    this.#peers = new LinkedPeers(capacity.links.rows);
    this.#links = new Links({ ...of, configSequence: 0, limits: capacity.links, capture });
    this.#overlay = new Overlay({ ...of, bootCount, limits: capacity.overlay, load: this.#load });
  }

  /** Begins to look for the overlay; nobody found, this node becomes an overlay of one. */
  start(now: Instant, bootstraps: Bootstraps): void {
    this.#overlay.start(now, bootstraps);
    this.settle(now);
  }

  /** This node has another address. Its links stay: peers follow where authentic frames come from. */
  setLocal(local: Endpoint): void {
    this.#overlay.setLocal(local);
    this.#peers.forgetOwnEndpoints();
  }

  /** What this node is to be from now on: a client, a peer, or as it finds best. */
  setRole(now: Instant, choice: Parameters<Overlay["setRole"]>[1]): void {
    this.#overlay.setRole(now, choice);
    this.settle(now);
  }

  /** A datagram, no media; one `toGroup`, to all of the LAN, can only be a beacon. False: nothing came of it. */
  handleDatagram(now: Instant, from: Endpoint, bytes: Uint8Array, toGroup: boolean): boolean {
    const kind = classify(bytes);
    const any = toGroup
      ? kind === "beacon" && this.handleBeacon(now, from, bytes)
      : (kind === "frame" && this.#links.handleFrame(now, from, bytes)) ||
        (kind === "dns" && this.#overlay.handleNames(now, { kind: "answer", from, bytes }));
    if (any) this.settle(now);
    return any;
  }

  /** A name that was to be looked up leads to an IPv4 address; `undefined`: none is known. */
  handleResolved(now: Instant, name: string, address: string | undefined): void {
    if (this.#overlay.handleNames(now, { kind: "resolved", name, address })) this.settle(now);
  }

  handleTimeout(now: Instant): void {
    this.#links.handleTimeout(now);
    this.#overlay.handleTimeout(now);
    this.#reach.handleTimeout(now);
    this.settle(now);
  }

  /** Stores a record of this node's own and keeps it stored. */
  publish(now: Instant, record: Parameters<Overlay["publish"]>[1]): void {
    this.#overlay.publish(now, record);
    this.settle(now);
  }

  /** Removes a record of this node's own. */
  unpublish(now: Instant, address: Parameters<Overlay["unpublish"]>[1]): void {
    this.#overlay.unpublish(now, address);
    this.settle(now);
  }

  /** Looks up records; the number comes back with `fetchFinished`. */
  fetch(now: Instant, sought: Parameters<Overlay["fetch"]>[1]): number {
    const request = this.#overlay.fetch(now, sought);
    this.settle(now);
    return request;
  }

  /** Asks about records; the number comes back with `statFinished`, `fetchFinished` or `appended`. */
  ask(now: Instant, query: Parameters<Overlay["ask"]>[1]): number {
    const request = this.#overlay.ask(now, query);
    this.settle(now);
    return request;
  }

  /** Sends SIP over the end-to-end link to a node, which is opened first where there is none. */
  sendSip(now: Instant, to: Sought, text: Uint8Array): void {
    const link = this.peerOf(to.nodeId)?.link;
    if (link !== undefined) this.#links.send(now, link, encodeMessage({ type: "sip", text }));
    else this.#reach.seek(now, to, copyBytes(text));
    this.settle(now);
  }

  /** Sends what does not travel on links: media, and all there is between this phone and stock phones. */
  sendPastLinks(transmit: Transmit): void {
    this.#transmits.push(transmit);
  }

  /** Asks for a sign of life: `ponged`; of a node without a link by opening one: `peerLinked` or `unreachable`. */
  ping(now: Instant, to: Sought): void {
    const link = this.#peers.notePing(to.nodeId);
    if (link === undefined) this.#reach.seek(now, to);
    else this.#links.ping(now, link);
    this.settle(now);
  }

  /** Asks for the way to a place; the number comes back with `traced`. */
  trace(now: Instant, target: Parameters<Overlay["trace"]>[1]): number {
    const request = this.#overlay.trace(now, target);
    this.settle(now);
    return request;
  }

  /** In a call only hellos with a cookie or a hint are answered, and few made: speech comes first. */
  setBusy(busy: boolean): void {
    this.#load.isInCall = busy;
    this.#links.setBusy(busy);
  }

  /** The nodes a call is with, in place of those before: their links stay, and their death is noticed soon. */
  hold(nodeIds: readonly NodeId[]): void {
    this.#links.hold(nodeIds);
    this.#reach.hold(nodeIds);
  }

  /** Hands records over, tells the others, and ends with the news `left`. */
  leave(now: Instant): void {
    this.#overlay.leave(now);
    this.settle(now);
  }

  /** The linked peer with this Node-ID. */
  peerOf(nodeId: NodeId): LinkedPeer | undefined {
    return this.#peers.find(nodeId);
  }

  /** Everybody linked now. */
  linkedPeers(): readonly LinkedPeer[] {
    return this.#peers.all;
  }

  /** How full the tables of links are, and of who is sought. */
  occupancy(): Readonly<Record<string, number>> {
    return { ...this.#links.occupancy(), ...this.#links.bookkeeping(), ...this.#reach.occupancy() };
  }

  describeLinks(): readonly LinkDescription[] {
    return this.#links.describe();
  }

  describeOverlay(now: Instant): OverlayDescription {
    return this.#overlay.describe(now);
  }

  /** Datagrams dropped, by reason. */
  drops(): ReadonlyMap<string, number> {
    return this.#links.drops();
  }

  pollTransmit(): Transmit | undefined {
    return this.#transmits.shift();
  }

  pollEvent(): NodeEvent | undefined {
    return this.#events.shift();
  }

  /** An opened message with where it went, when `capture` was asked for. */
  pollOpened(): Opened | undefined {
    return this.#links.pollOpened();
  }

  pollTimeout(): Deadline | undefined {
    const below = earliest(this.#links.pollTimeout(), this.#overlay.pollTimeout());
    return earliest(below, this.#reach.pollTimeout());
  }

  /** Carries values between the machines until none has anything more to say. */
  private settle(now: Instant): void {
    for (let busy = true; busy;) {
      busy = false;
      for (let event = this.#links.pollEvent(); event !== undefined; event = this.#links.pollEvent()) {
        this.handleLinkEvent(now, event);
        busy = true;
      }
      for (let next = this.#overlay.pollEffect(); next !== undefined; next = this.#overlay.pollEffect()) {
        this.carryOut(now, next);
        busy = true;
      }
      for (let next = this.#reach.pollEffect(); next !== undefined; next = this.#reach.pollEffect()) {
        this.reachFor(now, next);
        busy = true;
      }
      if (sendOfLinks(this.#links, this.#overlay, this.#transmits)) busy = true;
    }
  }

  private reachFor(now: Instant, effect: ReachEffect): void {
    if (effect.kind === "connect") this.#links.connect(now, effect);
    else if (effect.kind === "find")
      this.#reach.noteFind(effect.nodeId, this.#overlay.locate(now, effect.nodeId, effect.peer));
    else this.#events.push(effect);
  }

  /** Only who is greeted is remembered, and may get bytes for those that came: who forges beacons fills no table. */
  private handleBeacon(now: Instant, from: Endpoint, bytes: Uint8Array): boolean {
    if (!this.#overlay.hearsBeacon(now, bytes)) return false;
    const beacon = decodeBeacon(bytes);
    if (!beacon.ok) this.#events.push(refusal(from, beacon.error));
    else if (this.#overlay.handleBeacon(now, from, beacon.value)) {
      this.#links.noteHeard(now, from, bytes.length);
      this.noteContacts(now, [{ nodeId: beacon.value.nodeId, endpoint: from }]);
    }
    return true;
  }

  /** Where a linked node is, its link knows better. */
  private noteContacts(now: Instant, contacts: readonly { nodeId: NodeId; endpoint: Endpoint }[]): void {
    for (const each of contacts)
      if (this.peerOf(each.nodeId) === undefined) this.#reach.noteContact(now, each);
  }

  private handleLinkEvent(now: Instant, event: LinkEvent): void {
    const news = this.#peers.handleEvent(event);
    if (news !== undefined) this.#events.push(news);
    switch (event.kind) {
      case "linkUp":
        this.#overlay.handleLinkUp(now, { ...event, flags: event.peerFlags });
        for (const text of this.#reach.handleLinkUp(event.credential.nodeId))
          this.#links.send(now, event.link, encodeMessage({ type: "sip", text }));
        return;
      case "linkDown":
        if (event.isHeld && news?.kind === "peerLost")
          this.#reach.noteContact(now, { nodeId: event.nodeId, endpoint: news.peer.endpoint });
        this.#overlay.handleLinkDown(now, event.link, event.reason);
        return;
      case "messageArrived":
        this.handleMessage(now, event);
        return;
      case "pongArrived":
        this.#overlay.handlePong(now, event);
        return;
      case "connectFailed":
        this.#overlay.handleConnectFailed(now, event.endpoint, event.reason);
        if (event.nodeId !== undefined) this.#reach.handleConnectFailed(now, event.nodeId, event);
        return;
      case "clonedKeyNoticed":
        this.#events.push(event);
        return;
      case "pathMoved":
        this.#overlay.handleMoved(now, event);
    }
  }

  /** A message of a linked node; the simulator's adversaries are nodes that do otherwise here. */
  handleMessage(now: Instant, event: Extract<LinkEvent, { kind: "messageArrived" }>): void {
    const message = decodeMessage(event.message);
    if (!message.ok || message.value.type === "sip") {
      const from = this.#peers.get(event.link);
      if (from === undefined) return;
      if (!message.ok) this.#events.push(refusal(from.endpoint, message.error));
      else if (message.value.type === "sip" && this.#overlay.admitsSip(now, event.link))
        this.#events.push({ kind: "sipArrived", from, text: message.value.text });
    } else {
      if (message.value.type === "update") this.noteContacts(now, message.value.contacts);
      this.#overlay.handleMessage(now, event.link, message.value, event.counter);
    }
  }

  /** What the overlay wants done; here, too, adversaries do otherwise. */
  carryOut(now: Instant, effect: OverlayEffect): void {
    if (isOnLinks(effect)) carryOutOnLinks(now, effect, this.#links, this.#overlay);
    else if (isAnswer(effect)) this.#events.push(effect);
    else if (effect.kind === "findFinished") this.#reach.handleFound(now, effect);
    else if (!("to" in effect)) this.#events.push({ kind: "overlay", effect });
    else if (this.sendsBeacons) this.#transmits.push(effect);
  }
}
