import assert from "node:assert/strict";
import { hotKeyBurst, hotKeyMs, hotKeysMax, loanS } from "../../firmware/core/limits.js";
import { compareDistance, sameId } from "../../firmware/core/node-id.js";
import { instant } from "../../firmware/core/time.js";
import type { KeyRing } from "../../firmware/identity/key-ring.js";
import { HotKeys } from "../../firmware/overlay/hot-keys.js";
import { registrationKind } from "../../firmware/overlay/kind-definition.js";
import type { FetchAnswer, FetchRequest } from "../../firmware/wire/kinds/fetch.js";
import { PuppetStage, registrationOf } from "./puppet.js";
import { at, settled } from "./situations.js";
import type { Swarm } from "./swarm.js";
import { keyRingOf, resourceOf, type SwarmNode } from "./swarm-node.js";

/** A resource whose hash begins like no other's. */
function resource(number: number): Uint8Array {
  return new Uint8Array(16).fill(number);
}

describe("overlay/hot-keys", () => {
  it("a resource is hot when it is asked for more than twice a second, until nobody has asked for a while", () => {
    const hot = new HotKeys();
    let now = 1000;
    for (let n = 0; n < 60; n++, now += 500)
      assert.ok(!hot.isHot(instant(now), resource(1)), "twice a second");
    for (let n = 0; n < hotKeyBurst; n++) hot.isHot(instant(now), resource(2));
    assert.ok(hot.isHot(instant(now), resource(2)));
    assert.ok(!hot.isHot(instant(now), resource(3)), "another one is not");
    for (let n = 0; n < 5; n++) {
      now += hotKeyMs - 1;
      assert.ok(hot.isHot(instant(now), resource(2)), "seldom asked for, and hot still");
    }
    assert.ok(!hot.isHot(instant(now + hotKeyMs), resource(2)));
  });

  it("the last few resources asked for are counted", () => {
    const hot = new HotKeys();
    for (let n = 0; n < 100; n++) hot.isHot(instant(1), resource(n));
    assert.equal(hot.size, hotKeysMax);
    hot.isHot(instant(10_000), resource(200));
    assert.equal(hot.size, 1, "the others are no trouble any more");
  });
});

/** Where the registrations of a user are kept first: who is asked for them. */
function holderOf(nodes: readonly SwarmNode[], owner: SwarmNode): SwarmNode {
  const [nearest] = at(nodes, 0).topology.nearest(
    owner.resource,
    nodes.map(({ keyRing: { nodeId } }, place) => ({ nodeId, stage: "peer" as const, place })),
    1,
  );
  return at(nodes, nearest?.place ?? 0);
}

/** Looks a name up without waiting for the end. */
function ask(swarm: Swarm, asker: SwarmNode, owner: SwarmNode): number {
  let request = 0;
  swarm.touch(asker, () => {
    request = asker.overlay.fetch(swarm.now, {
      resource: resourceOf(owner.userName),
      kind: registrationKind,
    });
  });
  return request;
}

function generationFound(asker: SwarmNode, request: number): number | undefined {
  const end = asker.effects.find((one) => one.kind === "fetchFinished" && one.request === request);
  if (end?.kind !== "fetchFinished" || end.outcome.status !== "found") return undefined;
  return end.outcome.records[0]?.generation;
}

describe("overlay/loans", () => {
  it("what is asked for too often is lent: who has a copy asks nobody for 30 s, then finds what is new", () => {
    const { swarm, nodes } = settled(6);
    const owner = at(nodes, 3);
    const holder = holderOf(nodes, owner);
    const askers = nodes.filter((node) => node !== holder && node !== owner);
    const fetches = (): number => swarm.links.sent.get("fetch") ?? 0;
    const before = fetches();
    const requests: (readonly [SwarmNode, number])[] = [];
    for (let round = 0; round < 50; round++) {
      for (const asker of askers) requests.push([asker, ask(swarm, asker, owner)]);
      swarm.run(200);
    }
    const asked = fetches() - before;
    assert.ok(asked <= hotKeyBurst + 4 * askers.length, `${asked} Fetches for ${requests.length} lookups`);
    for (const [asker, request] of requests) assert.ok(generationFound(asker, request) !== undefined);
    const copies = askers.map(({ overlay }) => overlay.describe(swarm.now).counts["loans"]);
    assert.deepEqual(copies, new Array(askers.length).fill(1));

    swarm.publish(owner, Uint8Array.of(0x81, 0x81, 0x50, ...new Uint8Array(16).fill(9)));
    swarm.run(1000 * loanS);
    const last = askers.map((asker) => [asker, ask(swarm, asker, owner)] as const);
    swarm.run(3000);
    const { held } = holder.overlay.describe(swarm.now);
    const newest = held.find(({ nodeId }) => sameId(nodeId, owner.keyRing.nodeId));
    assert.ok(newest !== undefined && newest.generation > 0x10001);
    const generations = last.map(([asker, request]) => generationFound(asker, request));
    assert.deepEqual(new Set(generations), new Set([newest.generation]));
  });
});

const holding = keyRingOf("holder", "holder");
const asking = keyRingOf("asker", "asker");
const third = keyRingOf("third", "third");
const subject = keyRingOf("subject", "subject");

/** A user whose registrations the holder is nearest to, and whose Fetches the subject therefore passes on to it. */
function wanted(): KeyRing {
  for (let n = 0; ; n++) {
    const owner = keyRingOf(`wanted${n}`, `wanted${n}`);
    const target = resourceOf(owner.userName);
    const others = [asking, third, subject];
    if (others.every(({ nodeId }) => compareDistance(target, holding.nodeId, nodeId) < 0)) return owner;
  }
}

/** A node between who asks, on link 2, and who holds, on link 1; on link 3 is a neighbour farther away. */
class Between {
  readonly stage: PuppetStage;
  readonly owner: KeyRing = wanted();
  readonly #resource = resourceOf(this.owner.userName);
  #transaction = 100;

  constructor(loanBytes?: number) {
    this.stage = new PuppetStage(undefined, loanBytes === undefined ? {} : { loanBytes });
    this.stage.begin();
    for (const [at, keyRing] of [holding, asking, third].entries()) this.stage.link(at + 1, keyRing);
    this.stage.run(3000);
    this.stage.said.length = 0;
  }

  /** Asks; whether the question was passed on, and to be answered with which via. */
  ask(change: Partial<FetchRequest> = {}): {
    readonly passedOn: FetchRequest | undefined;
    answer: FetchAnswer | undefined;
  } {
    const { said } = this.stage;
    said.length = 0;
    this.stage.say(2, {
      type: "fetch",
      hops: 12,
      transaction: this.#transaction++,
      destination: { first: this.#resource },
      via: new Uint8Array(0),
      kind: registrationKind,
      wantCredentials: true,
      ...change,
    });
    const passedOn = said.find(({ message }) => message.type === "fetch")?.message;
    const answer = said.find(({ link, message }) => link === 2 && message.type === "fetchAnswer")?.message;
    return {
      passedOn: passedOn?.type === "fetch" ? passedOn : undefined,
      answer: answer?.type === "fetchAnswer" ? answer : undefined,
    };
  }

  /** Asks, and the neighbour on `link` answers with a loan; what goes back to who asked. */
  lend(link: number, change: { seconds?: number; generation?: number } = {}): FetchAnswer | undefined {
    const { seconds = 30, generation = 0x10001 } = change;
    const { passedOn } = this.ask({ avoid: [Uint8Array.of(0, 0, 0, 0)] });
    assert.ok(passedOn !== undefined, "a question of who is in doubt is passed on");
    this.stage.said.length = 0;
    this.stage.say(link, {
      type: "fetchAnswer",
      transaction: passedOn.transaction,
      via: passedOn.via,
      status: "ok",
      records: [{ ...registrationOf(this.owner, { generation }), remainingS: 1800 }],
      credentials: [this.owner.credential.bytes],
      loan: { resource: this.#resource, kind: registrationKind, seconds },
    });
    const passed = this.stage.said.find(({ message }) => message.type === "fetchAnswer")?.message;
    return passed?.type === "fetchAnswer" ? passed : undefined;
  }

  get generationHere(): number | undefined {
    const { passedOn, answer } = this.ask();
    return passedOn === undefined ? answer?.records[0]?.generation : undefined;
  }
}

describe("overlay/loans: a node on the way", () => {
  it("takes what it is lent, passes the answer on without the loan, and answers in its place while it may", () => {
    const between = new Between();
    assert.ok(between.ask().passedOn !== undefined);
    const passed = between.lend(1);
    assert.deepEqual([passed?.records.length, passed?.loan], [1, undefined]);
    between.stage.run(10_000);
    const { answer, passedOn } = between.ask();
    assert.equal(passedOn, undefined);
    assert.deepEqual(
      [answer?.status, answer?.records[0]?.remainingS, answer?.credentials.length],
      ["ok", 1790, 1],
    );
    between.stage.run(20_000);
    assert.ok(between.ask().passedOn !== undefined, "its time is over");
  });

  it("leaves who is in doubt, or wants less than all, to the holder", () => {
    const between = new Between();
    between.lend(1);
    assert.ok(between.ask({ avoid: [Uint8Array.of(1, 2, 3, 4)] }).passedOn !== undefined);
    assert.ok(between.ask({ key: between.owner.nodeId }).passedOn !== undefined);
    assert.equal(between.ask({ hops: 0 }).answer?.status, "not-found", "asked directly: it holds nothing");
  });

  it("takes nothing from whom it would not ask, nothing too large, and nothing older than it has", () => {
    const between = new Between();
    between.lend(3);
    assert.ok(between.ask().passedOn !== undefined, "the third is not on the way");
    between.lend(1, { generation: 0x20000 });
    between.lend(1, { generation: 0x10001 });
    assert.equal(between.generationHere, 0x20000);
    between.lend(1, { generation: 0x20001 });
    assert.equal(between.generationHere, 0x20001);
    const small = new Between(100);
    small.lend(1);
    assert.ok(small.ask().passedOn !== undefined);
  });

  it("lets a copy go when something is stored where it is from", () => {
    const between = new Between();
    between.lend(1);
    const { stage, owner } = between;
    assert.equal(between.generationHere, 0x10001);
    const parts = {
      resource: resourceOf(owner.userName),
      kind: registrationKind,
      record: registrationOf(owner),
    };
    stage.say(2, {
      type: "store",
      hops: 12,
      transaction: 7,
      destination: { first: parts.resource },
      via: new Uint8Array(0),
      kind: parts.kind,
      record: parts.record,
    });
    assert.ok(between.ask().passedOn !== undefined);
  });

  it("lends in turn what it is asked for too often, for no longer than it has it", () => {
    const between = new Between();
    between.lend(1);
    between.stage.run(12_000);
    const loans = Array.from({ length: hotKeyBurst + 2 }, () => between.ask().answer?.loan?.seconds);
    assert.deepEqual(loans.slice(0, hotKeyBurst), new Array(hotKeyBurst).fill(undefined));
    assert.deepEqual(loans.slice(hotKeyBurst), [18, 18]);
  });
});
