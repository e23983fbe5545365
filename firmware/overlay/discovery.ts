import { sameEndpoint, type Endpoint } from "../core/endpoint.js";
import { beaconSourcesMax } from "../core/limits.js";
import { sameId, type NodeId } from "../core/node-id.js";
import { none } from "../core/none.js";
import { jitter, type Random } from "../core/random.js";
import { after, earliest, type Deadline, type Instant } from "../core/time.js";
import { encodeBeacon, type Beacon } from "../wire/beacon.js";
import { multicastDns } from "../wire/service-instance.js";
import type { Outbox } from "./effect.js";
import { ServiceQuery } from "./service-query.js";
import { holdsRecords, isClient, servesClients, type Neighbourhood } from "./neighbourhood.js";
import { TokenBucket } from "../core/token-bucket.js";
import { Trickle } from "./trickle.js";

/** What a beacon is worth. */
export type BeaconWorth =
  /** A node to greet. */
  | "greet"
  /** It is being greeted, and has not answered yet. */
  | "greeted"
  /** Linked already, ourselves, or not worth it. */
  | "nothing";

/** What came in from the LAN so far. */
export interface LanCounts {
  /** Beacons of our overlay heard from others, and beacons of other overlays. */
  readonly heard: number;
  readonly foreign: number;
  /** When the last one of our overlay was heard, to the second. */
  readonly lastAt: Instant | undefined;
  /** How DNS-SD is asked; absent: not now, or never. */
  readonly query: Pick<ServiceQuery, "since" | "hearsForeign"> | undefined;
}

/** A beacon that was found worth a hello. */
interface Greeting {
  readonly from: Endpoint;
  /** The node it was of; absent once it led to a link. */
  nodeId: NodeId | undefined;
  /** No other hello goes to that address before. */
  readonly until: Instant;
}

/**
 * Finding each other on a LAN (protocol §4): beacons by Trickle, 0.5 to 32 s, three heard make ours superfluous, an
 * unknown Node-ID makes them frequent again. Beacons are for bootstrap only; no lookup uses them.
 *
 * A beacon is not authentic, so what it may cost is bounded: four hellos at once, then one in 2 s; the same address
 * not twice in 30 s. A hello that ends in a link was no forgery and is given back, so a crowd of honest phones that
 * are switched on together is met as fast as handshakes allow, and a flood of forged beacons costs one hello in 2
 * s.
 */
export class Discovery {
  readonly #overlayId: Uint8Array;
  readonly #neighbourhood: Neighbourhood;
  readonly #random: Random;
  readonly #outbox: Outbox;
  #greetings: Greeting[] = [];
  readonly #hellos = new TokenBucket(helloRate);
  #trickle: Trickle | undefined;
  #heard = 0;
  #foreign = 0;
  #secondAt: Instant = 0 as Instant;
  #inSecond = 0;
  #asksServices = false;
  /** While this node is alone. */
  #query: ServiceQuery | undefined;

  constructor(
    overlayId: Uint8Array,
    neighbourhood: Neighbourhood,
    parts: { random: Random; outbox: Outbox },
  ) {
    this.#overlayId = overlayId;
    this.#neighbourhood = neighbourhood;
    this.#random = parts.random;
    this.#outbox = parts.outbox;
  }

  /** Senders of beacons that were greeted a moment ago. */
  get greetings(): number {
    return this.#greetings.length;
  }

  get counts(): LanCounts {
    const lastAt = this.#heard === 0 ? undefined : this.#secondAt;
    return { heard: this.#heard, foreign: this.#foreign, lastAt, query: this.#query };
  }

  /** Listens for a second, then says after up to one more that this node is here; asks by DNS-SD where it may. */
  start(now: Instant, asksServices: boolean): void {
    this.#asksServices = asksServices;
    this.seekServices(now);
    this.#trickle = new Trickle(
      beaconTrickle,
      this.#random,
      now,
      listenMs + jitter(this.#random, 0, firstBeaconMs),
    );
  }

  /** Ends beacons and questions: the node leaves. */
  stop(): void {
    this.#trickle = undefined;
    this.#query = undefined;
    this.#asksServices = false;
  }

  /** An answer of multicast DNS: the addresses in it that may lead into the overlay. */
  handleServiceAnswer(bytes: Uint8Array): readonly Endpoint[] {
    return this.#query?.handleAnswer(bytes, this.#neighbourhood.local) ?? none;
  }

  /**
   * Whether a beacon, not decoded yet, is worth reading: it bears our Overlay-ID, and not too many came in this second.
   */
  hears(now: Instant, bytes: Uint8Array): boolean {
    if (this.#trickle === undefined) return false;
    for (let at = 0; at < this.#overlayId.length; at++) {
      if (bytes[at + 1] === this.#overlayId[at]) continue;
      this.#foreign++;
      return false;
    }
    if (now - this.#secondAt >= 1000) {
      this.#secondAt = now;
      this.#inSecond = 0;
    }
    this.#heard++;
    return ++this.#inSecond <= beaconsReadPerSecond;
  }

  /** A beacon of our overlay that was worth reading. */
  handleBeacon(now: Instant, from: Endpoint, beacon: Beacon): BeaconWorth {
    if (this.#trickle === undefined || sameId(beacon.nodeId, this.#neighbourhood.self)) return "nothing";
    if (this.#neighbourhood.table.byNodeId(beacon.nodeId) !== undefined) {
      this.#trickle.handleConsistent();
      return "nothing";
    }
    if (!this.isOfUse(now, this.#trickle, beacon.flags)) return "nothing";
    if (this.isGreeting(now, from)) return "greeted";
    return this.isWorthHello(now, from, beacon.nodeId) ? "greet" : "nothing";
  }

  /** A link is up: if a beacon led to it, its hello is given back; says whether one did. */
  handleLinkUp(nodeId: NodeId): boolean {
    const greeting = this.#greetings.find((one) => one.nodeId !== undefined && sameId(one.nodeId, nodeId));
    if (greeting === undefined) return false;
    greeting.nodeId = undefined;
    this.#hellos.refund(1);
    return true;
  }

  /** Nobody is linked any more, and others are in the same case: to be heard soon matters again. */
  hasten(now: Instant): void {
    this.#trickle?.reset(now);
  }

  handleTimeout(now: Instant): void {
    if (this.#greetings.length > 0) this.expire(now);
    this.seekServices(now);
    if (this.#trickle?.handleTimeout(now) !== true) return;
    const { self, stage, table, flags, clients } = this.#neighbourhood;
    const clientsFree = stage === "peer" ? clients.free : 0;
    const load = Math.min(255, Math.floor((255 * table.all.length) / table.capacity));
    this.#outbox.push({
      kind: "beacon",
      to: "group",
      bytes: encodeBeacon({ overlayId: this.#overlayId, nodeId: self, flags, clientsFree, load }),
    });
  }

  pollTimeout(): Deadline | undefined {
    return earliest(this.#trickle?.pollTimeout(), this.#query?.pollTimeout());
  }

  /**
   * Whether a node that is not linked is one that this node may have a use for. Clients and peers have none for
   * clients; a client has one for hosts alone, and answers newcomers, who may hear nobody else.
   */
  private isOfUse(now: Instant, trickle: Trickle, flags: number): boolean {
    const { stage, table } = this.#neighbourhood;
    if (stage === "client" ? servesClients(flags) : !isClient(flags) || table.all.length === 0) return true;
    if (isClient(flags) || holdsRecords(flags)) trickle.handleConsistent();
    else trickle.reset(now);
    return false;
  }

  /** While nobody is linked, who serves on this LAN is asked by DNS-SD. */
  private seekServices(now: Instant): void {
    if (!this.#asksServices) return;
    if (this.#neighbourhood.table.all.length > 0) this.#query = undefined;
    else this.#query ??= new ServiceQuery(now, this.#overlayId, this.#neighbourhood.self);
    const question = this.#query?.handleTimeout(now);
    if (question !== undefined) this.#outbox.push({ kind: "question", to: multicastDns, bytes: question });
  }

  /** Whether a hello went to that address not long ago. */
  private isGreeting(now: Instant, from: Endpoint): boolean {
    for (const greeting of this.#greetings)
      if (greeting.until > now && sameEndpoint(greeting.from, from)) return true;
    return false;
  }

  private isWorthHello(now: Instant, from: Endpoint, nodeId: NodeId): boolean {
    if (!this.#hellos.has(now, 1)) return false;
    if (!this.#neighbourhood.wants(nodeId, [])) return false;
    this.#hellos.take(now);
    this.expire(now);
    if (this.#greetings.length >= beaconSourcesMax) this.#greetings.shift();
    const until = after(now, sourcePauseMs);
    this.#greetings.push({ from, nodeId, until });
    this.#trickle?.reset(now);
    return true;
  }

  private expire(now: Instant): void {
    this.#greetings = this.#greetings.filter((greeting) => greeting.until > now);
  }
}

const beaconTrickle = { intervalMsMin: 500, intervalMsMax: 32_000, redundancy: 3 } as const;
const listenMs = 1_000;
const firstBeaconMs = 1_000;
/** Of fifty phones switched on at once each says so twice a second, by multicast and by broadcast, until three did. */
const beaconsReadPerSecond = 40;
const hellosAtOnce = 4;
const hellosPerSecond = 0.5;
const helloRate = { perSecond: hellosPerSecond, burst: hellosAtOnce } as const;
/** 30 s between two hellos to one address, and the longest that one may be put off. */
const sourcePauseMs = 33_000;
