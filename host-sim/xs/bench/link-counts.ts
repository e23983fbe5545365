import { phoneLimits } from "../../../firmware/core/limits.js";
import type { Endpoint } from "../../../firmware/core/endpoint.js";
import type { Deadline, Instant } from "../../../firmware/core/time.js";
import type { Credential } from "../../../firmware/identity/credential.js";
import { overlayIdOf } from "../../../firmware/identity/overlay-id.js";
import { Links, type LinkId } from "../../../firmware/link/links.js";
import type { Transmit } from "../../../firmware/link/outbox.js";
import { Prng } from "../../virtual/prng.js";
import { CountedCrypto } from "./counted-crypto.js";
import { CountedLan, type CountedMachine, type Machine } from "./counted-lan.js";
import { benchKeyRing, benchOverlay } from "./identities.js";

/** What one handshake took, instructions of each side. */
export interface HandshakeCounts {
  readonly initiator: number;
  readonly initiatorPublicKey: number;
  readonly responder: number;
  readonly responderPublicKey: number;
}

/** The links of one node, as its driver sees them. */
class LinksMachine implements Machine {
  readonly crypto: CountedCrypto = new CountedCrypto();
  readonly links: Links;
  up: { readonly link: LinkId; readonly credential: Credential } | undefined;

  constructor(name: string) {
    this.links = new Links({
      crypto: this.crypto,
      random: new Prng(name),
      keyRing: benchKeyRing(this.crypto, name),
      overlayId: overlayIdOf(this.crypto, benchOverlay),
      configSequence: 0,
      limits: phoneLimits,
    });
  }

  handleDatagram(now: Instant, from: Endpoint, bytes: Uint8Array): void {
    this.links.handleFrame(now, from, bytes);
    this.#takeEvents();
  }

  handleTimeout(now: Instant): void {
    this.links.handleTimeout(now);
    this.#takeEvents();
  }

  pollTransmit(): Transmit | undefined {
    return this.links.pollTransmit();
  }

  pollTimeout(): Deadline | undefined {
    return this.links.pollTimeout();
  }

  #takeEvents(): void {
    for (let event = this.links.pollEvent(); event !== undefined; event = this.links.pollEvent()) {
      if (event.kind === "linkUp") this.up = { link: event.link, credential: event.credential };
      else if (event.kind === "linkDown") this.up = undefined;
    }
  }
}

/** A first handshake of two nodes, and one after which they lost each other and still know each other's credential. */
export function countHandshakes(): { readonly cold: HandshakeCounts; readonly known: HandshakeCounts } {
  const lan = new CountedLan();
  const alice = new LinksMachine("alice");
  const bob = new LinksMachine("bob");
  const ends: Ends = { lan, alice, bob, from: lan.add(alice), to: lan.add(bob) };
  const cold = countHandshake(ends, undefined);
  const { link, credential } = alice.up ?? {};
  if (link === undefined) throw new Error("the link is gone");
  lan.with(ends.from, (now) => alice.links.close(now, link, "left"));
  alice.up = undefined;
  lan.run(30_000);
  return { cold, known: countHandshake(ends, credential) };
}

interface Ends {
  readonly lan: CountedLan;
  readonly alice: LinksMachine;
  readonly bob: LinksMachine;
  readonly from: CountedMachine;
  readonly to: CountedMachine;
}

function countHandshake(
  { lan, alice, bob, from, to }: Ends,
  credential: Credential | undefined,
): HandshakeCounts {
  for (const counted of [from, to]) counted.instructions = 0;
  for (const { crypto } of [alice, bob]) crypto.publicKeyInstructions = 0;
  const target = { endpoint: to.endpoint, ...(credential && { credential }) };
  lan.with(from, (now) => alice.links.connect(now, target));
  lan.runUntil("a link", () => alice.up !== undefined && bob.up !== undefined);
  // The frame that confirms.
  lan.run(10);
  return {
    initiator: from.instructions,
    initiatorPublicKey: alice.crypto.publicKeyInstructions,
    responder: to.instructions,
    responderPublicKey: bob.crypto.publicKeyInstructions,
  };
}
