import assert from "node:assert/strict";
import { toHex } from "../../firmware/core/bytes.js";
import { PuppetStage } from "./puppet.js";
import { keyRingOf, resourceOf } from "./swarm-node.js";

/** A node whose record is stored with some of eight neighbours, all of which answer. */
function published(): PuppetStage {
  const stage = new PuppetStage();
  stage.begin();
  for (let n = 1; n <= 8; n++) stage.link(n, keyRingOf(`peer${n}`, `peer${n}`));
  const { nodeId } = stage.keyRing;
  const resource = resourceOf("subject");
  const value = Uint8Array.of(0x80);
  stage.overlay.publish(stage.now, { resource, kind: 1, key: nodeId, value, lifetimeS: 1800 });
  stage.run(1_000);
  for (let round = 0; round < 60; round++) {
    for (const { link, message } of stage.said.splice(0)) {
      if (message.type === "store") {
        const { transaction, via, record } = message;
        const { generation } = record;
        stage.say(link, { type: "storeAnswer", transaction, via, status: "ok", generation });
      } else if (message.type === "fetch" || message.type === "find") {
        const { transaction, via } = message;
        stage.say(link, { type: "errorAnswer", transaction, via, status: "busy" });
      }
    }
    stage.run(1_000);
  }
  assert.ok(stage.effects.some(({ kind }) => kind === "published"));
  stage.said.length = 0;
  return stage;
}

/** Whether it asks who is nearest to its own record after so many of its neighbours have gone at once. */
function looksAfter(losses: number, reason: string): boolean {
  const stage = published();
  for (let n = 1; n <= losses; n++) stage.overlay.handleLinkDown(stage.now, n, reason);
  stage.run(16_000);
  const place = toHex(resourceOf("subject"));
  return stage.said.some(
    ({ message }) => message.type === "find" && toHex(message.destination.first) === place,
  );
}

describe("overlay: whether own records are where they belong", () => {
  it("is looked at when a quarter of the neighbours, and three at least, is lost within a minute", () => {
    assert.equal(looksAfter(3, "silent"), true);
  });

  it("is not looked at for two, nor for links that were given up", () => {
    assert.equal(looksAfter(2, "silent"), false);
    assert.equal(looksAfter(4, "evicted"), false);
  });
});
