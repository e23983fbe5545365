import assert from "node:assert/strict";
import { nodeId } from "../../firmware/core/node-id.js";
import { decideName, type NameClaim } from "../../firmware/usage/name-decision.js";

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
    const decision = decideName([young], undefined);
    assert.ok(decision.kind === "sole");
    assert.deepEqual(decision.owner.claims, [young]);
  });

  it("several devices of one owner are one claim", () => {
    const second = claim(2, [1, 1], 900);
    const decision = decideName([young, second, young], undefined);
    assert.ok(decision.kind === "sole");
    assert.deepEqual([decision.owner.claims, decision.owner.heldS], [[young, second], 900]);
  });

  it("two owners: the person is asked, the one held longest first", () => {
    const decision = decideName([young, old], undefined);
    assert.ok(decision.kind === "contested");
    assert.deepEqual(
      decision.owners.map((owner) => owner.claims),
      [[old], [young]],
    );
  });

  it("a pinned owner goes before any other, however young", () => {
    const decision = decideName([old, young], young.ownerKey);
    assert.ok(decision.kind === "pinned");
    assert.deepEqual(decision.owner.claims, [young]);
  });

  it("never a silent switch: the pinned owner is gone, another is there", () => {
    const one = decideName([young], old.ownerKey);
    assert.ok(one.kind === "pinMismatch");
    assert.deepEqual(one.owners[0]?.claims, [young]);
    const two = decideName([young, claim(3, [0, 1], 7)], old.ownerKey);
    assert.ok(two.kind === "pinMismatch");
    assert.equal(two.owners.length, 2);
  });

  it("nobody", () => {
    assert.deepEqual(decideName([], old.ownerKey), { kind: "unknown" });
  });
});
