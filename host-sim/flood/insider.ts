import { present } from "../../firmware/core/assert.js";
import type { Endpoint } from "../../firmware/core/endpoint.js";
import { hostLimits, nodeIdWorkBits } from "../../firmware/core/limits.js";
import type { NodeId } from "../../firmware/core/node-id.js";
import type { Random } from "../../firmware/core/random.js";
import type { Deadline, Instant } from "../../firmware/core/time.js";
import { Identification } from "../../firmware/identification.js";
import { Links, type LinkId } from "../../firmware/link/links.js";
import { encodeMessage } from "../../firmware/wire/message.js";
import type { Crypto } from "../../hal/crypto.js";

/** What an insider is made with. */
export interface InsiderOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly overlayId: Uint8Array;
}

/**
 * A node with a key, a name and its proof of work, linked to its victim as any phone is, that behaves as it likes: it
 * says it is a peer and sends what it is told. Only links, no overlay: a sans-IO machine as all are.
 */
export class Insider {
  readonly #links: Links;
  #link: LinkId | undefined;
  #victim: NodeId | undefined;

  /** Does the work of a Node-ID, which takes a moment. */
  constructor({ crypto, random, overlayId }: InsiderOptions) {
    const seed = random.fill(new Uint8Array(32));
    const identity = { userName: "mallory", overlayId, workBits: nodeIdWorkBits };
    const work = new Identification(crypto, identity, seed);
    let keyRing = work.advance();
    while (keyRing === undefined) keyRing = work.advance();
    this.#links = new Links({ crypto, random, keyRing, overlayId, configSequence: 0, limits: hostLimits });
  }

  /** Whether the victim has taken the link. */
  get isLinked(): boolean {
    return this.#link !== undefined;
  }

  /** Who the victim is, once it has taken the link. */
  get victim(): NodeId {
    return present(this.#victim, "a victim that is linked");
  }

  connect(now: Instant, victim: Endpoint): void {
    this.#links.connect(now, { endpoint: victim });
    this.#settle(now);
  }

  /** Sends a message over the link, if it stands. */
  say(now: Instant, message: Uint8Array): void {
    if (this.#link !== undefined) this.#links.send(now, this.#link, message);
  }

  handleDatagram(now: Instant, from: Endpoint, bytes: Uint8Array): void {
    this.#links.handleFrame(now, from, bytes);
    this.#settle(now);
  }

  handleTimeout(now: Instant): void {
    this.#links.handleTimeout(now);
    this.#settle(now);
  }

  pollTransmit(): { readonly to: Endpoint; readonly bytes: Uint8Array } | undefined {
    return this.#links.pollTransmit();
  }

  pollTimeout(): Deadline | undefined {
    return this.#links.pollTimeout();
  }

  #settle(now: Instant): void {
    for (let event = this.#links.pollEvent(); event !== undefined; event = this.#links.pollEvent()) {
      if (event.kind === "linkUp") {
        this.#link = event.link;
        this.#victim = event.credential.nodeId;
        this.say(now, encodeMessage({ type: "update", configSequence: 0, stage: "peer", contacts: [] }));
      } else if (event.kind === "linkDown") this.#link = undefined;
    }
  }
}
