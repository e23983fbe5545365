import assert from "node:assert/strict";
import { hostOverlay, phoneOverlay, watchSecondsMax } from "../../firmware/core/limits.js";
import { sameId, type NodeId } from "../../firmware/core/node-id.js";
import type { FetchOutcome, StatOutcome } from "../../firmware/overlay/overlay.js";
import { registrationKind } from "../../firmware/overlay/kind-definition.js";
import type { Message } from "../../firmware/wire/message.js";
import { seed } from "../support/seed.js";
import { nearestTo } from "./checks.js";
import { PuppetStage, registrationOf } from "./puppet.js";
import { at, settled } from "./situations.js";
import { Swarm } from "./swarm.js";
import { keyRingOf, resourceOf, type SwarmNode } from "./swarm-node.js";

/** Begins to watch a name; what the node was told of it since, counted in registered devices. */
function watch(swarm: Swarm, node: SwarmNode, userName: string): { told: () => string[]; request: number } {
  let request = 0;
  swarm.touch(node, () => {
    const place = { resource: resourceOf(userName), recordKind: registrationKind };
    request = node.overlay.ask(swarm.now, { kind: "watch", ...place });
  });
  const told = (): string[] =>
    node.effects.flatMap((each) =>
      each.kind === "fetchFinished" && each.request === request ? [countOf(each.outcome)] : [],
    );
  return { told, request };
}

function countOf(outcome: FetchOutcome): string {
  return outcome.status === "found" ? `${outcome.records.length}` : outcome.status;
}

function stat(swarm: Swarm, node: SwarmNode, userName: string): StatOutcome {
  let request = 0;
  swarm.touch(node, () => {
    const place = { resource: resourceOf(userName), recordKind: registrationKind };
    request = node.overlay.ask(swarm.now, { kind: "stat", ...place });
  });
  const answer = (): StatOutcome | undefined => {
    const effect = node.effects.find((each) => each.kind === "statFinished" && each.request === request);
    return effect?.kind === "statFinished" ? effect.outcome : undefined;
  };
  assert.ok(swarm.runUntil(() => answer() !== undefined, 10_000));
  const outcome = answer();
  assert.ok(outcome !== undefined);
  return outcome;
}

describe(`overlay: Stat (RFC 6940 §7.4.3; seed ${seed})`, () => {
  it("tells what stands at a name without the values, and what was removed", () => {
    const { swarm, nodes } = settled(4);
    const [owner, asker] = [at(nodes, 2), at(nodes, 3)];
    const before = stat(swarm, asker, owner.userName);
    assert.ok(before.status === "found" && before.entries.length === 1);
    const [entry] = before.entries;
    assert.deepEqual(entry?.key, owner.keyRing.nodeId);
    assert.equal(entry.valueBytes, 1);
    assert.ok(entry.remainingS > 1_700 && entry.remainingS <= 1_800);
    swarm.unpublish(owner);
    swarm.run(5_000);
    const after = stat(swarm, asker, owner.userName);
    assert.ok(after.status === "found");
    assert.equal(after.entries[0]?.valueBytes, null);
    assert.equal(stat(swarm, asker, "nobody").status, "not-found");
  });

  it("costs a third of a Fetch with credentials", () => {
    const { swarm, nodes } = settled(4);
    const [owner, asker] = [at(nodes, 1), at(nodes, 3)];
    const bytes = { stat: 0, fetch: 0 };
    swarm.links.tap = ({ message, bytes: sent }) => {
      if (message.type === "statAnswer") bytes.stat += sent.length;
      if (message.type === "fetchAnswer") bytes.fetch += sent.length;
      return sent;
    };
    stat(swarm, asker, owner.userName);
    swarm.fetch(asker, owner.userName);
    const share = bytes.fetch > 0 && bytes.stat > 0 ? bytes.stat / bytes.fetch : 0;
    assert.ok(share < 0.34, `${bytes.stat} of ${bytes.fetch} B`);
  });

  it("one who has nobody to ask says so", () => {
    const { swarm, nodes } = settled(2);
    swarm.kill(at(nodes, 1));
    swarm.run(60_000);
    const outcome = stat(swarm, at(nodes, 0), "somebody else");
    assert.equal(outcome.status, "not-found", "alone, this node is the overlay");
  });
});

describe(`overlay: Watch and Notify (protocol §5; seed ${seed})`, () => {
  it("tells at once what is there, then each change, and nothing of a refresh", () => {
    const { swarm, nodes } = settled(4);
    const [owner, watcher] = [at(nodes, 2), at(nodes, 3)];
    const { told } = watch(swarm, watcher, owner.userName);
    swarm.run(3_000);
    assert.deepEqual(told(), ["1"]);
    swarm.publish(owner);
    swarm.run(5_000);
    assert.deepEqual(told(), ["1"], "it was signed anew, which is no news");
    swarm.unpublish(owner);
    swarm.run(6_000);
    assert.deepEqual(told(), ["1", "not-found"]);
    swarm.publish(owner);
    swarm.run(6_000);
    assert.deepEqual(told(), ["1", "not-found", "1"]);
  });

  it("watches a name that nobody has yet", () => {
    const { swarm, nodes } = settled(4);
    const { told } = watch(swarm, at(nodes, 1), "carol");
    swarm.run(12_000);
    assert.deepEqual(told(), ["not-found"]);
    const carol = swarm.add("carol");
    swarm.start(carol);
    swarm.publish(carol);
    swarm.run(20_000);
    assert.deepEqual(told(), ["not-found", "1"]);
  });

  it("goes on when the node that sends word dies, and when it leaves", () => {
    const { swarm, nodes } = settled(6);
    const [owner, watcher] = [at(nodes, 3), at(nodes, 5)];
    const { told } = watch(swarm, watcher, owner.userName);
    swarm.run(3_000);
    const others = (): SwarmNode[] =>
      nearestTo(swarm.living, owner.resource).filter((node) => node !== owner && node !== watcher);
    const leaver = others().at(0);
    assert.ok(leaver !== undefined);
    swarm.touch(leaver, () => {
      leaver.overlay.leave(swarm.now);
    });
    swarm.run(30_000);
    swarm.unpublish(owner);
    swarm.run(10_000);
    assert.deepEqual(told(), ["1", "not-found"], "it was passed on by who left");
    const victim = others().at(0);
    assert.ok(victim !== undefined);
    swarm.kill(victim);
    swarm.run(30_000);
    swarm.publish(owner);
    swarm.run(1000 * watchSecondsMax);
    assert.equal(told().at(-1), "1", "found out when the watch was renewed, at the latest");
  });

  it("reaches a client behind the peer it uses first, and behind the next when that one has died", () => {
    const swarm = new Swarm();
    const hosts = ["one", "two", "three", "four"].map((name) => swarm.add(name, { limits: hostOverlay }));
    for (const host of hosts) swarm.start(host);
    swarm.run(15_000);
    const [watcher, owner] = ["watcher", "owner"].map((name) => swarm.add(name));
    assert.ok(watcher !== undefined && owner !== undefined);
    for (const phone of [watcher, owner]) {
      swarm.touch(phone, () => {
        phone.overlay.setRole(swarm.now, "client");
      });
      swarm.start(phone);
    }
    swarm.publish(owner);
    swarm.run(20_000);
    assert.equal(watcher.overlay.describe(swarm.now).stage, "client");
    const { told } = watch(swarm, watcher, "owner");
    swarm.run(3_000);
    swarm.unpublish(owner);
    swarm.run(5_000);
    assert.deepEqual(told(), ["1", "not-found"]);
    const change = watcher.effects.findLast((each) => each.kind === "associatesChanged");
    const first = change?.kind === "associatesChanged" ? change.associates[0] : undefined;
    const used = hosts.find(({ keyRing }) => first !== undefined && sameId(keyRing.nodeId, first));
    assert.ok(used !== undefined);
    swarm.kill(used);
    swarm.run(30_000);
    swarm.publish(owner);
    swarm.run(8_000);
    assert.deepEqual(told(), ["1", "not-found", "1"]);
  });

  it("ends: who does not watch any more is told once more and never again", () => {
    const { swarm, nodes } = settled(4);
    const [owner, watcher] = [at(nodes, 2), at(nodes, 3)];
    const { told, request } = watch(swarm, watcher, owner.userName);
    swarm.run(3_000);
    swarm.touch(watcher, () => {
      watcher.overlay.ask(swarm.now, { kind: "unwatch", watch: request });
    });
    const notifies = (): number => swarm.links.sent.get("notify") ?? 0;
    swarm.unpublish(owner);
    swarm.run(5_000);
    const once = notifies();
    swarm.publish(owner);
    swarm.run(5_000);
    assert.deepEqual(told(), ["1"]);
    assert.equal(notifies(), once);
  });
});

const alice = keyRingOf("alice", "alice");
const resource = resourceOf("alice");

/** Asks the node under test for a watch; its answer. */
function askWatch(stage: PuppetStage, link: number, watcher: NodeId, transaction = link): Message {
  stage.say(link, {
    type: "watch",
    hops: 0,
    transaction,
    destination: { first: resource },
    via: new Uint8Array(0),
    kind: 1,
    seconds: 300,
    watcher: { first: watcher },
  });
  const answer = stage.said.findLast(({ message }) => message.type === "watchAnswer")?.message;
  assert.ok(answer?.type === "watchAnswer" && answer.transaction === transaction);
  return answer;
}

describe("overlay: watches of others are bounded and soft", () => {
  it("a phone keeps eight; the ninth is told the state and polls; one is freed when it ends", () => {
    const stage = new PuppetStage();
    stage.begin();
    stage.link(1, alice);
    for (let n = 0; n < phoneOverlay.watches + 1; n++) {
      const answer = askWatch(stage, 1, keyRingOf(`w${n}`, "w").nodeId, 100 + n);
      assert.ok(answer.type === "watchAnswer" && answer.granted !== undefined);
      assert.equal(answer.status, n < phoneOverlay.watches ? "ok" : "full");
      assert.equal(answer.granted.seconds, n < phoneOverlay.watches ? 300 : 0);
    }
    assert.equal(stage.overlay.describe(stage.now).counts["watches"], phoneOverlay.watches);
    stage.run(301_000);
    const late = askWatch(stage, 1, alice.nodeId, 999);
    assert.ok(late.type === "watchAnswer" && late.status === "ok");
    assert.equal(stage.overlay.describe(stage.now).counts["watches"], 1);
  });

  it("who does not answer a notify is told twice and forgotten", () => {
    const stage = new PuppetStage();
    stage.begin();
    stage.link(1, alice);
    askWatch(stage, 1, alice.nodeId);
    stage.store(1, { resource, kind: 1, record: registrationOf(alice) });
    stage.run(60_000);
    const told = stage.said.filter(({ message }) => message.type === "notify");
    assert.ok(told.length >= 2 && told.length <= 12, `${told.length} notifies with their resends`);
    assert.equal(stage.overlay.describe(stage.now).counts["watches"], 0);
  });

  it("a notify for what this node does not watch is answered not-found, and looks nothing up", () => {
    const stage = new PuppetStage();
    stage.begin();
    stage.link(1, alice);
    const notify = {
      type: "notify",
      hops: 3,
      transaction: 7,
      via: new Uint8Array(0),
      resource,
      kind: 1,
    } as const;
    const parts = { seconds: 200, state: new Uint8Array(8).fill(1) };
    stage.say(1, { ...notify, destination: { first: stage.keyRing.nodeId }, ...parts });
    const answer = stage.said.at(-1)?.message;
    assert.ok(answer?.type === "errorAnswer" && answer.status === "not-found");
    stage.say(1, { ...notify, hops: 0, destination: { first: alice.nodeId }, ...parts });
    const strange = stage.said.at(-1)?.message;
    assert.ok(strange?.type === "errorAnswer" && strange.status === "no-route");
    assert.ok(stage.said.every(({ message }) => message.type !== "fetch"));
  });

  it("forged notifies cost one lookup in two seconds", () => {
    const stage = new PuppetStage();
    stage.begin();
    stage.link(1, alice);
    stage.overlay.ask(stage.now, { kind: "watch", resource, recordKind: 1 });
    stage.run(3_000);
    const before = stage.effects.filter(({ kind }) => kind === "fetchFinished").length;
    for (let n = 0; n < 100; n++) {
      stage.say(1, {
        type: "notify",
        hops: 3,
        transaction: n,
        destination: { first: stage.keyRing.nodeId },
        via: new Uint8Array(0),
        resource,
        kind: 1,
        seconds: 100,
        state: new Uint8Array(8).fill(n + 1),
      });
      stage.run(50);
    }
    stage.run(10_000);
    const lookups = stage.effects.filter(({ kind }) => kind === "fetchFinished").length - before;
    assert.ok(lookups >= 1 && lookups <= 8, `${lookups} lookups in 15 s`);
  });
});
