import { capacityOf } from "../../../firmware/capacity.js";
import type { Endpoint } from "../../../firmware/core/endpoint.js";
import { nodeIdWorkBits } from "../../../firmware/core/limits.js";
import type { Deadline, Instant } from "../../../firmware/core/time.js";
import { openAdmission } from "../../../firmware/identity/admission.js";
import { overlayIdOf } from "../../../firmware/identity/overlay-id.js";
import { resourceIdOf } from "../../../firmware/identity/resource-id.js";
import { Node } from "../../../firmware/node.js";
import type { LinkedPeer, Transmit } from "../../../firmware/node-event.js";
import {
  encodeRegistration,
  peerRegistration,
  registrationKind,
  registrationLifetimeS,
} from "../../../firmware/usage/registration.js";
import { Prng } from "../../virtual/prng.js";
import { CountedCrypto } from "./counted-crypto.js";
import { CountedLan, type Machine } from "./counted-lan.js";
import { benchKeyRing, benchOverlay } from "./identities.js";

/** Instructions of the node that is asked. */
export interface NodeCounts {
  readonly ping: number;
  readonly store: number;
}

/** A node, links and overlay, as its driver sees it. */
class NodeMachine implements Machine {
  readonly crypto: CountedCrypto = new CountedCrypto();
  readonly node: Node;
  peer: LinkedPeer | undefined;
  pongs = 0;

  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
    this.node = new Node({
      crypto: this.crypto,
      random: new Prng(`node ${name}`),
      keyRing: benchKeyRing(this.crypto, name),
      admission: openAdmission(overlayIdOf(this.crypto, benchOverlay), nodeIdWorkBits),
      bootCount: 1,
      capacity: capacityOf(undefined),
      capture: false,
      beacons: false,
    });
  }

  /** Stores the registration of its user. */
  register(now: Instant): void {
    this.node.publish(now, {
      resource: resourceIdOf(this.crypto, overlayIdOf(this.crypto, benchOverlay), "user", this.#name),
      kind: registrationKind,
      key: benchKeyRing(this.crypto, this.#name).nodeId,
      value: encodeRegistration(peerRegistration()),
      lifetimeS: registrationLifetimeS,
    });
  }

  handleDatagram(now: Instant, from: Endpoint, bytes: Uint8Array): void {
    this.node.handleDatagram(now, from, bytes, false);
    this.#takeEvents();
  }

  handleTimeout(now: Instant): void {
    this.node.handleTimeout(now);
    this.#takeEvents();
  }

  pollTransmit(): Transmit | undefined {
    return this.node.pollTransmit();
  }

  pollTimeout(): Deadline | undefined {
    return this.node.pollTimeout();
  }

  #takeEvents(): void {
    for (let event = this.node.pollEvent(); event !== undefined; event = this.node.pollEvent()) {
      if (event.kind === "peerLinked") this.peer = event.peer;
      else if (event.kind === "ponged") this.pongs++;
    }
  }
}

/** Two nodes that are peers: one is pinged, then it is given the other's record to keep. */
export function countNode(): NodeCounts {
  const lan = new CountedLan();
  const alice = new NodeMachine("alice");
  const bob = new NodeMachine("bob");
  const from = lan.add(alice);
  const to = lan.add(bob);
  lan.with(to, (now) => bob.node.start(now, { local: to.endpoint, remembered: [], configured: [] }));
  lan.with(from, (now) => {
    alice.node.start(now, { local: from.endpoint, remembered: [], configured: [to.endpoint] });
  });
  lan.runUntil("peers", () => alice.peer !== undefined && bob.peer !== undefined);
  lan.run(settlingMs);
  const { peer } = alice;
  if (peer === undefined) throw new Error("the peer is gone");
  to.instructions = 0;
  lan.with(from, (now) => alice.node.ping(now, peer.credential));
  lan.runUntil("a pong", () => alice.pongs > 0);
  const ping = to.instructions;
  const verified = bob.crypto.verifications;
  to.instructions = 0;
  lan.with(from, (now) => alice.register(now));
  lan.runUntil("a record verified", () => bob.crypto.verifications > verified);
  lan.run(answerMs);
  return { ping, store: to.instructions };
}

/** Joining is over after it. */
const settlingMs = 10_000;
/** The answer is on its way then. */
const answerMs = 4;
