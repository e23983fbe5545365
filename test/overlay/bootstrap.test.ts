import assert from "node:assert/strict";
import { endpointText, type Endpoint } from "../../firmware/core/endpoint.js";
import { instant } from "../../firmware/core/time.js";
import type { BootstrapReport } from "../../firmware/overlay/bootstrap-report.js";
import { encodeBeacon } from "../../firmware/wire/beacon.js";
import { openOverlay } from "../identity/fixtures.js";
import { endpointOf, PuppetStage } from "./puppet.js";
import { keyRingOf } from "./swarm-node.js";

const server = keyRingOf("server", "server");

/** A node that is configured with the address of `server` and linked to it. */
function configured(): PuppetStage {
  const stage = new PuppetStage();
  stage.overlay.start(stage.now, { local: endpointOf(0), remembered: [], configured: [endpointOf(9)] });
  stage.link(9, server);
  stage.run(15_000);
  stage.effects.length = 0;
  return stage;
}

function greetings(stage: PuppetStage): number {
  return stage.effects.filter(
    (effect) => effect.kind === "connect" && endpointText(effect.endpoint) === endpointText(endpointOf(9)),
  ).length;
}

function wayOf(stage: PuppetStage): BootstrapReport {
  const [way] = stage.overlay.describe(stage.now).bootstraps;
  assert.ok(way?.method === "configured");
  return way;
}

describe("overlay: a configured address", () => {
  for (const reason of ["left", "silent", "closed"]) {
    it(`is greeted again and again after its link is ${reason}, ever more seldom, until it is linked`, () => {
      const stage = configured();
      assert.ok(wayOf(stage).isLinked);
      stage.overlay.handleLinkDown(stage.now, 9, reason);
      assert.ok(!wayOf(stage).isLinked);
      stage.run(4_000);
      assert.equal(greetings(stage), 0, "not at once");
      stage.run(600_000);
      const count = greetings(stage);
      assert.ok(count >= 10 && count <= 30, `${count} greetings in ten minutes`);
      stage.link(9, server);
      assert.ok(wayOf(stage).isLinked);
      stage.run(600_000);
      assert.ok(greetings(stage) <= count + 1, "linked: no more of them");
    });
  }

  it("that said it is leaving is sought as well", () => {
    const stage = configured();
    stage.say(9, { type: "leave" });
    stage.run(10_000);
    assert.ok(greetings(stage) >= 1);
  });

  it("that was given up for lack of room is not, but now and then when there is nobody else", () => {
    const stage = configured();
    stage.overlay.handleLinkDown(stage.now, 9, "evicted");
    stage.run(600_000);
    const count = greetings(stage);
    assert.ok(count >= 10 && count <= 40, `${count} greetings in ten minutes`);
  });
});

describe("overlay: the ways in", () => {
  /** A node with dead addresses, and what it says of each way after `durationMs`. */
  function alone(configured: number, remembered: number): PuppetStage {
    const stage = new PuppetStage();
    const from = (first: number, count: number): Endpoint[] =>
      new Array<undefined>(count).fill(undefined).map((_, n) => endpointOf(first + n));
    const addresses = { configured: from(20, configured), remembered: from(40, remembered) };
    stage.overlay.start(stage.now, { local: endpointOf(0), ...addresses });
    return stage;
  }

  function connects(stage: PuppetStage): string[] {
    const greeted: string[] = [];
    for (const effect of stage.effects)
      if (effect.kind === "connect") greeted.push(endpointText(effect.endpoint));
    return greeted;
  }

  it("configured and remembered addresses are tried by turns, none waits for all of the others", () => {
    const stage = alone(4, 12);
    stage.run(1_000);
    const wanted = [endpointOf(20), endpointOf(40), endpointOf(21)].map(endpointText);
    assert.deepEqual(connects(stage), wanted);
  });

  it("whoever is heard is greeted at once, however many dead addresses are being tried", () => {
    const stage = alone(4, 12);
    stage.run(2_500);
    const beacon = { overlayId: openOverlay, nodeId: server.nodeId, flags: 0, clientsFree: 0, load: 0 };
    const bytes = encodeBeacon(beacon);
    assert.ok(stage.overlay.hearsBeacon(stage.now, bytes));
    stage.overlay.handleBeacon(stage.now, endpointOf(9), beacon);
    stage.run(400);
    assert.ok(connects(stage).includes(endpointText(endpointOf(9))));
  });

  it("every address is tried in the end, and each way says when and with what outcome", () => {
    const stage = alone(2, 14);
    stage.run(60_000);
    const reports = stage.overlay.describe(stage.now).bootstraps;
    assert.equal(reports.length, 17);
    assert.equal(new Set(connects(stage)).size, 16);
    for (const { method, outcome, sinceMs, isLinked } of reports) {
      assert.ok(!isLinked);
      assert.equal(outcome, method === "beacon" ? "silence" : "no-answer");
      assert.ok(method === "beacon" ? sinceMs === 60_000 : sinceMs < 60_000, `${method} ${sinceMs}`);
    }
  });

  it("beacons of other overlays are told from silence", () => {
    const stage = alone(0, 0);
    stage.run(5_000);
    const foreign = encodeBeacon({
      overlayId: new Uint8Array(8),
      nodeId: server.nodeId,
      flags: 0,
      clientsFree: 0,
      load: 0,
    });
    assert.ok(!stage.overlay.hearsBeacon(stage.now, foreign));
    const [report] = stage.overlay.describe(instant(stage.now + 1_000)).bootstraps;
    assert.deepEqual([report?.outcome, report?.sinceMs], ["foreign", 6_000]);
  });
});
