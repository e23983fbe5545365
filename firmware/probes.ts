import type { Crypto } from "../hal/crypto.js";
import { notice } from "./console/notice.js";
import type { NoticeView } from "./console/view.js";
import { toHex } from "./core/bytes.js";
import { avoidPrefixBytes, claimsMax, requestsMax } from "./core/limits.js";
import { idBytes, nodeId, sameId, shortId, type NodeId } from "./core/node-id.js";
import { none } from "./core/none.js";
import { randomBytes, type Random } from "./core/random.js";
import { elapsed, type Instant } from "./core/time.js";
import { resourceIdOf } from "./identity/resource-id.js";
import type { NodeEvent } from "./node-event.js";
import type { UnreachableReason } from "./reach.js";
import type { RunningNode } from "./running-node.js";
import { registrationKind } from "./usage/registration.js";

/** A Find under way for a technician. */
interface Probe {
  readonly request: number;
  /** What it was sent to, for a sentence. */
  readonly to: string;
  readonly askedAt: Instant;
}

interface SoughtName {
  readonly request: number;
  readonly name: string;
}

interface SoughtNode {
  readonly nodeId: NodeId;
  readonly name: string;
  readonly askedAt: Instant;
}

/**
 * What a technician asks of the overlay: does it answer, how fast, over whom. A probe is a Find that brings back its
 * way, and what is found is not used; a ping goes over the link to a node, which is opened where there is none.
 */
export class Probes {
  readonly #crypto: Crypto;
  readonly #random: Random;
  #underWay: readonly Probe[] = none;
  /** Names looked up for a ping, and nodes that were found so and have no link yet. */
  #sought: readonly SoughtName[] = none;
  #reached: readonly SoughtNode[] = none;

  constructor(crypto: Crypto, random: Random) {
    this.#crypto = crypto;
    this.#random = random;
  }

  /** A Find for the own place, which goes by a neighbour, and some for places drawn at random. */
  probe(now: Instant, on: RunningNode): void {
    this.send(now, on, { target: on.keyRing.nodeId, to: ownPlace });
    for (let n = 0; n < randomProbes; n++) {
      const target = nodeId(randomBytes(this.#random, idBytes));
      this.send(now, on, { target, to: `the random place ${shown(target)}` });
    }
  }

  /** A Find for the place of a name: the way that a lookup of it takes. */
  trace(now: Instant, on: RunningNode, name: string): void {
    const target = resourceIdOf(this.#crypto, on.overlayId, "user", name);
    this.send(now, on, { target, to: `the place of ${name}, ${shown(target)}` });
  }

  /** Asks the nodes of a name for a sign of life: those that are linked, else those that are registered. */
  ping(now: Instant, on: RunningNode, name: string): void {
    const linked = on.node.linkedPeers().filter(({ credential }) => credential.userName === name);
    for (const { credential } of linked) on.node.ping(now, credential);
    if (linked.length > 0) return;
    const resource = resourceIdOf(this.#crypto, on.overlayId, "user", name);
    const request = on.node.fetch(now, { resource, kind: registrationKind });
    this.#sought = [...this.#sought, { request, name }].slice(-requestsMax);
  }

  /** What a name that is pinged has led to; links are opened to who was found. */
  found(
    now: Instant,
    { request, outcome }: Extract<NodeEvent, { kind: "fetchFinished" }>,
    on: RunningNode,
  ): NoticeView | undefined {
    const sought = this.#sought.find((one) => one.request === request);
    if (sought === undefined) return undefined;
    this.#sought = this.#sought.filter((one) => one !== sought);
    const { name } = sought;
    if (outcome.status === "not-found") return notice("noPong", `Nobody is registered as ${name}.`, { name });
    if (outcome.status === "failed")
      return notice("noPong", `${name} could not be looked up: ${outcome.reason}.`, { name });
    const others = outcome.records.filter(({ credential }) => !sameId(credential.nodeId, on.keyRing.nodeId));
    if (others.length === 0) return notice("noPong", `Only this ${on.noun} itself is ${name}.`, { name });
    for (const { credential } of others.slice(0, claimsMax)) {
      const { nodeId: id } = credential;
      this.#reached = [...this.#reached, { nodeId: id, name, askedAt: now }].slice(-requestsMax);
      on.node.ping(now, { nodeId: id, credential });
    }
    return undefined;
  }

  /** A link is up; one that a ping has opened is an answer to it: who is there has proved it. */
  linked(now: Instant, id: NodeId): NoticeView | undefined {
    const sought = this.takeReached(id);
    if (sought === undefined) return undefined;
    const { name, askedAt } = sought;
    const linkedInMs = elapsed(askedAt, now);
    const sentence = `${name} …${shortId(id)} answered: a link to it was opened in ${linkedInMs} ms.`;
    return notice("pong", sentence, { name, nodeId: toHex(id), linkedInMs });
  }

  /** A node that is pinged cannot be reached. */
  lost(id: NodeId, reason: UnreachableReason): NoticeView | undefined {
    const sought = this.takeReached(id);
    if (sought === undefined) return undefined;
    const { name } = sought;
    const sentence = `${name} …${shortId(id)} does not answer: ${lostWords[reason]}.`;
    return notice("noPong", sentence, { name, nodeId: toHex(id), reason });
  }

  /** The sign of life of a linked node. */
  pong({ peer, roundTripMs }: Extract<NodeEvent, { kind: "ponged" }>): NoticeView {
    const { userName, nodeId: id } = peer.credential;
    this.takeReached(id);
    const sentence = `${userName} …${shortId(id)} answered after ${roundTripMs} ms.`;
    return notice("pong", sentence, { name: userName, nodeId: toHex(id), roundTripMs });
  }

  /** The way of a Find that came back. */
  traced(
    now: Instant,
    { request, trace }: Extract<NodeEvent, { kind: "traced" }>,
    on: RunningNode,
  ): NoticeView | undefined {
    const probe = this.#underWay.find((one) => one.request === request);
    if (probe === undefined) return undefined;
    this.#underWay = this.#underWay.filter((one) => one !== probe);
    const { to, askedAt } = probe;
    const elapsedMs = elapsed(askedAt, now);
    // Nobody else had a word for it: the question came back from a neighbour that is gone.
    const isOwnWord =
      to === ownPlace && trace?.length === avoidPrefixBytes && on.node.linkedPeers().length > 0;
    if (trace === undefined || isOwnWord)
      return notice("traced", `No answer from ${to}, in ${elapsedMs} ms.`, {
        to,
        elapsedMs,
        answered: false,
      });
    const route = prefixesOf(trace);
    const hops = route.length;
    const names = route.map((prefix) => who(prefix, on)).join(", ");
    const sentence = `The way to ${to}: ${names} answered; ${hops} ${hops === 1 ? "hop" : "hops"}, ${elapsedMs} ms.`;
    return notice("traced", sentence, { to, elapsedMs, answered: true, hops, route: route.join(" ") });
  }

  private takeReached(id: NodeId): SoughtNode | undefined {
    const sought = this.#reached.find((one) => sameId(one.nodeId, id));
    if (sought !== undefined) this.#reached = this.#reached.filter((one) => one !== sought);
    return sought;
  }

  private send(now: Instant, on: RunningNode, { target, to }: { target: Uint8Array; to: string }): void {
    const request = on.node.trace(now, nodeId(target));
    this.#underWay = [...this.#underWay, { request, to, askedAt: now }].slice(-requestsMax);
  }
}

const lostWords: Readonly<Record<UnreachableReason, string>> = {
  "unknown-place": "no other node knows where it is",
  "no-answer": "nobody answers where it should be",
};

const randomProbes = 3;
const ownPlace = "its own place";

/** The nodes of a trace, by the first 8 hex digits of their Node-IDs. */
function prefixesOf(trace: Uint8Array): string[] {
  const prefixes: string[] = [];
  for (let at = 0; at < trace.length; at += avoidPrefixBytes)
    prefixes.push(toHex(trace.subarray(at, at + avoidPrefixBytes)));
  return prefixes;
}

/** A node as a person knows it: by its name, where it is linked. */
function who(prefix: string, { node, keyRing, noun }: RunningNode): string {
  if (toHex(keyRing.nodeId).startsWith(prefix)) return `this ${noun} itself`;
  const peer = node.linkedPeers().find(({ credential }) => toHex(credential.nodeId).startsWith(prefix));
  return peer === undefined ? `…${prefix.slice(0, 4)}` : `${peer.credential.userName} …${prefix.slice(0, 4)}`;
}

function shown(id: Uint8Array): string {
  return toHex(id.subarray(0, avoidPrefixBytes));
}
