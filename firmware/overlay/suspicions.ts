import { avoidPrefixBytes, suspectsMax } from "../core/limits.js";
import type { NodeId } from "../core/node-id.js";
import { none } from "../core/none.js";
import { elapsed, type Instant } from "../core/time.js";

/** Somebody who seems to lie, by the first bytes of its Node-ID. */
interface Suspect {
  readonly prefix: number;
  readonly weight: number;
  readonly at: Instant;
}

/**
 * What a fault of somebody weighs, of the four from which on it is avoided. A node that is cut off or has just died is
 * silent, too; and of a way that ended badly the first hop is but one.
 */
export const faultWeights: { readonly [fault in Fault]: number } = {
  silence: 1,
  denial: 2,
  spoiled: 2,
  broken: 4,
};

/**
 * `silence`: nothing came back by way of it. `denial`: what it said is not there was there. `spoiled`: a record that
 * came by it bears a wrong signature. `broken`: it said "stored" of what it did not have a moment later.
 */
export type Fault = "silence" | "denial" | "spoiled" | "broken";

/**
 * Who seems to lie, and whether anybody does (protocol §6, forged answers): answers are not signed, so a lie shows only
 * against what others say. Nobody is believed less for good: what is not renewed is forgotten after half an hour, and
 * each record that comes by way of a suspect clears it of one denial. Made at the first fault; most nodes see none.
 */
export class Suspicions {
  #suspects: readonly Suspect[] = none;
  /** Of the last lookups the share in which somebody was contradicted, in 256ths. */
  #contradicted = 0;
  #contradictedAt = 0 as Instant;

  /** Nodes that are avoided. */
  count(now: Instant): number {
    const isAvoided = ({ weight, at }: Suspect): boolean =>
      weight >= avoidedFrom && elapsed(at, now) < rememberedMs;
    return this.#suspects.filter(isAvoided).length;
  }

  /** A fault of a node, or one of those on a way that it began. */
  note(now: Instant, id: NodeId, fault: Fault): void {
    const weight = Math.min(this.weightOf(id) + faultWeights[fault], weightMax);
    this.put(now, id, weight);
  }

  /** What was sought came by way of a node. */
  clear(now: Instant, id: NodeId): void {
    const weight = this.weightOf(id);
    if (weight > 0) this.put(now, id, weight - faultWeights.denial);
  }

  /** A lookup has found something, and somebody was contradicted by that, or nobody. */
  handleFound(now: Instant, wasContradicted: boolean): void {
    const difference = (wasContradicted ? 256 : 0) - this.#contradicted;
    this.#contradicted += difference / lookupsRemembered;
    if (wasContradicted) this.#contradictedAt = now;
  }

  /** Somebody was caught: for a while all are doubted. */
  handleCaught(now: Instant): void {
    this.#contradicted = 256;
    this.#contradictedAt = now;
  }

  /** Whether there is cause not to rely on one way and one node. */
  isWary(now: Instant): boolean {
    return this.#contradicted >= waryFrom && elapsed(this.#contradictedAt, now) < rememberedMs;
  }

  /** Whether a node is to be avoided where there is another. */
  avoids(id: Uint8Array): boolean {
    return this.weightOf(id) >= avoidedFrom;
  }

  /** Those of `all` who do not seem to lie; all, where everybody does. */
  trusted<T extends { readonly nodeId: NodeId }>(all: readonly T[]): readonly T[] {
    const trusted = all.filter(({ nodeId }) => !this.avoids(nodeId));
    return trusted.length > 0 ? trusted : all;
  }

  /** First bytes of the Node-IDs that a request for `target` keeps off, the worst first. */
  avoided(now: Instant, target: Uint8Array): Uint8Array[] {
    const sought = prefixOf(target);
    this.#suspects = this.#suspects.filter(({ at }) => elapsed(at, now) < rememberedMs);
    return this.#suspects
      .filter(({ weight, prefix }) => weight >= avoidedFrom && prefix !== sought)
      .map(({ prefix }) => bytesOf(prefix));
  }

  private weightOf(id: Uint8Array): number {
    const prefix = prefixOf(id);
    return this.#suspects.find((suspect) => suspect.prefix === prefix)?.weight ?? 0;
  }

  /** The heaviest are kept. */
  private put(now: Instant, id: NodeId, weight: number): void {
    const prefix = prefixOf(id);
    const others = this.#suspects.filter((suspect) => suspect.prefix !== prefix);
    const heavier = others.filter((suspect) => suspect.weight > weight);
    const lighter = others.slice(heavier.length);
    const put: readonly Suspect[] = weight > 0 ? [{ prefix, weight, at: now }] : none;
    this.#suspects = [...heavier, ...put, ...lighter].slice(0, suspectsMax);
  }
}

/** As a number: a byte array would take 120 B more of a phone. */
function prefixOf(id: Uint8Array): number {
  let prefix = 0;
  for (let at = 0; at < avoidPrefixBytes; at++) prefix = prefix * 256 + (id[at] ?? 0);
  return prefix;
}

function bytesOf(prefix: number): Uint8Array {
  const bytes = new Uint8Array(avoidPrefixBytes);
  for (let at = 0, rest = prefix; at < avoidPrefixBytes; at++) {
    bytes[avoidPrefixBytes - 1 - at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

const avoidedFrom = 4;
const weightMax = 12;
const rememberedMs = 30 * 60_000;
/** Two contradictions within five lookups make wary; at most thirteen in a row without end that. */
const lookupsRemembered = 8;
const waryFrom = 50;
