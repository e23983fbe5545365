import { spend, type FullAt } from "../core/allowance.js";
import { hopsMax, type OverlayLimits } from "../core/limits.js";
import { sameId } from "../core/node-id.js";
import type { Endpoint } from "../core/endpoint.js";
import { none } from "../core/none.js";
import type { Instant } from "../core/time.js";
import type { Rate } from "../core/token-bucket.js";
import { isTunnel, tunnelBack, tunnelWay } from "../core/tunnel-endpoint.js";
import type { Tunnel, TunnelBack } from "../wire/kinds/tunnel.js";
import { encodeMessage, type TunnelMessage } from "../wire/message.js";
import type { Outbox } from "./effect.js";
import type { Neighbourhood } from "./neighbourhood.js";
import { isSeated, type Neighbour } from "./node-table.js";
import { routeAnswer, routeRequest } from "./route.js";
import { pushHandle } from "./via.js";

/**
 * Frames of links whose ends cannot send each other datagrams (protocol §3, Tunnel): ours on their way, those that come
 * for us, and those of others, which this node passes on. It keeps nothing of a tunnel: where a frame goes is in its
 * message, or in the endpoint that the link layer has for the path. Nothing is repaired or answered: the link inside
 * does that. Others' frames are the first to go where there are many; each neighbour has a share.
 */
export class Tunnels {
  readonly #neighbourhood: Neighbourhood;
  readonly #outbox: Outbox;
  readonly #perSecond: number;
  /** What is left of the frames of others: in all, and of the neighbours that brought some lately. */
  #total: FullAt = 0;
  #shares: readonly Share[] = none;
  #passedOn = 0;
  #dropped = 0;

  constructor(neighbourhood: Neighbourhood, outbox: Outbox, limits: OverlayLimits) {
    this.#neighbourhood = neighbourhood;
    this.#outbox = outbox;
    this.#perSecond = limits.tunnelFramesPerSecond;
  }

  /** Frames of others that were passed on, and frames dropped: too many, or no way. */
  get counts(): Readonly<Record<"passedOn" | "dropped", number>> {
    return { passedOn: this.#passedOn, dropped: this.#dropped };
  }

  /** Sends a frame of this node's own to where a tunnel leads; without a way it is lost, as on a network. */
  send(to: Endpoint, frame: Uint8Array): void {
    const way = tunnelWay(to);
    if (way?.kind === "back") {
      if (!this.passBack({ type: "tunnelBack", via: way.via, frame })) this.#dropped++;
    } else if (way !== undefined) {
      const { first, client } = way;
      const destination = client === undefined ? { first } : { first, client };
      const message: Tunnel = { type: "tunnel", hops: hopsMax, destination, via: new Uint8Array(0), frame };
      if (!this.passOn(message, undefined)) this.#dropped++;
    }
  }

  /** A neighbour brought a frame: for a link of ours, or for another node. A guest has none to bring. */
  handle(now: Instant, from: Neighbour, message: TunnelMessage): void {
    if (!isSeated(from)) this.#dropped++;
    else if (message.type === "tunnel") this.handleTunnel(now, from, message);
    else if (message.via.length === 0) this.#outbox.push({ kind: "tunnelled", frame: message.frame });
    else this.forOthers(now, from, () => this.passBack(message));
  }

  private handleTunnel(now: Instant, from: Neighbour, message: Tunnel): void {
    const via = pushHandle(message.via, from.handle);
    const { first, client } = message.destination;
    if (via === undefined) this.#dropped++;
    else if (client === undefined && sameId(first, this.#neighbourhood.self)) {
      this.#outbox.push({ kind: "tunnelled", from: tunnelBack(via), frame: message.frame });
    } else {
      this.forOthers(now, from, () => this.passOn({ ...message, via }, from));
    }
  }

  /** Passes a frame of others on, if the share of who brought it and that of all allow it. */
  private forOthers(now: Instant, from: Neighbour, pass: () => boolean): void {
    if (this.takeShare(now, from) && pass()) this.#passedOn++;
    else this.#dropped++;
  }

  private takeShare(now: Instant, from: Neighbour): boolean {
    const former = this.#shares.find(({ of }) => of === from.handle)?.fullAt ?? 0;
    const fullAt = spend(this.rate(shareOfOne), former, now);
    const total = fullAt === undefined ? undefined : spend(this.rate(1), this.#total, now);
    if (fullAt === undefined || total === undefined) return false;
    this.#total = total;
    const others = this.#shares.filter((share) => share.of !== from.handle && share.fullAt > now);
    this.#shares = [...others, { of: from.handle, fullAt }];
    return true;
  }

  private rate(part: number): Rate {
    const perSecond = part * this.#perSecond;
    return { perSecond, burst: burstSeconds * perSecond };
  }

  /**
   * To the next hop; false where there is none. The destination may name a node on the way, from which it goes on to
   * the other: the client's peer, or who told where the other is.
   */
  private passOn(message: Tunnel, from: Neighbour | undefined): boolean {
    const { first, client } = message.destination;
    const isOnTheWay = client !== undefined && sameId(first, this.#neighbourhood.self);
    const destination = isOnTheWay ? { first: client } : message.destination;
    const hops = from === undefined ? message.hops : message.hops - 1;
    const to = this.nextHop({ ...message, destination }, from);
    if (to === undefined || to === from || hops < 0) return false;
    this.push(to, { ...message, hops, destination });
    return true;
  }

  /**
   * The node itself where it is linked, else a neighbour that is nearer to it. Who sends first may be the nearest of
   * all, but for the wall: then another goes on from there.
   */
  private nextHop(message: Tunnel, from: Neighbour | undefined): Neighbour | undefined {
    const { first } = message.destination;
    const { clients, table, topology } = this.#neighbourhood;
    const linked = table.byNodeId(first) ?? clients.byNodeId(first);
    if (linked !== undefined && !isTunnel(linked.endpoint)) return linked;
    const route = routeRequest(this.#neighbourhood, message, from);
    if (route.kind === "forward") return route.to;
    return from === undefined ? topology.nearest(first, table.all, 1)[0] : undefined;
  }

  /** To who pushed the topmost handle; false where that one is gone. */
  private passBack(message: TunnelBack): boolean {
    const route = routeAnswer(this.#neighbourhood, message.via);
    if (route.kind !== "forward") return false;
    this.push(route.to, { ...message, via: route.via });
    return true;
  }

  private push({ link }: Neighbour, message: TunnelMessage): void {
    this.#outbox.push({ kind: "send", link, message: encodeMessage(message) });
  }
}

interface Share {
  /** The neighbour's handle: the neighbour itself may be long gone. */
  readonly of: number;
  readonly fullAt: FullAt;
}

/** One neighbour's share of the frames of others, and for how many seconds' frames there is room at once. */
const shareOfOne = 0.5;
const burstSeconds = 2;
