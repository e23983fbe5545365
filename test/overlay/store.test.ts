import assert from "node:assert/strict";
import { equalBytes } from "../../firmware/core/bytes.js";
import type { Status } from "../../firmware/wire/kinds/routed.js";
import { encodeRegistration } from "../../firmware/usage/registration.js";
import { PuppetStage, registrationOf } from "./puppet.js";
import { keyRingOf, resourceOf } from "./swarm-node.js";

const alice = keyRingOf("alice", "alice");
const bob = keyRingOf("bob", "bob");
const kind = 1;

/** The node under test with alice linked on 1. */
function staged(storeBytes?: number): PuppetStage {
  const stage = new PuppetStage(storeBytes);
  stage.begin();
  stage.link(1, alice);
  return stage;
}

describe("overlay: what a Store must satisfy (protocol §5)", () => {
  it("takes a registration of a linked owner, and the same again without another signature check", () => {
    const stage = staged();
    const record = registrationOf(alice);
    const resource = resourceOf("alice");
    assert.equal(stage.store(1, { resource, kind, record }).status, "ok");
    for (let again = 0; again < 50; again++) {
      const answer = stage.store(1, { resource, kind, record });
      assert.equal(answer.status, "ok");
      assert.equal(answer.generation, record.generation);
      stage.run(50);
    }
    assert.equal(stage.overlay.describe(stage.now).records.count, 1);
  });

  const refused: readonly (readonly [string, Status, () => Parameters<PuppetStage["store"]>[1]])[] = [
    [
      "an unknown kind",
      "unknown-kind",
      () => ({ resource: resourceOf("alice"), kind: 77, record: registrationOf(alice) }),
    ],
    [
      "a value that is too large",
      "too-large",
      () => {
        const value = new Uint8Array(115).fill(0x80);
        return { resource: resourceOf("alice"), kind, record: registrationOf(alice, { value }) };
      },
    ],
    [
      "a lifetime that is too long",
      "forbidden",
      () => ({ resource: resourceOf("alice"), kind, record: registrationOf(alice, { lifetimeS: 1801 }) }),
    ],
    [
      "a key that is no Node-ID",
      "forbidden",
      () => ({
        resource: resourceOf("alice"),
        kind,
        record: registrationOf(alice, { key: new Uint8Array(4) }),
      }),
    ],
    [
      "another device's entry",
      "need-credential",
      () => ({ resource: resourceOf("alice"), kind, record: registrationOf(alice, { key: bob.nodeId }) }),
    ],
    [
      "another device's entry with one's own credential",
      "forbidden",
      () => ({
        resource: resourceOf("alice"),
        kind,
        record: registrationOf(alice, { key: bob.nodeId }),
        credential: alice.credential.bytes,
      }),
    ],
    [
      "another user's name",
      "forbidden",
      () => ({ resource: resourceOf("bob"), kind, record: registrationOf(alice, {}, resourceOf("bob")) }),
    ],
    [
      "a record replayed to another resource",
      "forbidden",
      () => ({ resource: resourceOf("bob"), kind, record: registrationOf(alice) }),
    ],
    [
      "an owner whose credential is not known",
      "need-credential",
      () => ({ resource: resourceOf("bob"), kind, record: registrationOf(bob) }),
    ],
    [
      "a credential of another overlay or spoilt",
      "forbidden",
      () => {
        const credential = bob.credential.bytes.slice();
        credential[credential.length - 1] = (credential.at(-1) ?? 0) ^ 1;
        return { resource: resourceOf("bob"), kind, record: registrationOf(bob), credential };
      },
    ],
  ];
  for (const [what, status, make] of refused) {
    it(`refuses ${what}: ${status}`, () => {
      const stage = staged();
      assert.equal(stage.store(1, make()).status, status);
      assert.equal(stage.overlay.describe(stage.now).records.count, 0);
    });
  }

  it("refuses each field changed after signing", () => {
    const record = registrationOf(alice);
    const changes = [
      { generation: record.generation + 1 },
      { lifetimeS: 900 },
      { epoch: 1 },
      { value: Uint8Array.of(0x81, 0x00) },
      { value: null },
    ];
    for (const change of changes) {
      const stage = staged();
      const changed = { ...record, ...change };
      assert.equal(
        stage.store(1, { resource: resourceOf("alice"), kind, record: changed }).status,
        "forbidden",
      );
    }
  });

  it("takes a stranger's record with its credential, by one who passes it on", () => {
    const stage = staged();
    const parts = { resource: resourceOf("bob"), kind, record: registrationOf(bob) };
    assert.equal(stage.store(1, { ...parts, credential: bob.credential.bytes }).status, "ok");
  });

  it("an older generation is answered with the newer record", () => {
    const stage = staged();
    const resource = resourceOf("alice");
    const newer = registrationOf(alice, { generation: 0x20000 });
    stage.store(1, { resource, kind, record: newer });
    const answer = stage.store(1, { resource, kind, record: registrationOf(alice) });
    assert.equal(answer.status, "generation-too-low");
    assert.ok(answer.newer !== undefined && equalBytes(answer.newer.signature, newer.signature));
    const twin = registrationOf(alice, { generation: 0x20000, value: Uint8Array.of(0x81, 0x00) });
    assert.equal(stage.store(1, { resource, kind, record: twin }).status, "generation-too-low");
  });

  it("counts the lifetime from receipt, and never longer than signed", () => {
    const stage = staged();
    const resource = resourceOf("alice");
    stage.store(1, { resource, kind, record: registrationOf(alice, { lifetimeS: 100 }), remainingS: 5_000 });
    stage.run(99_000);
    assert.equal(stage.overlay.describe(stage.now).records.count, 1);
    stage.run(2_000);
    assert.equal(stage.overlay.describe(stage.now).records.count, 0);
    const record = registrationOf(alice, { generation: 0x20000 });
    stage.store(1, { resource, kind, record, remainingS: 10 });
    stage.run(11_000);
    assert.equal(stage.overlay.describe(stage.now).records.count, 0);
  });

  it("a tombstone hides what is older for the longest lifetime of its kind", () => {
    const stage = staged();
    const resource = resourceOf("alice");
    stage.store(1, { resource, kind, record: registrationOf(alice) });
    const tombstone = registrationOf(alice, { generation: 0x10002, value: null });
    assert.equal(stage.store(1, { resource, kind, record: tombstone }).status, "ok");
    stage.run(1_700_000);
    stage.link(2, bob);
    const replayed = stage.store(2, { resource, kind, record: registrationOf(alice) });
    assert.equal(replayed.status, "generation-too-low");
  });

  it("checks few signatures a second, and of one neighbour no more than half of them", () => {
    const stage = staged();
    const resource = resourceOf("alice");
    const statuses = new Map<Status, number>();
    for (let n = 0; n < 200; n++) {
      const record = { ...registrationOf(alice), generation: 0x20000 + n };
      const { status } = stage.store(1, { resource, kind, record });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      stage.run(50);
    }
    const checked = statuses.get("forbidden") ?? 0;
    console.log(
      `      200 forged Stores in 10 s: ${checked} signatures checked, ${statuses.get("busy")} refused as busy`,
    );
    assert.ok(checked >= 20 && checked <= 30);
    stage.link(2, bob);
    assert.equal(
      stage.store(2, { resource: resourceOf("bob"), kind, record: registrationOf(bob) }).status,
      "ok",
    );
  });

  it("keeps four owners of one name and refuses a fifth; their devices are bounded", () => {
    const stage = staged();
    const resource = resourceOf("carol");
    for (let claim = 0; claim < 5; claim++) {
      const claimant = keyRingOf(`carol${claim}`, "carol");
      stage.link(10 + claim, claimant);
      const { status } = stage.store(10 + claim, { resource, kind, record: registrationOf(claimant) });
      assert.equal(status, claim < 4 ? "ok" : "name-contested");
      stage.run(1_000);
    }
  });

  it("one owner gets an eighth of the store, one neighbour a quarter once the store is half full", () => {
    const stage = staged(2_000);
    const taken: Status[] = [];
    for (let n = 0; n < 12; n++) {
      const owner = keyRingOf(`owner${n}`, `owner${n}`);
      const parts = { resource: resourceOf(owner.userName), kind, record: registrationOf(owner) };
      taken.push(stage.store(1, { ...parts, credential: owner.credential.bytes }).status);
      stage.run(3_000);
    }
    const [first, ...others] = taken;
    assert.equal(first, "ok");
    assert.ok(others.includes("neighbour-quota"));
    const { records } = stage.overlay.describe(stage.now);
    assert.ok(records.bytes <= 1_137, "what one neighbour brought stops at half of the store");
    const own = { resource: resourceOf("alice"), kind, record: registrationOf(alice) };
    assert.equal(stage.store(1, own).status, "ok", "its own record is none that it brought");
    const held = keyRingOf("owner0", "owner0");
    const value = encodeRegistration({ ways: [alice.nodeId, held.nodeId].map((id) => [id]) });
    const anew = {
      resource: resourceOf("owner0"),
      kind,
      record: registrationOf(held, { generation: 0x20001, value }),
    };
    assert.equal(
      stage.store(1, anew).status,
      "ok",
      "a longer one in the place of what is held is none, either",
    );
  });

  it("a full store refuses with others to try", () => {
    const stage = staged(1_100);
    for (let peer = 0; peer < 6; peer++) stage.link(20 + peer, keyRingOf(`peer${peer}`, `peer${peer}`));
    let full = 0;
    for (let n = 0; n < 12; n++) {
      const owner = keyRingOf(`owner${n}`, `owner${n}`);
      const parts = {
        resource: resourceOf(owner.userName),
        kind,
        record: registrationOf(owner, { value: Uint8Array.of(0xf6) }),
      };
      const answer = stage.store(20 + (n % 6), { ...parts, credential: owner.credential.bytes });
      if (answer.status === "full") {
        full++;
        assert.ok((answer.candidates?.length ?? 0) >= 1 && (answer.candidates?.length ?? 0) <= 3);
      }
      stage.run(3_000);
    }
    assert.ok(full > 0, "the store was full");
  });
});
