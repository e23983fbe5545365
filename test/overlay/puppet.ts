import assert from "node:assert/strict";
import type { Endpoint } from "../../firmware/core/endpoint.js";
import { phoneOverlay, type OverlayLimits } from "../../firmware/core/limits.js";
import { instant, type Instant } from "../../firmware/core/time.js";
import type { KeyRing } from "../../firmware/identity/key-ring.js";
import { signRecord } from "../../firmware/identity/record-signature.js";
import { Overlay, type OverlayEffect } from "../../firmware/overlay/overlay.js";
import type { Record, UnsignedRecord } from "../../firmware/wire/kinds/record.js";
import type { StoreAnswer, StoreRequest } from "../../firmware/wire/kinds/store.js";
import { decodeMessage, type Message } from "../../firmware/wire/message.js";
import { openOverlay, sodium, TestRandom, testWorkBits } from "../identity/fixtures.js";
import { testKinds } from "./kinds.js";
import { keyRingOf, resourceOf } from "./swarm-node.js";

/** One real node among neighbours whose every message the test writes. */
export class PuppetStage {
  readonly keyRing: KeyRing = keyRingOf("subject", "subject");
  readonly overlay: Overlay;
  readonly effects: OverlayEffect[] = [];
  readonly said: { readonly link: number; readonly message: Message }[] = [];
  now: Instant = instant(1_000);
  #counter = 0;
  #transaction = 1;

  constructor(storeBytes: number = phoneOverlay.storeBytes, limits: Partial<OverlayLimits> = {}) {
    this.overlay = new Overlay({
      crypto: sodium,
      random: new TestRandom("subject"),
      keyRing: this.keyRing,
      overlayId: openOverlay,
      workBits: testWorkBits,
      bootCount: 7,
      limits: { ...phoneOverlay, storeBytes, ...limits },
      kinds: testKinds,
    });
  }

  /** Runs the node alone until it is a peer. */
  begin(): void {
    this.overlay.start(this.now, { local: endpointOf(0), remembered: [], configured: [] });
    this.run(6_000);
    assert.equal(this.overlay.describe(this.now).stage, "peer");
  }

  /** A neighbour that says it is a peer; returns its link. */
  link(number: number, keyRing: KeyRing, stage: "peer" | "joining" = "peer"): number {
    const endpoint = endpointOf(number);
    this.overlay.handleLinkUp(this.now, { link: number, credential: keyRing.credential, endpoint });
    this.say(number, { type: "update", configSequence: 0, stage, contacts: [] });
    return number;
  }

  /** The puppet at the end of `link` says something. */
  say(link: number, message: Message): void {
    this.overlay.handleMessage(this.now, link, message, this.#counter++ & 0xffff);
    this.#drain();
  }

  /** A Store put directly to the node; its answer. */
  store(link: number, parts: Omit<StoreParts, "hops">, hops = 0): StoreAnswer {
    const { resource, ...others } = parts;
    const transaction = this.#transaction++;
    const destination = { first: resource };
    this.say(link, { type: "store", hops, transaction, destination, via: new Uint8Array(0), ...others });
    const answer = this.said.findLast(({ message }) => message.type === "storeAnswer")?.message;
    assert.ok(answer?.type === "storeAnswer" && answer.transaction === transaction, "a Store is answered");
    return answer;
  }

  run(durationMs: number): void {
    const end = this.now + durationMs;
    for (;;) {
      const next = this.overlay.pollTimeout();
      if (next === undefined || next.at > end) break;
      this.now = instant(Math.max(this.now, next.at));
      this.overlay.handleTimeout(this.now);
      this.#drain();
    }
    this.now = instant(end);
  }

  #drain(): void {
    for (let effect = this.overlay.pollEffect(); effect !== undefined; effect = this.overlay.pollEffect()) {
      if (effect.kind !== "send") {
        this.effects.push(effect);
        continue;
      }
      const message = decodeMessage(effect.message);
      assert.ok(message.ok);
      this.said.push({ link: effect.link, message: message.value });
      if (effect.token !== undefined)
        this.overlay.handleSent(this.now, effect.token, this.#counter++ & 0xffff);
    }
  }
}

type StoreParts = Omit<StoreRequest, "type" | "transaction" | "destination" | "via"> & {
  readonly resource: ReturnType<typeof resourceOf>;
};

export function endpointOf(number: number): Endpoint {
  return { address: `10.1.${number >> 8}.${(number & 255) + 1}`, port: 6084 };
}

/** A registration signed by `keyRing`, by default for its own user. */
export function registrationOf(
  keyRing: KeyRing,
  change: Partial<UnsignedRecord> = {},
  resource = resourceOf(keyRing.userName),
): Record {
  const unsigned = {
    key: keyRing.nodeId,
    generation: 0x10001,
    lifetimeS: 1800,
    epoch: 0,
    value: Uint8Array.of(0x80),
    ...change,
  };
  return signRecord(sodium, keyRing.secretKey, { overlayId: openOverlay, resource, kind: 1 }, unsigned);
}
