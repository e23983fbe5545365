import assert from "node:assert/strict";
import { endpointText } from "../../firmware/core/endpoint.js";
import { endpointOf, PuppetStage } from "./puppet.js";
import { keyRingOf } from "./swarm-node.js";

/** A node with so many neighbours, of which the first ones fall silent; when each of those is greeted after, ms. */
function greetings(neighbours: number, silent: number): number[][] {
  const stage = new PuppetStage();
  stage.begin();
  for (let n = 1; n <= neighbours; n++) stage.link(n, keyRingOf(`peer${n}`, `peer${n}`));
  stage.run(30_000);
  stage.effects.length = 0;
  const since = stage.now;
  const greeted: number[][] = [];
  for (let n = 1; n <= silent; n++) {
    stage.overlay.handleLinkDown(stage.now, n, "silent");
    greeted.push([]);
  }
  while (stage.now < since + 600_000) {
    stage.run(1_000);
    for (const effect of stage.effects.splice(0)) {
      if (effect.kind !== "connect") continue;
      const address = endpointText(effect.endpoint);
      greeted.find((_, n) => endpointText(endpointOf(n + 1)) === address)?.push(stage.now - since);
      stage.overlay.handleConnectFailed(stage.now, effect.endpoint, "no-answer");
    }
  }
  return greeted;
}

describe("overlay: neighbours that have fallen silent", () => {
  it("one of several is greeted twice: most that fall silent are off", () => {
    const [times = []] = greetings(6, 1);
    assert.equal(times.length, 2);
    assert.ok((times[0] ?? 0) >= 5_000 && (times[1] ?? 0) <= 40_000);
  });

  it("the only one, six times within a minute and a half, more and more seldom", () => {
    const [times = []] = greetings(1, 1);
    assert.equal(times.length, 6);
    assert.ok((times[0] ?? 0) >= 5_000 && (times[5] ?? 0) <= 90_000, times.join(" "));
    const pauses = times.slice(1).map((time, at) => time - (times[at] ?? 0));
    assert.ok(pauses.every((pause, at) => pause > (pauses[at - 1] ?? 0)));
  });

  it("all at once: at least half of them so, for the network may have been gone", () => {
    const counts = greetings(8, 8).map((times) => times.length);
    assert.ok(counts.every((count) => count === 2 || count === 6));
    assert.ok(counts.filter((count) => count === 6).length >= 4, counts.join(" "));
  });
});
