import type { Crypto } from "../hal/crypto.js";
import { serviceLevelsMax, serviceLifetimeS, servicesOfferedMax } from "./core/limits.js";
import type { NodeId } from "./core/node-id.js";
import { none } from "./core/none.js";
import { jitter, type Random } from "./core/random.js";
import { after, type Deadline, type Instant } from "./core/time.js";
import type { Node } from "./node.js";
import type { NodeEvent } from "./node-event.js";
import { serviceKind } from "./overlay/kind-definition.js";
import { encodeServiceEntry, type ServiceEntry } from "./overlay/service-entry.js";
import { hasPlace, serviceResource, startLevel } from "./overlay/service-tree.js";
import type { SeekingNode } from "./service-lookups.js";

/** What a node offers. */
export type Offer = Omit<ServiceEntry, "level">;

/** An offer and the levels of the service's tree at which it stands. */
export interface OfferState {
  readonly offer: Offer;
  readonly levels: readonly number[];
}

/** What is asked of the overlay to offer a service. */
export type OfferingNode = SeekingNode & Pick<Node, "publish" | "unpublish">;

interface Offered {
  offer: Offer;
  levels: readonly number[];
  /** What it says has changed: where it stands already it is stored anew. */
  isChanged: boolean;
  /** Where it is being looked whether there is a place for it, and the places found so far on the way up. */
  check: { readonly request: number; readonly level: number; readonly found: readonly number[] } | undefined;
  checkAt: Instant;
}

/**
 * The services that a node offers (RFC 7374 §4.3): each stands in the node of the service's tree that its own Node-ID
 * lies in, at the level that fits the size of the overlay, and above as far as there are places. As the overlay grows,
 * shrinks, and other providers come and go, places are looked at again every few minutes.
 */
export class ServiceOffers {
  readonly #options: { readonly crypto: Crypto; readonly random: Random; readonly overlayId: Uint8Array };
  readonly #self: NodeId;
  #all: readonly Offered[] = none;

  constructor(
    options: { readonly crypto: Crypto; readonly random: Random; readonly overlayId: Uint8Array },
    self: NodeId,
  ) {
    this.#options = options;
    this.#self = self;
  }

  /** What is offered, and where it stands. */
  get all(): readonly OfferState[] {
    return this.#all;
  }

  /** Offers a service, or the same one otherwise; false when there are too many. */
  offer(now: Instant, offer: Offer): boolean {
    const former = this.find(offer.service);
    if (former !== undefined) {
      former.offer = offer;
      former.isChanged = true;
      former.checkAt = now;
    } else if (this.#all.length >= servicesOfferedMax) return false;
    else this.#all = [...this.#all, { offer, levels: [], isChanged: false, check: undefined, checkAt: now }];
    return true;
  }

  /** Takes an offer back; false where there is none. */
  withdraw(now: Instant, node: OfferingNode, service: string): boolean {
    const offered = this.find(service);
    if (offered === undefined) return false;
    for (const level of offered.levels) node.unpublish(now, this.address(offered, level));
    this.#all = this.#all.filter((other) => other !== offered);
    return true;
  }

  /** A Fetch has ended; whether it was one of ours. */
  handleFetched(
    now: Instant,
    node: OfferingNode,
    { request, outcome }: Extract<NodeEvent, { kind: "fetchFinished" }>,
  ): boolean {
    const offered = this.#all.find(({ check }) => check?.request === request);
    if (offered?.check === undefined) return false;
    if (outcome.status === "failed") {
      offered.check = undefined;
      offered.checkAt = after(now, retryMs);
      return true;
    }
    const keys = outcome.status === "found" ? outcome.records.map(({ key }) => key) : [];
    this.climb(now, node, offered, keys);
    return true;
  }

  handleTimeout(now: Instant, node: OfferingNode): void {
    for (const offered of this.#all) {
      if (offered.check !== undefined || offered.checkAt > now) continue;
      this.look(now, node, offered, {
        level: startLevel(node.describeOverlay(now).peersEstimated),
        found: [],
      });
    }
  }

  pollTimeout(): Deadline | undefined {
    let at: Instant | undefined;
    for (const { check, checkAt } of this.#all)
      if (check === undefined && (at === undefined || checkAt < at)) at = checkAt;
    return at === undefined ? undefined : { at, reason: "offers" };
  }

  private look(
    now: Instant,
    node: OfferingNode,
    offered: Offered,
    at: { readonly level: number; readonly found: readonly number[] },
  ): void {
    const { resource, kind } = this.address(offered, at.level);
    offered.check = { ...at, request: node.fetch(now, { resource, kind, isBelieved: true }) };
  }

  /** The keys at the tree node looked at are known: the next one up, or down where it is full, or the end. */
  private climb(now: Instant, node: OfferingNode, offered: Offered, keys: readonly Uint8Array[]): void {
    const { level = 0, found = [] } = offered.check ?? {};
    const isFirst = found.length === 0;
    const isPlace = hasPlace(keys, this.#self, { level, isFirst });
    const all = isPlace ? [...found, level] : found;
    if (isPlace && level > 0) this.look(now, node, offered, { level: level - 1, found: all });
    else if (!isPlace && isFirst && level < serviceLevelsMax)
      this.look(now, node, offered, { level: level + 1, found });
    else this.settle(now, node, offered, all);
  }

  /** Stands where there is a place, and nowhere else. */
  private settle(now: Instant, node: OfferingNode, offered: Offered, levels: readonly number[]): void {
    for (const level of levels)
      if (offered.isChanged || !offered.levels.includes(level)) this.publish(now, node, offered, level);
    for (const level of offered.levels)
      if (!levels.includes(level)) node.unpublish(now, this.address(offered, level));
    offered.levels = levels;
    offered.isChanged = false;
    offered.check = undefined;
    offered.checkAt = after(now, jitter(this.#options.random, ...checkMs));
  }

  private publish(now: Instant, node: OfferingNode, offered: Offered, level: number): void {
    const value = encodeServiceEntry({ ...offered.offer, level });
    node.publish(now, { ...this.address(offered, level), value, lifetimeS: serviceLifetimeS });
  }

  private address({ offer }: Offered, level: number): Parameters<OfferingNode["unpublish"]>[1] {
    const { crypto, overlayId } = this.#options;
    const resource = serviceResource(crypto, overlayId, offer.service, { level, id: this.#self });
    return { resource, kind: serviceKind, key: this.#self };
  }

  private find(service: string): Offered | undefined {
    return this.#all.find(({ offer }) => offer.service === service);
  }
}

/** How often places are looked at again, and when nobody answered, ms. */
const checkMs: readonly [number, number] = [270_000, 330_000];
const retryMs = 10_000;
