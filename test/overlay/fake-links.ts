import assert from "node:assert/strict";
import { guestIdleMs } from "../../firmware/core/limits.js";
import { idKey } from "../../firmware/core/node-id.js";
import type { OverlayEffect } from "../../firmware/overlay/overlay.js";
import { decodeBeacon } from "../../firmware/wire/beacon.js";
import { decodeMessage, type Message } from "../../firmware/wire/message.js";
import type { MutationSource } from "../support/seed.js";
import { Addresses } from "./addresses.js";
import { checkProgress } from "./checks.js";
import { LinkRows, type FakeLink } from "./link-rows.js";
import type { SwarmNode } from "./swarm-node.js";
import type { VirtualTime } from "./virtual-time.js";
import { fairWeather, type Weather } from "./weather.js";

/** A message under way; a tap may change or drop it. */
export interface Passing {
  readonly from: SwarmNode;
  readonly to: SwarmNode;
  readonly message: Message;
  readonly bytes: Uint8Array;
}

/** How a machine is called, so that its effects are carried out afterwards. */
export type Touch = (node: SwarmNode, call: () => void) => void;

type Effect<Kind extends OverlayEffect["kind"]> = Extract<OverlayEffect, { kind: Kind }>;

/** Bytes of a data frame around a message. */
const frameBytes = 22;

/**
 * The link layer, made up: handshakes that take a while, frames that are lost or late, and liveness that notices a
 * death after 7.5-9.5 s (40-48 s on a link that is not watched closely).
 */
export class FakeLinks {
  weather: Weather = fairWeather;
  hasLan = true;
  /** Which nodes can reach each other at all. */
  reaches: (a: SwarmNode, b: SwarmNode) => boolean = () => true;
  /** Sees each message when it is sent: the bytes to deliver, or nothing to lose it. */
  tap: (passing: Passing) => Uint8Array | undefined = ({ bytes }) => bytes;
  /** Messages sent, by type. */
  readonly sent = new Map<string, number>();
  readonly #links: FakeLink[] = [];
  readonly #rows = new LinkRows();
  readonly #addresses: Addresses;
  readonly #nodes: readonly SwarmNode[];
  readonly #time: VirtualTime;
  readonly #random: MutationSource;
  readonly #touch: Touch;

  constructor(nodes: readonly SwarmNode[], time: VirtualTime, random: MutationSource, touch: Touch) {
    this.#nodes = nodes;
    this.#addresses = new Addresses(nodes);
    this.#time = time;
    this.#random = random;
    this.#touch = touch;
  }

  carryOut(node: SwarmNode, effect: OverlayEffect): void {
    switch (effect.kind) {
      case "send":
        this.#send(node, effect);
        return;
      case "connect":
        this.#connect(node, effect);
        return;
      case "beacon":
        this.#beacon(node, effect.bytes);
        return;
      case "rank":
        this.#withEnd(node, effect.link, (link, at) => {
          link.ranks[at] = effect.interval;
          if (effect.interval === "guest") this.#watchGuest(link, at);
        });
        return;
      case "setDigest":
        this.#withEnd(node, effect.link, (link, at) => (link.digests[at] = effect.digest));
        return;
      case "setFlags":
        node.flags = effect.flags;
        return;
      case "close":
        this.#withEnd(node, effect.link, (link, at) => {
          this.#close(link, at, effect.reason);
        });
        return;
      default:
        node.effects.push(effect);
    }
  }

  between(a: SwarmNode, b: SwarmNode): FakeLink | undefined {
    return this.#rows.between(a, b);
  }

  /** The links of a node that are up. */
  of(node: SwarmNode): ReadonlySet<FakeLink> {
    return this.#rows.of(node);
  }

  /** A handshake that succeeded. */
  establish(a: SwarmNode, b: SwarmNode): void {
    const first = 2 * this.#links.length + 1;
    const link: FakeLink = {
      ends: [a, b],
      ids: [first, first + 1],
      ranks: ["other", "other"],
      digests: [undefined, undefined],
      counters: [this.#random.below(0x10000), this.#random.below(0x10000)],
      isUp: true,
      messageAt: this.#time.now,
    };
    this.#links.push(link);
    this.#rows.add(link);
    for (const at of [0, 1] as const) {
      const node = link.ends[at];
      const other = link.ends[1 - at] ?? node;
      const { credential } = other.keyRing;
      const { endpoint, flags } = other;
      this.#touch(node, () => {
        const up = { link: link.ids[at], credential, endpoint, flags, ownEndpoint: node.endpoint };
        node.overlay.handleLinkUp(this.#time.now, up);
      });
    }
  }

  /** Ends a link as if both ends heard nothing any more. */
  cut(a: SwarmNode, b: SwarmNode): void {
    const link = this.between(a, b);
    assert.ok(link !== undefined);
    this.#end(link, 0, "silent");
    this.#end(link, 1, "silent");
  }

  /** A node has died: the others notice as their liveness has it. */
  handleDeath(node: SwarmNode): void {
    for (const link of this.of(node)) {
      const at = link.ends.indexOf(node);
      const isClose = ["sibling", "listening"].includes(link.ranks[1 - at] ?? "other");
      const noticedMs = isClose ? 7_500 + this.#random.below(2_000) : 40_000 + this.#random.below(8_000);
      this.#time.after(noticedMs, () => {
        this.#end(link, 1 - at, "silent");
      });
    }
  }

  /** A pong over each link, with the digest that its sender shows. */
  exchangePongs(): void {
    for (const { ends, ids, digests, isUp } of this.#links) {
      if (!isUp) continue;
      for (const at of [0, 1] as const) {
        const node = ends[at];
        const digest = digests[1 - at] ?? new Uint8Array(8);
        this.#touch(node, () => {
          node.overlay.handlePong(this.#time.now, { link: ids[at], digest, roundTripMs: 8 });
        });
      }
    }
  }

  #send(node: SwarmNode, effect: Effect<"send">): void {
    const found = this.#endOf(node, effect.link);
    const isUp = found?.link.isUp === true;
    const counter = found === undefined || !isUp ? undefined : found.link.counters[found.at]++ & 0xffff;
    if (effect.token !== undefined) node.overlay.handleSent(this.#time.now, effect.token, counter);
    const to = found?.link.ends[1 - found.at];
    if (found === undefined || counter === undefined || to === undefined) return;
    const decoded = decodeMessage(effect.message);
    assert.ok(decoded.ok, "what a node sends can be read");
    const message = decoded.value;
    found.link.messageAt = this.#time.now;
    node.bytesOut += effect.message.length + frameBytes;
    this.sent.set(message.type, (this.sent.get(message.type) ?? 0) + 1);
    checkProgress(node, to, message);
    const bytes = this.tap({ from: node, to, message, bytes: effect.message });
    if (bytes !== undefined && !this.#isLost()) this.#deliver(found.link, { to, bytes, counter });
  }

  #deliver(link: FakeLink, frame: { to: SwarmNode; bytes: Uint8Array; counter: number }): void {
    const { to, bytes, counter } = frame;
    this.#time.after(this.#delayMs(), () => {
      const arrived = decodeMessage(bytes.slice());
      if (!link.isUp || !arrived.ok) return;
      this.#touch(to, () => {
        to.overlay.handleMessage(
          this.#time.now,
          link.ids[link.ends.indexOf(to)] ?? 0,
          arrived.value,
          counter,
        );
      });
    });
  }

  #connect(node: SwarmNode, effect: Effect<"connect">): void {
    const target = this.#addresses.nodeAt(effect.endpoint);
    const fault = this.#connectFault(node, target, effect);
    this.#time.after(fault === "no-answer" ? 3_000 : 40 + this.#random.below(120), () => {
      const isLate = target !== undefined && this.between(node, target) !== undefined;
      if (fault === undefined && target?.isAlive === true && node.isAlive && !isLate) {
        if (this.#hasRoom(node) && this.#hasRoom(target)) {
          this.establish(node, target);
          return;
        }
      }
      this.#touch(node, () => {
        node.overlay.handleConnectFailed(
          this.#time.now,
          effect.endpoint,
          fault ?? (isLate ? "already-linked" : "no-answer"),
        );
      });
    });
  }

  #connectFault(
    node: SwarmNode,
    target: SwarmNode | undefined,
    effect: Effect<"connect">,
  ): string | undefined {
    if (target === undefined || !target.isAlive || !this.reaches(node, target)) return "no-answer";
    if (target === node) return "own-node";
    const sought = effect.nodeId === undefined ? undefined : idKey(effect.nodeId);
    if (sought !== undefined && sought !== idKey(target.keyRing.nodeId)) return "wrong-node";
    return this.#isLost() && this.#isLost() ? "no-answer" : undefined;
  }

  #beacon(node: SwarmNode, bytes: Uint8Array): void {
    node.bytesOut += bytes.length;
    this.sent.set("beacon", (this.sent.get("beacon") ?? 0) + 1);
    const beacon = decodeBeacon(bytes);
    assert.ok(beacon.ok);
    for (const other of this.hasLan ? this.#nodes : []) {
      if (other === node || !this.reaches(node, other) || this.#isLost()) continue;
      this.#time.after(this.#delayMs(), () => {
        this.#touch(other, () => {
          other.overlay.handleBeacon(this.#time.now, node.endpoint, beacon.value);
        });
      });
    }
  }

  #close(link: FakeLink, at: 0 | 1, reason: string): void {
    this.#time.after(this.#delayMs(), () => {
      this.#end(link, 1 - at, "left");
    });
    this.#time.after(0, () => {
      this.#end(link, at, reason);
    });
  }

  #end(link: FakeLink, at: number, reason: string): void {
    const node = link.ends[at];
    const id = link.ids[at];
    if (node === undefined || id === undefined) return;
    this.#touch(node, () => {
      node.overlay.handleLinkDown(this.#time.now, id, reason);
    });
    link.isUp = false;
    this.#rows.remove(link);
  }

  /** A full link layer gives up a guest that says nothing. */
  #hasRoom(node: SwarmNode): boolean {
    if (this.#rows.hasRoom(node)) return true;
    const guest = this.#rows.idleGuest(node, this.#time.now);
    if (guest !== undefined) this.#close(guest, guest.ends[0] === node ? 0 : 1, "evicted");
    return guest !== undefined;
  }

  /** A guest that says nothing is left after a while. */
  #watchGuest(link: FakeLink, at: 0 | 1): void {
    const endsAt = link.messageAt + guestIdleMs;
    this.#time.after(Math.max(0, endsAt - this.#time.now), () => {
      if (!link.isUp || link.ranks[at] !== "guest") return;
      if (this.#time.now - link.messageAt >= guestIdleMs) this.#close(link, at, "evicted");
      else this.#watchGuest(link, at);
    });
  }

  #withEnd(node: SwarmNode, id: number, act: (link: FakeLink, at: 0 | 1) => void): void {
    const found = this.#endOf(node, id);
    if (found !== undefined) act(found.link, found.at);
  }

  #endOf(node: SwarmNode, id: number): { link: FakeLink; at: 0 | 1 } | undefined {
    const link = this.#links[(id - 1) >> 1];
    const at = (id - 1) & 1 ? 1 : 0;
    return link?.ends[at] === node ? { link, at } : undefined;
  }

  #isLost(): boolean {
    return this.#random.below(100) < this.weather.lossPercent;
  }

  #delayMs(): number {
    return this.weather.delayMs + this.#random.below(this.weather.jitterMs + 1);
  }
}
