import assert from "node:assert/strict";
import { hostLimits, hostOverlay, nodeQueueMax, overlayEffectsMax } from "../../../firmware/core/limits.js";
import type { Endpoint } from "../../../firmware/core/endpoint.js";
import { instant, type Instant } from "../../../firmware/core/time.js";
import { Overlay, type OverlayEffect } from "../../../firmware/overlay/overlay.js";
import { openOverlay, sodium, TestRandom, testWorkBits } from "../../identity/fixtures.js";
import { keyRingOf } from "../../overlay/swarm-node.js";

/** A node with the bounds of a host, and as many neighbours as it has rows. */
class Crowded {
  readonly overlay: Overlay;
  readonly effects: OverlayEffect[] = [];
  #now: Instant = instant(1000);

  constructor() {
    this.overlay = new Overlay({
      crypto: sodium,
      random: new TestRandom("host"),
      keyRing: keyRingOf("host", "host"),
      overlayId: openOverlay,
      workBits: testWorkBits,
      bootCount: 1,
      limits: hostOverlay,
    });
    this.overlay.start(this.#now, { local: endpointOf(0), remembered: [], configured: [] });
    this.run(6000);
    for (let link = 1; link <= hostOverlay.neighbours; link++) {
      const { credential } = keyRingOf(`guest ${link}`, `guest${link}`);
      this.overlay.handleLinkUp(this.#now, { link, credential, endpoint: endpointOf(link) });
      const message = { type: "update", configSequence: 0, stage: "peer", contacts: [] } as const;
      this.overlay.handleMessage(this.#now, link, message, 0);
      this.#drain();
    }
    this.run(5000);
  }

  leave(): void {
    this.effects.length = 0;
    this.overlay.leave(this.#now);
    this.run(15_000);
  }

  run(durationMs: number): void {
    const end = instant(this.#now + durationMs);
    for (let next = this.overlay.pollTimeout(); next !== undefined && next.at <= end;) {
      this.#now = instant(Math.max(this.#now, next.at));
      this.overlay.handleTimeout(this.#now);
      this.#drain();
      next = this.overlay.pollTimeout();
    }
    this.#now = end;
  }

  /** Dropped effects are counted by the overlay. */
  get dropped(): number {
    return this.overlay.describe(this.#now).counts["effectsDropped"] ?? 0;
  }

  get neighbours(): number {
    return this.overlay.describe(this.#now).neighbours.length;
  }

  #drain(): void {
    for (let effect = this.overlay.pollEffect(); effect !== undefined; effect = this.overlay.pollEffect()) {
      this.effects.push(effect);
      if (effect.kind === "send" && effect.token !== undefined)
        this.overlay.handleSent(this.#now, effect.token, 1);
    }
  }
}

function endpointOf(number: number): Endpoint {
  return { address: `10.2.${number >> 8}.${number & 255}`, port: 6084 };
}

describe("the bounds of a host peer", function () {
  this.timeout(30_000);

  it("hold what it has to say to all its neighbours in one turn", () => {
    for (const queue of [overlayEffectsMax, nodeQueueMax, hostLimits.transmits])
      assert.ok(queue >= 3 * hostOverlay.neighbours, `${queue}`);
  });

  it("with a full table it takes leave of every neighbour, and nothing it says is dropped", () => {
    const crowded = new Crowded();
    assert.ok(crowded.neighbours > 256, `${crowded.neighbours} neighbours`);
    const neighbours = crowded.neighbours;
    crowded.leave();
    const closed = new Set(
      crowded.effects.flatMap((effect) => (effect.kind === "close" ? [effect.link] : [])),
    );
    assert.ok(closed.size >= neighbours, `${closed.size} of ${neighbours} links are closed`);
    assert.equal(crowded.effects.at(-1)?.kind, "left");
    assert.equal(crowded.dropped, 0);
  });
});
