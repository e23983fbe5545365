import assert from "node:assert/strict";
import { digestEntriesMax } from "../../firmware/core/limits.js";
import { shortOf, speaksFor } from "../../firmware/overlay/digest-parts.js";
import type { Digest } from "../../firmware/wire/kinds/neighbours.js";
import { PuppetStage, registrationOf } from "./puppet.js";
import { keyRingOf, resourceOf } from "./swarm-node.js";

const recordsHeld = 66;
const limits = { storeBytes: 100_000, credentials: 128, signaturesPerSecond: 500 };

/** A host with one neighbour on 1, which has handed it more records than one digest names. */
function crowded(): PuppetStage {
  const stage = new PuppetStage(undefined, limits);
  stage.begin();
  stage.link(1, keyRingOf("other", "other"));
  for (let n = 0; n < recordsHeld; n++) {
    const owner = keyRingOf(`owner${n}`, `owner${n}`);
    const parts = { resource: resourceOf(owner.userName), kind: 1, record: registrationOf(owner) };
    assert.equal(stage.store(1, { ...parts, credential: owner.credential.bytes }).status, "ok");
    stage.run(100);
  }
  return stage;
}

/** The digests of the next seconds. */
function digestsIn(stage: PuppetStage, durationMs: number): Digest[] {
  stage.said.length = 0;
  stage.run(durationMs);
  return stage.said.flatMap(({ message }) => (message.type === "digest" ? [message] : []));
}

describe("overlay: comparing records", () => {
  it("names more than one message holds in several; what one of them does not speak for is not sent again", () => {
    const stage = crowded();
    stage.overlay.handlePong(stage.now, { link: 1, digest: new Uint8Array(8).fill(1), roundTripMs: 5 });
    const digests = digestsIn(stage, 10_000);
    assert.equal(digests.length, 2);
    const named = new Set(digests.flatMap(({ entries }) => entries.map(shortOf)));
    assert.equal(named.size, recordsHeld);
    const [first] = digests;
    assert.ok(first?.entries.length === digestEntriesMax);
    const [, missing, ...others] = first.entries;
    const [again] = others;
    assert.ok(missing !== undefined && again !== undefined);
    // The neighbour's own first message, which it fills without the one it lacks.
    const entries = [...first.entries.filter((entry) => entry !== missing), again];
    entries.sort((a, b) => shortOf(a) - shortOf(b));
    assert.ok(speaksFor(entries, shortOf(missing)));
    stage.said.length = 0;
    stage.say(1, { type: "digest", entries });
    stage.run(100);
    const stores = stage.said.filter(({ message }) => message.type === "store");
    const transactions = new Set(
      stores.map(({ message }) => ("transaction" in message ? message.transaction : 0)),
    );
    assert.equal(transactions.size, 1, "the one that is missing, and none of those it says nothing of");
  });

  it("a pong that differs asks for a comparison once, not with each pong", () => {
    const stage = new PuppetStage();
    stage.begin();
    const other = keyRingOf("other", "other");
    stage.link(1, other);
    const parts = { resource: resourceOf("other"), kind: 1, record: registrationOf(other) };
    assert.equal(stage.store(1, parts).status, "ok");
    digestsIn(stage, 20_000);
    let said = 0;
    for (let pong = 0; pong < 12; pong++) {
      stage.overlay.handlePong(stage.now, { link: 1, digest: new Uint8Array(8).fill(7), roundTripMs: 5 });
      said += digestsIn(stage, 5_000).length;
    }
    assert.equal(said, 1);
  });
});
