import assert from "node:assert/strict";
import { traceBytesMax } from "../../firmware/core/limits.js";
import { nodeId } from "../../firmware/core/node-id.js";
import { traced } from "../../firmware/overlay/trace.js";
import type { FindAnswer, FindRequest } from "../../firmware/wire/kinds/find.js";
import { PuppetStage } from "./puppet.js";
import { keyRingOf } from "./swarm-node.js";

const header = { hops: 9, transaction: 77, via: new Uint8Array(0), count: 1 } as const;
const [asker, other] = [keyRingOf("asker", "asker"), keyRingOf("other", "other")];

/** A peer between two neighbours. */
function between(): PuppetStage {
  const stage = new PuppetStage();
  stage.begin();
  stage.link(1, asker);
  stage.link(2, other);
  stage.run(1_000);
  stage.said.length = 0;
  return stage;
}

function find(stage: PuppetStage, first: Uint8Array, trace?: Uint8Array): void {
  const destination = { first: nodeId(first) };
  stage.say(1, { type: "find", ...header, destination, ...(trace !== undefined && { trace }) });
}

function said(stage: PuppetStage, type: "find"): FindRequest | undefined;
function said(stage: PuppetStage, type: "findAnswer"): FindAnswer | undefined;
function said(stage: PuppetStage, type: string): unknown {
  return stage.said.findLast(({ message }) => message.type === type)?.message;
}

describe("overlay: the way of a Find", () => {
  const before = Uint8Array.of(1, 2, 3, 4);

  it("who passes it on appends the first bytes of its Node-ID", () => {
    const stage = between();
    find(stage, other.nodeId, before);
    const self = stage.keyRing.nodeId.slice(0, 4);
    assert.deepEqual(said(stage, "find")?.trace, Uint8Array.of(...before, ...self));
  });

  it("who answers returns it with its own behind", () => {
    const stage = between();
    find(stage, stage.keyRing.nodeId, before);
    const self = stage.keyRing.nodeId.slice(0, 4);
    assert.deepEqual(said(stage, "findAnswer")?.trace, Uint8Array.of(...before, ...self));
  });

  it("a Find without one gets none", () => {
    const stage = between();
    find(stage, other.nodeId);
    find(stage, stage.keyRing.nodeId);
    assert.equal(said(stage, "find")?.trace, undefined);
    assert.equal(said(stage, "findAnswer")?.trace, undefined);
  });

  it("one that is full stays as it is", () => {
    const full = new Uint8Array(traceBytesMax);
    assert.deepEqual(traced({ trace: full }, asker.nodeId), { trace: full });
  });

  it("one of our own is told of when it is answered, and when it is not", () => {
    const stage = between();
    const request = stage.overlay.trace(stage.now, other.nodeId);
    stage.run(100);
    const asked = said(stage, "find");
    assert.ok(asked?.trace?.length === 0);
    const { transaction, via } = asked;
    stage.say(2, { type: "findAnswer", transaction, via, status: "ok", contacts: [], trace: before });
    const silent = stage.overlay.trace(stage.now, other.nodeId);
    stage.run(10_000);
    assert.deepEqual(
      stage.effects.filter((effect) => effect.kind === "traced"),
      [
        { kind: "traced", request, trace: before },
        { kind: "traced", request: silent, trace: undefined },
      ],
    );
  });
});
