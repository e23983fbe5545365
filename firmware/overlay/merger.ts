import { avoidPrefixBytes, contactsInMessageMax } from "../core/limits.js";
import { uniform, type Random } from "../core/random.js";
import { after, type Deadline, type Instant } from "../core/time.js";
import type { Contact } from "../wire/kinds/contact.js";
import { encodeMessage } from "../wire/message.js";
import type { Outbox } from "./effect.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import type { Inquiry, Requests } from "./request.js";

/** What a merge works with. */
interface MergerParts {
  readonly neighbourhood: Neighbourhood;
  readonly requests: Requests;
  readonly outbox: Outbox;
  readonly random: Random;
  readonly configSequence: number;
}

/**
 * Two overlays that meet (protocol §4, merge), or two halves that were apart. When a peer comes to be linked to
 * another peer, each may stand for many that the other has never heard of: it joins through the other, by Find(self).
 * One that so becomes a sibling of ours is a sign that the two were apart; then some neighbours far off are told whom
 * they would be near to over there, found through the other as well. Who learns of siblings from that does the same,
 * who does not is silent, so the news goes round in a few steps. In an overlay in which all are linked to all the
 * updates alone do it.
 */
export class Merger {
  readonly #parts: MergerParts;
  /** A peer that came while those before it were being seen to, and when it has its turn. */
  #waiting: Neighbour | undefined;
  #turnAt: Instant = 0 as Instant;

  constructor(parts: MergerParts) {
    this.#parts = parts;
  }

  /** A neighbour that was a peer already when it was linked. */
  handlePeer(now: Instant, peer: Neighbour): void {
    if (this.#parts.neighbourhood.stage !== "peer" || !this.#parts.neighbourhood.isCrowded) return;
    if (this.#turnAt <= now) this.joinThrough(now, peer);
    else if (this.#waiting === undefined || this.isSibling(peer)) this.#waiting = peer;
  }

  handleLinkDown(gone: Neighbour): void {
    if (this.#waiting === gone) this.#waiting = undefined;
  }

  handleTimeout(now: Instant): void {
    if (this.#waiting !== undefined && this.#turnAt <= now) this.joinThrough(now, this.#waiting);
  }

  /** Whom a neighbour would be near to over there; `reference` is its handle. */
  handleOutcome(reference: number, contacts: readonly Contact[]): void {
    const { table, stage } = this.#parts.neighbourhood;
    const neighbour = table.byHandle(reference);
    if (neighbour === undefined || contacts.length === 0) return;
    const message = encodeMessage({
      type: "update",
      configSequence: this.#parts.configSequence,
      stage,
      contacts,
    });
    this.#parts.outbox.push({ kind: "send", link: neighbour.link, message });
  }

  pollTimeout(): Deadline | undefined {
    return this.#waiting === undefined ? undefined : { at: this.#turnAt, reason: "merge" };
  }

  private joinThrough(now: Instant, peer: Neighbour): void {
    this.#waiting = undefined;
    this.#turnAt = after(now, pauseMs);
    const { self, table, topology } = this.#parts.neighbourhood;
    const isSibling = this.isSibling(peer);
    this.ask(now, peer, { asker: "survey", reference: 0, target: self }, isSibling ? undefined : probeCount);
    if (!isSibling) return;
    const siblings = topology.siblings(table.all);
    const far = table.all.filter((neighbour) => !siblings.includes(neighbour));
    for (let told = 0; told < toldMax && far.length > 0; told++) {
      for (const { nodeId: target, handle: reference } of far.splice(
        uniform(this.#parts.random, far.length),
        1,
      )) {
        this.ask(now, peer, { asker: "merger", reference, target });
      }
    }
  }

  /** Of those around a node, not of the node itself. */
  private ask(
    now: Instant,
    first: Neighbour,
    who: Pick<Inquiry, "asker" | "reference" | "target">,
    count: number = contactsInMessageMax,
  ): void {
    const avoid = [who.target.slice(0, avoidPrefixBytes)];
    this.#parts.requests.ask(now, { ...who, question: { type: "find", count }, first, avoid });
  }

  private isSibling(peer: Neighbour): boolean {
    const { topology, table } = this.#parts.neighbourhood;
    return topology.siblings(table.all).includes(peer);
  }
}

/** Between two of them: most come several at once, and stand for the same others, ms. */
const pauseMs = 2_000;
/** Most peers that come are of our own overlay: so few of those near us show it; if not, they lead to the others. */
const probeCount = 3;
/** About one in each part of an overlay of hundreds. */
const toldMax = 6;
