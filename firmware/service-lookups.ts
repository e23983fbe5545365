import type { Crypto } from "../hal/crypto.js";
import { serviceLookupsMax } from "./core/limits.js";
import { idBytes } from "./core/node-id.js";
import { none } from "./core/none.js";
import { randomBytes, uniform, type Random } from "./core/random.js";
import type { Instant } from "./core/time.js";
import type { Credential } from "./identity/credential.js";
import type { Node } from "./node.js";
import type { NodeEvent } from "./node-event.js";
import type { LookupFault, VerifiedRecord } from "./overlay/effect.js";
import { serviceKind } from "./overlay/kind-definition.js";
import { decodeServiceEntry, type ServiceEntry } from "./overlay/service-entry.js";
import { serviceResource, startLevel } from "./overlay/service-tree.js";

/** What is asked of the overlay to seek a service. */
export type SeekingNode = Pick<Node, "fetch"> & {
  describeOverlay(now: Instant): { readonly peersEstimated: number };
};

/** Who offers a service. */
export interface Provider extends Omit<ServiceEntry, "service" | "level"> {
  readonly credential: Credential;
}

/** What came of seeking a service: providers in random order, so that who takes the first picks evenly. */
export interface ServiceFound {
  readonly service: string;
  readonly providers: readonly Provider[];
  /** Why there is no answer, where there was none. */
  readonly fault?: LookupFault;
}

interface Seeking {
  readonly request: number;
  readonly service: string;
  /** Drawn at random: which node of the tree is asked at each level. */
  readonly id: Uint8Array;
  readonly level: number;
  /** The node's own business: no person waits for it. */
  readonly isOwn: boolean;
}

/**
 * Services sought (RFC 7374 §4.5): from a random place of the tree of a service, at the level that fits the size of the
 * overlay, upwards until some node of it lists a provider. Above the root there is nothing: then nobody offers it.
 */
export class ServiceLookups {
  readonly #crypto: Crypto;
  readonly #random: Random;
  readonly #overlayId: Uint8Array;
  #underWay: readonly Seeking[] = none;

  constructor(options: { readonly crypto: Crypto; readonly random: Random; readonly overlayId: Uint8Array }) {
    this.#crypto = options.crypto;
    this.#random = options.random;
    this.#overlayId = options.overlayId;
  }

  /** Lookups under way. */
  get size(): number {
    return this.#underWay.length;
  }

  /** Whether a Fetch under way is of a search of the node's own. */
  isOwn(request: number): boolean {
    return this.#underWay.find((one) => one.request === request)?.isOwn ?? false;
  }

  /** Begins to seek providers of a service; false when too many are under way. `isOwn`: no person waits. */
  find(now: Instant, node: SeekingNode, service: string, isOwn = false): boolean {
    if (this.#underWay.length >= serviceLookupsMax) return false;
    const level = startLevel(node.describeOverlay(now).peersEstimated);
    this.ask(now, node, { service, id: randomBytes(this.#random, idBytes), level, isOwn });
    return true;
  }

  /** A Fetch has ended: what was found by it; `undefined` where it was not ours, or the search goes on. */
  handleFetched(
    now: Instant,
    node: SeekingNode,
    { request, outcome }: Extract<NodeEvent, { kind: "fetchFinished" }>,
  ): ServiceFound | undefined {
    const seeking = this.#underWay.find((one) => one.request === request);
    if (seeking === undefined) return undefined;
    this.#underWay = this.#underWay.filter((one) => one !== seeking);
    const { service, level } = seeking;
    const providers = outcome.status === "found" ? providersOf(outcome.records, seeking) : [];
    if (providers.length > 0) return { service, providers: this.shuffled(providers) };
    if (level > 0) {
      this.ask(now, node, { ...seeking, level: level - 1 });
      return undefined;
    }
    return { service, providers, ...(outcome.status === "failed" && { fault: outcome.reason }) };
  }

  /** At the root a person must be certain that there is none; below, mostly there is none. */
  private ask(now: Instant, node: SeekingNode, seeking: Omit<Seeking, "request">): void {
    const { service, level, isOwn } = seeking;
    const resource = serviceResource(this.#crypto, this.#overlayId, service, seeking);
    const request = node.fetch(now, {
      resource,
      kind: serviceKind,
      ...((level > 0 || isOwn) && { isBelieved: true }),
    });
    this.#underWay = [...this.#underWay, { ...seeking, request }];
  }

  private shuffled(providers: readonly Provider[]): Provider[] {
    const rest = [...providers];
    const order: Provider[] = [];
    while (rest.length > 0) order.push(...rest.splice(uniform(this.#random, rest.length), 1));
    return order;
  }
}

/** Those that serve anybody at present; who wrote what has been verified. */
function providersOf(records: readonly VerifiedRecord[], { service, level }: Seeking): Provider[] {
  const providers: Provider[] = [];
  for (const { value, credential } of records) {
    const read = decodeServiceEntry(value);
    if (!read.ok || read.value.service !== service || read.value.level !== level) continue;
    const { capacity, policy, endpoint } = read.value;
    if (capacity === 0) continue;
    providers.push({ credential, capacity, policy, ...(endpoint !== undefined && { endpoint }) });
  }
  return providers;
}
