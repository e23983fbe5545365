import assert from "node:assert/strict";
import { nodeId } from "../../firmware/core/node-id.js";
import type { Contact } from "../../firmware/wire/kinds/contact.js";
import { decodeMessage, type Message } from "../../firmware/wire/message.js";
import { openOverlay, TestRandom } from "../identity/fixtures.js";
import { BranchShare, mutated } from "../support/mutation.js";
import { MutationSource, seed } from "../support/seed.js";
import { checkBounds } from "./checks.js";
import { endpointOf, PuppetStage } from "./puppet.js";
import { at, isSettled, switchOn } from "./situations.js";
import { Swarm } from "./swarm.js";
import { keyRingOf, resourceOf } from "./swarm-node.js";

const random = new TestRandom(`hostile/${seed}`);

function randomId(): ReturnType<typeof nodeId> {
  return nodeId(random.fill(new Uint8Array(16)));
}

function staged(): PuppetStage {
  const stage = new PuppetStage();
  stage.begin();
  for (let peer = 1; peer <= 4; peer++) stage.link(peer, keyRingOf(`peer${peer}`, `peer${peer}`));
  return stage;
}

describe(`overlay: hostile neighbours (seed ${seed})`, () => {
  it("a flood of updates that name nodes that do not exist changes no row and costs few hellos", () => {
    const stage = staged();
    const before = stage.effects.length;
    let named = 0;
    for (let n = 0; n < 2_000; n++) {
      const contacts: Contact[] = Array.from({ length: 8 }, () => ({
        nodeId: randomId(),
        endpoint: endpointOf(100 + (named++ % 60_000)),
        flags: 1,
      }));
      stage.say(1, { type: "update", configSequence: 0, stage: "peer", contacts });
      const { neighbours, counts } = stage.overlay.describe(stage.now);
      assert.equal(neighbours.length, 4);
      assert.ok((counts["contactsPending"] ?? 0) <= 8, "of one neighbour");
      stage.run(20);
    }
    const connects = stage.effects.slice(before).filter(({ kind }) => kind === "connect").length;
    console.log(`      16000 false contacts in 40 s: ${connects} hellos`);
    assert.ok(connects <= 40 * 3);
  });

  it("a neighbour whose tips keep failing is not listened to, others are", () => {
    const stage = staged();
    for (let n = 0; n < 600; n++) {
      const contacts = [{ nodeId: randomId(), endpoint: endpointOf(100 + n), flags: 1 }];
      stage.say(1, { type: "update", configSequence: 0, stage: "peer", contacts });
      for (const effect of stage.effects.splice(0)) {
        if (effect.kind === "connect")
          stage.overlay.handleConnectFailed(stage.now, effect.endpoint, "wrong-node");
      }
      stage.run(500);
    }
    const { contactsRefused = 0 } = stage.overlay.describe(stage.now).counts;
    assert.ok(contactsRefused > 480, `${contactsRefused} of 600 not taken`);
    const contacts = [{ nodeId: randomId(), endpoint: endpointOf(9_000), flags: 1 }];
    stage.say(2, { type: "update", configSequence: 0, stage: "peer", contacts });
    stage.run(4_000);
    assert.ok(
      stage.effects.some((effect) => effect.kind === "connect" && effect.endpoint.address === "10.1.35.41"),
    );
  });

  it("forged beacons cost four hellos, then at most one in 2 s, and never the same address twice in 30 s", () => {
    const stage = staged();
    const tried = new Map<string, number>();
    let hellos = 0;
    for (let n = 0; n < 3_000; n++) {
      const beacon = { overlayId: openOverlay, nodeId: randomId(), flags: 1, clientsFree: 0, load: 0 };
      stage.overlay.handleBeacon(stage.now, endpointOf(1_000 + (n % 200)), beacon);
      stage.run(20);
      for (const effect of stage.effects.splice(0)) {
        if (effect.kind !== "connect") continue;
        const last = tried.get(effect.endpoint.address);
        assert.ok(last === undefined || stage.now - last >= 30_000, "not twice in 30 s");
        hellos++;
        tried.set(effect.endpoint.address, stage.now);
        stage.overlay.handleConnectFailed(stage.now, effect.endpoint, n % 2 ? "wrong-node" : "no-answer");
      }
    }
    console.log(`      3000 forged beacons in 60 s: ${hellos} hellos`);
    assert.ok(hellos <= 4 + 30);
  });

  it("answers nobody asked for, wrong handles and forged acknowledgements are dropped", () => {
    const stage = staged();
    for (let n = 0; n < 500; n++) {
      const via = random.fill(new Uint8Array(2 * (n % 4)));
      const transaction = n * 7_919;
      stage.say(1, { type: "findAnswer", transaction, via, status: "ok", contacts: [] });
      stage.say(2, { type: "hopAck", counters: [n, n + 1, n + 2] });
      stage.say(3, { type: "errorAnswer", transaction, via, status: "no-route" });
      stage.run(100);
    }
    const { counts } = stage.overlay.describe(stage.now);
    assert.ok((counts["answersStray"] ?? 0) > 100);
    assert.ok((counts["answersWithoutWayBack"] ?? 0) > 100);
  });

  it("a neighbour that sends too much is cut to 50 messages a second", () => {
    const stage = staged();
    for (let n = 0; n < 5_000; n++) {
      stage.say(1, { type: "digest", entries: [] });
      stage.run(2);
    }
    const dropped = stage.overlay.describe(stage.now).counts["messagesDropped"] ?? 0;
    console.log(`      5000 messages in 10 s: ${dropped} dropped`);
    assert.ok(dropped >= 4_300);
  });

  it("mutated valid messages never throw, and every table stays within its bound", () => {
    const corpus = new Map<string, Uint8Array[]>();
    const swarm = new Swarm();
    swarm.links.tap = ({ message, bytes }) => {
      const ofType = corpus.get(message.type) ?? [];
      if (ofType.length < 200) corpus.set(message.type, [...ofType, bytes.slice()]);
      return bytes;
    };
    const nodes = switchOn(swarm, 6);
    assert.ok(swarm.runUntil(() => isSettled(swarm, nodes), 60_000));
    for (const node of nodes) swarm.fetch(node, "phone3");
    for (const node of nodes) swarm.publish(node, Uint8Array.of(0x81, 0x01));
    swarm.run(150_000);
    swarm.fetch(at(nodes, 0), "nobody");
    const kinds = [...corpus.values()];
    const source = new MutationSource();
    const share = new BranchShare("mutants of overlay messages");
    const subject = at(nodes, 0);
    const links = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    for (let n = 0; n < 20_000; n++) {
      const ofType = kinds[source.below(kinds.length)] ?? [];
      const original = ofType[source.below(ofType.length)];
      assert.ok(original !== undefined);
      const decoded = decodeMessage(mutated(original, source));
      share.count(decoded.ok ? decoded.value.type : "refused by the decoder");
      if (!decoded.ok) continue;
      swarm.touch(subject, () => {
        const link = links[source.below(links.length)] ?? 1;
        subject.overlay.handleMessage(swarm.now, link, decoded.value, source.below(0x10000));
      });
      if (n % 4 === 0) swarm.run(50);
      checkBounds(subject, swarm.now);
    }
    share.print();
    for (const type of [
      "store",
      "storeAnswer",
      "fetch",
      "fetchAnswer",
      "find",
      "findAnswer",
      "update",
      "hopAck",
    ]) {
      assert.ok(share.of(type) > 0, `no ${type} got through the decoder`);
    }
    swarm.links.tap = ({ bytes }) => bytes;
    assert.ok(
      swarm.runUntil(() => isSettled(swarm, nodes), 120_000),
      "the overlay is whole again",
    );
  });

  it("messages made at random from each type never throw", () => {
    const stage = staged();
    const source = new MutationSource();
    const bytes = (least: number, most: number): Uint8Array =>
      random.fill(new Uint8Array(least + source.below(most - least + 1)));
    const header = (): {
      hops: number;
      transaction: number;
      destination: { first: ReturnType<typeof nodeId> };
      via: Uint8Array;
    } => ({
      hops: source.below(17),
      transaction: source.below(1_000),
      destination: { first: source.below(3) === 0 ? stage.keyRing.nodeId : randomId() },
      via: random.fill(new Uint8Array(2 * source.below(17))),
    });
    const make: readonly (() => Message)[] = [
      () => ({ type: "find", ...header(), count: 1 + source.below(8) }),
      () => ({ type: "stat", ...header(), kind: source.below(4), key: bytes(0, 20) }),
      () => ({
        type: "watch",
        ...header(),
        kind: source.below(4),
        seconds: 1 + source.below(300),
        watcher: { first: randomId(), ...(source.below(2) === 0 && { client: randomId() }) },
      }),
      () => ({
        type: "notify",
        ...header(),
        resource: resourceOf("alice"),
        kind: source.below(4),
        seconds: source.below(301),
        state: bytes(8, 8),
      }),
      () => ({
        type: "fetch",
        ...header(),
        kind: source.below(3),
        wantCredentials: source.below(2) === 0,
        key: bytes(0, 20),
      }),
      () => ({
        type: "store",
        ...header(),
        kind: source.below(3),
        record: {
          key: bytes(0, 20),
          generation: source.below(1 << 20),
          lifetimeS: source.below(4_000),
          epoch: source.below(3),
          value: bytes(1, 80),
          signature: random.fill(new Uint8Array(64)),
        },
        credential: bytes(1, 200),
      }),
      () => ({
        type: "digest",
        entries: Array.from({ length: source.below(64) }, () => ({
          short: random.fill(new Uint8Array(4)),
          generation: source.below(9),
        })),
      }),
      () => ({
        type: "update",
        configSequence: 0,
        stage: (["joining", "filling", "peer", "leaving"] as const)[source.below(4)] ?? "peer",
        contacts: [],
      }),
    ];
    for (let n = 0; n < 10_000; n++) {
      const message = make[source.below(make.length)]?.();
      assert.ok(message !== undefined);
      stage.say(1 + source.below(4), message);
      if (n % 3 === 0) stage.run(60);
    }
    assert.equal(stage.overlay.describe(stage.now).records.count, 0);
    assert.equal(stage.overlay.describe(stage.now).neighbours.length, 4);
  });
});
