import assert from "node:assert/strict";
import { endpointText } from "../../firmware/core/endpoint.js";
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

function wayOf(stage: PuppetStage): { isLinked: boolean; text: string } {
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

  it("that was given up for lack of room is not", () => {
    const stage = configured();
    stage.overlay.handleLinkDown(stage.now, 9, "evicted");
    stage.run(60_000);
    assert.equal(greetings(stage), 0);
  });
});
