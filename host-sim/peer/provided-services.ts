import type { Crypto } from "../../hal/crypto.js";
import type { Endpoint } from "../../firmware/core/endpoint.js";
import { hostOverlay, serviceLoadMax } from "../../firmware/core/limits.js";
import type { NodeId } from "../../firmware/core/node-id.js";
import type { Random } from "../../firmware/core/random.js";
import { bootstrapService } from "../../firmware/core/service-name.js";
import { after, earliest, type Deadline, type Instant } from "../../firmware/core/time.js";
import { classify } from "../../firmware/link/demux.js";
import type { Transmit } from "../../firmware/node-event.js";
import type { Node } from "../../firmware/node.js";
import { ServiceOffers, type Offer } from "../../firmware/service-offers.js";
import { stunCapacity, StunServer, stunService } from "./stun-server.js";

/** What the services of a host peer are made of. */
export interface ProvidedServicesOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly overlayId: Uint8Array;
  readonly self: NodeId;
  /** What its configuration says of services. */
  readonly configured: readonly Offer[];
}

/**
 * The services of a host peer, as far as they are its own: it offers them to the overlay, with how much of each is in
 * use, and runs those that run at its own port.
 */
export class ProvidedServices {
  readonly offers: ServiceOffers;
  readonly #configured: readonly Offer[];
  readonly #stun = new StunServer();
  #loadsAt: Instant | undefined;
  #local: Endpoint | undefined;

  constructor(options: ProvidedServicesOptions) {
    this.offers = new ServiceOffers(options, options.self);
    this.#configured = options.configured;
  }

  /** What the STUN server has done, for who asks. */
  get counts(): StunServer["counts"] {
    return this.#stun.counts;
  }

  /** Offers what there is to offer, at the address the peer has from now on. */
  start(now: Instant, local: Endpoint): void {
    if (this.#local === undefined) for (const offer of this.#configured) this.offers.offer(now, offer);
    this.#local = local;
    this.#loadsAt ??= after(now, loadEveryMs);
    for (const offer of ownOffers(this.#configured, local)) this.offers.offer(now, offer);
  }

  /** The answer to a datagram that came to the peer's port from one address, if it is for a service. */
  handleDatagram(now: Instant, from: Endpoint, bytes: Uint8Array): Transmit | undefined {
    if (classify(bytes) !== "stun") return undefined;
    const answer = this.#stun.answer(now, from, bytes);
    return answer === undefined ? undefined : { to: from, bytes: answer };
  }

  handleTimeout(now: Instant, node: Node): void {
    this.offers.handleTimeout(now, node);
    if (this.#loadsAt === undefined || this.#loadsAt > now) return;
    this.#loadsAt = after(now, loadEveryMs);
    const { clients } = node.describeOverlay(now);
    this.#noteLoad(now, bootstrapService, clients.length / hostOverlay.clients);
    this.#noteLoad(now, stunService, this.#stun.takeUse(now));
  }

  pollTimeout(): Deadline | undefined {
    const loads = this.#loadsAt === undefined ? undefined : { at: this.#loadsAt, reason: "loads" };
    return earliest(this.offers.pollTimeout(), loads);
  }

  /** Takes all offers back. */
  end(now: Instant, node: Node): void {
    this.#loadsAt = undefined;
    for (const { offer } of this.offers.all) this.offers.withdraw(now, node, offer.service);
  }

  /** Tells the overlay when it has changed by much: each time costs a Store. `use`: 0, nothing, to 1, all. */
  #noteLoad(now: Instant, service: string, use: number): void {
    const offer = this.offers.all.find((one) => one.offer.service === service)?.offer;
    // What is configured is another server's affair.
    if (offer === undefined || this.#configured.includes(offer)) return;
    const load = Math.min(serviceLoadMax, Math.round(serviceLoadMax * use));
    const former = offer.load ?? 0;
    const isNews = Math.abs(load - former) >= loadStep || (load === 0 && former > 0);
    if (isNews) this.offers.offer(now, { ...offer, load });
  }
}

/**
 * What every host peer offers at its own port: it is an address to begin with, and tells others theirs by STUN. Where
 * its configuration says of one of these where it is and how large, that is offered instead.
 */
function ownOffers(configured: readonly Offer[], local: Endpoint): readonly Offer[] {
  const common = { policy: "anyone", endpoint: local } as const;
  const own: readonly Offer[] = [
    { ...common, service: bootstrapService, capacity: hostOverlay.clients },
    { ...common, service: stunService, capacity: stunCapacity },
  ];
  return own.filter((offer) => !configured.some(({ service }) => service === offer.service));
}

/** How often it is looked how much is in use, ms, and by how much of 255 it must have changed to be told. */
const loadEveryMs = 60_000;
const loadStep = 32;
