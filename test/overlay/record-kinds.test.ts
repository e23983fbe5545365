import assert from "node:assert/strict";
import { encodeText } from "../../firmware/core/text.js";
import type { ResourceId } from "../../firmware/core/node-id.js";
import type { KeyRing } from "../../firmware/identity/key-ring.js";
import { signRecord } from "../../firmware/identity/record-signature.js";
import { resourceIdOf } from "../../firmware/identity/resource-id.js";
import { slotKey } from "../../firmware/overlay/access-policy.js";
import { indexKey, indexOf } from "../../firmware/overlay/data-model.js";
import { inboxKind } from "../../firmware/overlay/kind-definition.js";
import type { FetchOutcome } from "../../firmware/overlay/overlay.js";
import type { Record, UnsignedRecord } from "../../firmware/wire/kinds/record.js";
import type { Status } from "../../firmware/wire/kinds/routed.js";
import { openOverlay, sodium } from "../identity/fixtures.js";
import { seed } from "../support/seed.js";
import { arrayKind, dictionaryKind, singleKind, userKind } from "./kinds.js";
import { PuppetStage } from "./puppet.js";
import { at, settled } from "./situations.js";
import type { Swarm } from "./swarm.js";
import { keyRingOf, type SwarmNode } from "./swarm-node.js";

type Place = Pick<Parameters<SwarmNode["overlay"]["publish"]>[1], "resource" | "kind">;

const none = new Uint8Array(0);

function ofNode({ keyRing }: SwarmNode, kind: number): Place {
  return { resource: resourceIdOf(sodium, openOverlay, "node", keyRing.nodeId), kind };
}

function publish(swarm: Swarm, node: SwarmNode, place: Place & { key: Uint8Array }, text: string): void {
  swarm.touch(node, () => {
    node.overlay.publish(swarm.now, { ...place, value: encodeText(text), lifetimeS: 1800 });
  });
  swarm.run(3_000);
}

function fetchAt(swarm: Swarm, node: SwarmNode, place: Place): FetchOutcome {
  let request = 0;
  swarm.touch(node, () => {
    request = node.overlay.fetch(swarm.now, place);
  });
  swarm.run(12_000);
  const effect = node.effects.findLast((each) => each.kind === "fetchFinished" && each.request === request);
  assert.ok(effect?.kind === "fetchFinished");
  return effect.outcome;
}

function valuesOf(outcome: FetchOutcome): string[] {
  return outcome.status === "found"
    ? outcome.records.map(({ value }) => String.fromCharCode(...value))
    : [outcome.status];
}

describe(`overlay: data models (RFC 6940 §7.2; seed ${seed})`, () => {
  it("single: one value, replaced by the next and removed", () => {
    const { swarm, nodes } = settled(4);
    const [writer, reader] = [at(nodes, 1), at(nodes, 3)];
    const place = ofNode(writer, singleKind.kind);
    publish(swarm, writer, { ...place, key: none }, "hall");
    assert.deepEqual(valuesOf(fetchAt(swarm, reader, place)), ["hall"]);
    publish(swarm, writer, { ...place, key: none }, "roof");
    assert.deepEqual(valuesOf(fetchAt(swarm, reader, place)), ["roof"]);
    swarm.touch(writer, () => {
      writer.overlay.unpublish(swarm.now, { ...place, key: none });
    });
    swarm.run(3_000);
    assert.deepEqual(valuesOf(fetchAt(swarm, reader, place)), ["not-found"]);
  });

  it("dictionary: each key has its own value and its own end", () => {
    const { swarm, nodes } = settled(4);
    const [writer, reader] = [at(nodes, 1), at(nodes, 3)];
    const place = { resource: writer.resource, kind: dictionaryKind.kind };
    for (const key of ["door", "gate"])
      publish(swarm, writer, { ...place, key: encodeText(key) }, `${key} code`);
    assert.deepEqual(valuesOf(fetchAt(swarm, reader, place)).sort(), ["door code", "gate code"]);
    swarm.touch(writer, () => {
      writer.overlay.unpublish(swarm.now, { ...place, key: encodeText("door") });
    });
    swarm.run(3_000);
    assert.deepEqual(valuesOf(fetchAt(swarm, reader, place)), ["gate code"]);
  });

  it("array: indices may have gaps, what is appended goes after the last, also from several appends at once", () => {
    const { swarm, nodes } = settled(4);
    const [writer, reader] = [at(nodes, 1), at(nodes, 3)];
    const place = ofNode(writer, arrayKind.kind);
    publish(swarm, writer, { ...place, key: indexKey(5) }, "five");
    swarm.touch(writer, () => {
      for (const text of ["six", "seven"]) {
        const publication = { ...place, value: encodeText(text), lifetimeS: 1800 };
        writer.overlay.ask(swarm.now, { kind: "append", publication });
      }
    });
    swarm.run(5_000);
    const appended = writer.effects.flatMap((each) => (each.kind === "appended" ? [each.index] : []));
    assert.deepEqual(appended, [6, 7]);
    publish(swarm, writer, { ...place, key: indexKey(0) }, "zero");
    const outcome = fetchAt(swarm, reader, place);
    assert.deepEqual(valuesOf(outcome), ["zero", "five", "six", "seven"]);
    assert.ok(outcome.status === "found");
    assert.deepEqual(
      outcome.records.map(({ key }) => indexOf(key)),
      [0, 5, 6, 7],
    );
  });

  it("two who claim one user name keep their values side by side; neither replaces the other's", () => {
    const { swarm, nodes } = settled(4);
    const [owner, reader] = [at(nodes, 1), at(nodes, 3)];
    const place = { resource: owner.resource, kind: userKind.kind };
    publish(swarm, owner, { ...place, key: none }, "owner");
    const thief = swarm.add("thief", { userName: owner.userName, bootCount: 9 });
    swarm.start(thief);
    swarm.run(15_000);
    publish(swarm, thief, { ...place, key: none }, "thief");
    assert.deepEqual(valuesOf(fetchAt(swarm, reader, place)), ["owner"]);
    swarm.kill(owner);
    swarm.run(1_830_000);
    assert.deepEqual(
      valuesOf(fetchAt(swarm, reader, place)),
      ["thief"],
      "it was the thief's when it had ended",
    );
  });
});

const bob = keyRingOf("bob", "bob");
const inbox = resourceIdOf(sodium, openOverlay, "inbox", bob.nodeId);

/** A message of `writer` in Bob's inbox, or what `signer` puts in its place. */
function mail(writer: KeyRing, slot: number, change: Partial<UnsignedRecord> = {}, signer = writer): Record {
  const unsigned = {
    key: slotKey(writer.nodeId, slot),
    generation: 0x10002,
    lifetimeS: 259_200,
    epoch: 0,
    value: encodeText("sealed"),
    ...change,
  };
  const place = { overlayId: openOverlay, resource: inbox, kind: inboxKind };
  return signRecord(sodium, signer.secretKey, place, unsigned);
}

function staged(storeBytes = 100_000): PuppetStage {
  const stage = new PuppetStage(storeBytes, { signaturesPerSecond: 500 });
  stage.begin();
  stage.link(1, bob);
  return stage;
}

function put(stage: PuppetStage, record: Record, by: KeyRing): Status {
  const parts = { resource: inbox, kind: inboxKind, record, credential: by.credential.bytes };
  const { status } = stage.store(1, parts);
  stage.run(100);
  return status;
}

describe("overlay: the inbox (WRITER-MATCH, protocol §5) and its quotas", () => {
  const writer = keyRingOf("writer", "writer");

  it("takes four messages of a writer, by whoever brings them; no fifth slot, no odd generation", () => {
    const stage = staged();
    for (let slot = 0; slot < 4; slot++) assert.equal(put(stage, mail(writer, slot), writer), "ok");
    assert.equal(put(stage, mail(writer, 4), writer), "forbidden");
    assert.equal(put(stage, mail(writer, 0, { generation: 0x10005 }), writer), "forbidden");
    assert.equal(put(stage, mail(writer, 0, { generation: 0x10004 }), writer), "ok");
    assert.equal(stage.overlay.describe(stage.now).records.count, 4);
  });

  it("nobody writes under another's Node-ID; nobody but the two removes", () => {
    const stage = staged();
    const carol = keyRingOf("carol", "carol");
    assert.equal(put(stage, mail(writer, 0, {}, carol), carol), "forbidden");
    assert.equal(put(stage, mail(writer, 0), writer), "ok");
    const removal = { generation: 0x10003, value: null };
    assert.equal(put(stage, mail(writer, 0, removal, carol), carol), "forbidden");
    assert.equal(put(stage, mail(writer, 0, removal, writer), writer), "forbidden");
    assert.equal(put(stage, mail(writer, 0, removal, bob), bob), "ok");
    assert.equal(put(stage, mail(writer, 0), writer), "generation-too-low", "what was removed stays so");
    assert.equal(put(stage, mail(writer, 0, { generation: 0x10004 }), writer), "ok", "the next one is new");
    assert.equal(put(stage, mail(writer, 0, { generation: 0x10006, value: null }), writer), "ok");
  });

  it("512 B fit, more do not; 32 messages in all", () => {
    const stage = staged();
    const long = (bytes: number): Record => mail(writer, 0, { value: new Uint8Array(bytes).fill(1) });
    assert.equal(put(stage, long(512), writer), "ok");
    const statuses: Status[] = [];
    for (let n = 0; n < 32; n++) {
      const other = keyRingOf(`writer${n}`, `writer${n}`);
      statuses.push(put(stage, mail(other, 0), other));
    }
    assert.deepEqual(new Set(statuses.slice(0, 31)), new Set(["ok"]));
    assert.equal(statuses.at(31), "too-many-entries");
  });

  it("an owner's share of the store has its own name", () => {
    const stage = staged(4_000);
    const full = { value: new Uint8Array(300) };
    assert.equal(put(stage, mail(writer, 0, full), writer), "ok");
    assert.equal(put(stage, mail(writer, 1, full), writer), "quota");
  });

  it("a message waits for its receiver and is removed by it, everywhere", () => {
    const { swarm, nodes } = settled(4);
    const [from, to] = [at(nodes, 2), at(nodes, 3)];
    const resource: ResourceId = resourceIdOf(sodium, openOverlay, "inbox", to.keyRing.nodeId);
    const place = { resource, kind: inboxKind };
    const key = slotKey(from.keyRing.nodeId, 0);
    const send = (text: string): void => {
      swarm.touch(from, () => {
        const publication = {
          ...place,
          key,
          value: encodeText(text),
          lifetimeS: 600,
          isOnce: true,
        } as const;
        from.overlay.publish(swarm.now, publication);
      });
      swarm.run(3_000);
    };
    send("call me");
    const outcome = fetchAt(swarm, to, place);
    assert.deepEqual(valuesOf(outcome), ["call me"]);
    assert.ok(outcome.status === "found");
    const [message] = outcome.records;
    assert.ok(message !== undefined && message.generation % 2 === 0);
    const { generation } = message;
    swarm.touch(to, () => {
      to.overlay.ask(swarm.now, { kind: "remove", resource, recordKind: inboxKind, key, generation });
    });
    swarm.run(10_000);
    for (const reader of [to, from, at(nodes, 0)])
      assert.deepEqual(valuesOf(fetchAt(swarm, reader, place)), ["not-found"]);
    swarm.run(250_000);
    assert.deepEqual(
      valuesOf(fetchAt(swarm, to, place)),
      ["not-found"],
      "its writer does not store it again",
    );
    const kinds = from.overlay.describe(swarm.now).published.map(({ kind }) => kind);
    assert.ok(!kinds.includes(inboxKind), "and knows that it was taken");
    send("again");
    assert.deepEqual(valuesOf(fetchAt(swarm, to, place)), ["again"], "the slot is free for the next");
    let stores = 0;
    swarm.links.tap = ({ from: sender, message: sent, bytes }) => {
      if (sender === from && sent.type === "store" && sent.kind === inboxKind && sent.hops > 0) stores++;
      return bytes;
    };
    swarm.run(900_000);
    assert.ok(stores <= 4, `${stores} times stored again in its lifetime`);
    assert.deepEqual(valuesOf(fetchAt(swarm, to, place)), ["not-found"], "it ends with its lifetime");
    assert.equal(from.overlay.describe(swarm.now).published.length, 1, "and is not kept stored");
  });

  it("names of users are no owners of inboxes: five writers are not contested", () => {
    const stage = staged();
    for (let n = 0; n < 5; n++) {
      const other = keyRingOf(`writer${n}`, "writer");
      assert.equal(put(stage, mail(other, 0), other), "ok");
    }
  });
});
