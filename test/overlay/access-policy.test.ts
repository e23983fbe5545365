import assert from "node:assert/strict";
import { concatBytes } from "../../firmware/core/bytes.js";
import type { ResourceId } from "../../firmware/core/node-id.js";
import type { Credential } from "../../firmware/identity/credential.js";
import { resourceIdOf } from "../../firmware/identity/resource-id.js";
import { keyFits, ownerInKey, permits, slotKey } from "../../firmware/overlay/access-policy.js";
import { indexKey, indexOf, keyFitsModel } from "../../firmware/overlay/data-model.js";
import { shippedKinds, type KindDefinition } from "../../firmware/overlay/kind-definition.js";
import { openOverlay, sodium } from "../identity/fixtures.js";
import { keyRingOf, resourceOf } from "./swarm-node.js";

type Rule = Pick<KindDefinition, "policy" | "model">;

const alice = keyRingOf("alice", "alice").credential;
const bob = keyRingOf("bob", "bob").credential;
const none = new Uint8Array(0);
const value = Uint8Array.of(0x80);

function mayWrite(rule: Rule, at: { resource: ResourceId; key: Uint8Array }, who: Credential): boolean {
  const record = { key: at.key, generation: 2, value };
  return permits(sodium, openOverlay, { ...rule, placement: { resource: at.resource, record } }, who);
}

function ofNode(...more: number[]): ResourceId {
  return resourceIdOf(sodium, openOverlay, "node", concatBytes(alice.nodeId, Uint8Array.from(more)));
}

describe("overlay: access policies (RFC 6940 §7.3)", () => {
  const places: readonly (readonly [KindDefinition["policy"], { resource: ResourceId; key: Uint8Array }])[] =
    [
      ["USER-MATCH", { resource: resourceOf("alice"), key: none }],
      ["NODE-MATCH", { resource: ofNode(), key: none }],
      ["USER-NODE-MATCH", { resource: resourceOf("alice"), key: alice.nodeId }],
      ["NODE-MULTIPLE", { resource: ofNode(19), key: none }],
    ];
  for (const [policy, place] of places) {
    it(`${policy} lets the owner write there, and nobody else`, () => {
      const rule = { policy, model: "single" } as const;
      assert.ok(keyFits(rule, place.key));
      assert.ok(mayWrite(rule, place, alice));
      assert.ok(!mayWrite(rule, place, bob));
      assert.ok(!mayWrite(rule, { ...place, resource: resourceOf("bob") }, alice));
    });
  }

  it("NODE-MULTIPLE ends at twenty", () => {
    const rule = { policy: "NODE-MULTIPLE", model: "single" } as const;
    assert.ok(mayWrite(rule, { resource: ofNode(0), key: none }, alice));
    assert.ok(!mayWrite(rule, { resource: ofNode(20), key: none }, alice));
  });

  it("the key has the form of the data model, or that of the policy", () => {
    assert.ok(!keyFits({ policy: "NODE-MATCH", model: "single" }, Uint8Array.of(1)));
    assert.ok(keyFits({ policy: "NODE-MATCH", model: "array" }, indexKey(7)));
    assert.ok(!keyFits({ policy: "NODE-MATCH", model: "array" }, none));
    assert.ok(keyFits({ policy: "USER-MATCH", model: "dictionary" }, Uint8Array.of(1)));
    assert.ok(!keyFits({ policy: "USER-NODE-MATCH", model: "dictionary" }, none));
    assert.ok(keyFits({ policy: "WRITER-MATCH", model: "dictionary" }, slotKey(alice.nodeId, 3)));
    assert.ok(!keyFits({ policy: "WRITER-MATCH", model: "dictionary" }, slotKey(alice.nodeId, 4)));
    assert.ok(!keyFits({ policy: "WRITER-MATCH", model: "dictionary" }, alice.nodeId));
  });

  it("indices are 4 B, in order as bytes, and come back", () => {
    for (const index of [0, 1, 255, 256, 0xffffffff]) assert.equal(indexOf(indexKey(index)), index);
    assert.ok(!keyFitsModel("dictionary", none) && !keyFitsModel("dictionary", new Uint8Array(21)));
  });

  it("where the policy says what the key is, the Kind is a dictionary", () => {
    for (const { policy, model, name } of shippedKinds) {
      const named = /NODE-MATCH|WRITER/.test(policy) && policy !== "NODE-MATCH";
      assert.ok(!named || model === "dictionary", name);
    }
  });
});

describe("overlay: the inbox's policy, WRITER-MATCH (protocol §5)", () => {
  const rule = { policy: "WRITER-MATCH", model: "dictionary" } as const;
  const inbox = resourceIdOf(sodium, openOverlay, "inbox", bob.nodeId);
  const key = slotKey(alice.nodeId, 0);
  const may = (who: Credential, generation: number, content: Uint8Array | null): boolean => {
    const placement = { resource: inbox, record: { key, generation, value: content } };
    return permits(sodium, openOverlay, { ...rule, placement }, who);
  };

  it("who writes does so under its own Node-ID, in even generations", () => {
    assert.ok(may(alice, 2, value) && may(alice, 4, null));
    assert.ok(!may(alice, 3, value) && !may(bob, 2, value));
  });

  it("the receiver removes with the odd generation next to it, nobody else, and writes nothing", () => {
    assert.ok(may(bob, 3, null));
    assert.ok(!may(bob, 3, value) && !may(bob, 2, null) && !may(alice, 3, null));
    assert.ok(!may(keyRingOf("carol", "carol").credential, 3, null));
  });

  it("the key names the writer, but not who removed", () => {
    const { policy } = rule;
    assert.deepEqual(ownerInKey(policy, { key, generation: 2, value }), alice.nodeId);
    assert.equal(ownerInKey(policy, { key, generation: 3, value: null }), undefined);
  });
});
