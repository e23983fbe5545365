import type { Crypto } from "../hal/crypto.js";
import { serviceLookupsMax } from "./core/limits.js";
import { idBytes, sameId } from "./core/node-id.js";
import { none } from "./core/none.js";
import { randomBytes, type Random } from "./core/random.js";
import type { Duration, Instant } from "./core/time.js";
import type { Credential } from "./identity/credential.js";
import type { Node } from "./node.js";
import type { NodeEvent } from "./node-event.js";
import type { LookupFault, VerifiedRecord } from "./overlay/effect.js";
import { serviceKind } from "./overlay/kind-definition.js";
import { decodeServiceEntry, type ServiceEntry } from "./overlay/service-entry.js";
import { serviceResource, startLevel } from "./overlay/service-tree.js";
import { gatewaysTo, inOrder } from "./service-choice.js";

/** What is asked of the overlay to seek a service. */
export type SeekingNode = Pick<Node, "fetch" | "describeLinks"> & {
  describeOverlay(now: Instant): { readonly peersEstimated: number };
};

/** Who offers a service. */
export interface Provider extends ServiceEntry {
  readonly credential: Credential;
  /** The round trip to it, where it is linked and that was measured. */
  readonly rttMs?: Duration;
}

/** What is sought besides, and for whom. */
export interface Sought {
  /** The telephone number that a gateway is wanted for. */
  readonly number?: string;
  /** The node's own business: no person waits for it. */
  readonly isOwn?: boolean;
}

/** What came of seeking a service: providers in the order in which they are to be tried (`service-choice.ts`). */
export interface ServiceFound {
  readonly service: string;
  readonly providers: readonly Provider[];
  /** Why there is no answer, where there was none. */
  readonly fault?: LookupFault;
}

interface Seeking extends Sought {
  readonly request: number;
  readonly service: string;
  /** Drawn at random: which node of the tree is asked at each level. */
  readonly id: Uint8Array;
  readonly level: number;
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

  /** Begins to seek providers of a service; false when too many are under way. */
  find(now: Instant, node: SeekingNode, service: string, sought: Sought = {}): boolean {
    if (this.#underWay.length >= serviceLookupsMax) return false;
    const level = startLevel(node.describeOverlay(now).peersEstimated);
    this.ask(now, node, { ...sought, service, id: randomBytes(this.#random, idBytes), level });
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
    const providers = outcome.status === "found" ? this.choose(node, outcome.records, seeking) : [];
    if (providers.length > 0) return { service, providers };
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
      ...((level > 0 || isOwn === true) && { isBelieved: true }),
    });
    this.#underWay = [...this.#underWay, { ...seeking, request }];
  }

  private choose(node: SeekingNode, records: readonly VerifiedRecord[], seeking: Seeking): Provider[] {
    const links = node.describeLinks();
    const providers = providersOf(records, seeking).map((provider) => {
      const rttMs = links.find(({ nodeId }) => sameId(nodeId, provider.credential.nodeId))?.srttMs;
      return rttMs === undefined ? provider : { ...provider, rttMs };
    });
    const order = inOrder(this.#random, seeking.service, providers);
    return seeking.number === undefined ? order : gatewaysTo(seeking.number, order);
  }
}

/** Those that serve anybody at present; who wrote what has been verified. */
function providersOf(records: readonly VerifiedRecord[], { service, level }: Seeking): Provider[] {
  const providers: Provider[] = [];
  for (const { value, credential } of records) {
    const read = decodeServiceEntry(value);
    if (!read.ok || read.value.service !== service || read.value.level !== level) continue;
    if (read.value.capacity > 0) providers.push({ ...read.value, credential });
  }
  return providers;
}
