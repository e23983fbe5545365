import assert from "node:assert/strict";
import { nodeId } from "../../firmware/core/node-id.js";
import { ageText, decideName, type NameClaim } from "../../firmware/usage/name-decision.js";

const day = 86_400;

function claim(owner: number, id: readonly [number, number], heldS: number): NameClaim {
  const bytes = new Uint8Array(16);
  bytes.set(id);
  return { nodeId: nodeId(bytes), ownerKey: new Uint8Array(32).fill(owner), heldS };
}

describe("whom a name means (protocol §1)", () => {
  const old = claim(1, [0xa3, 0xf1], 3 * day + 5);
  const young = claim(2, [0x77, 0xc0], 130);

  it("a sole claim", () => {
    const decision = decideName("alice", [young], undefined);
    assert.ok(decision.kind === "sole");
    assert.deepEqual(decision.owner.claims, [young]);
  });

  it("several devices of one owner are one claim", () => {
    const second = claim(2, [1, 1], 900);
    const decision = decideName("alice", [young, second, young], undefined);
    assert.ok(decision.kind === "sole");
    assert.deepEqual([decision.owner.claims, decision.owner.heldS], [[young, second], 900]);
  });

  it("two owners: the person is asked, the one held longest first", () => {
    const decision = decideName("alice", [young, old], undefined);
    assert.ok(decision.kind === "contested");
    assert.equal(
      decision.sentence,
      "two phones call themselves alice: …a3f1, seen 3 days; …77c0, seen 2 min",
    );
    assert.deepEqual(
      decision.owners.map((owner) => owner.claims),
      [[old], [young]],
    );
  });

  it("a pinned owner goes before any other, however young", () => {
    const decision = decideName("alice", [old, young], young.ownerKey);
    assert.ok(decision.kind === "pinned");
    assert.deepEqual(decision.owner.claims, [young]);
  });

  it("never a silent switch: the pinned owner is gone, another is there", () => {
    const one = decideName("alice", [young], old.ownerKey);
    assert.ok(one.kind === "pinMismatch");
    assert.equal(
      one.sentence,
      "the alice you know is not here, but another phone calls itself alice: …77c0, seen 2 min",
    );
    const two = decideName("alice", [young, claim(3, [0, 1], 7)], old.ownerKey);
    assert.ok(two.kind === "pinMismatch");
    assert.match(
      two.sentence,
      /but two other phones call themselves alice: …77c0, seen 2 min; …0001, seen 7 s$/,
    );
  });

  it("nobody", () => {
    assert.deepEqual(decideName("alice", [], old.ownerKey), {
      kind: "unknown",
      sentence: "Nobody here is called alice.",
    });
  });

  it("ages as a person says them", () => {
    assert.deepEqual([0, 59, 60, 3599, 3600, day - 1, day, 2 * day].map(ageText), [
      "0 s",
      "59 s",
      "1 min",
      "59 min",
      "1 h",
      "23 h",
      "1 day",
      "2 days",
    ]);
  });
});
