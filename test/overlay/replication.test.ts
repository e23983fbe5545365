import assert from "node:assert/strict";
import { compareDistance } from "../../firmware/core/node-id.js";
import type { KeyRing } from "../../firmware/identity/key-ring.js";
import { endpointOf, PuppetStage, registrationOf } from "./puppet.js";
import { keyRingOf, resourceOf } from "./swarm-node.js";

const puppets: readonly KeyRing[] = [1, 2, 3, 4].map((n) => keyRingOf(`peer${n}`, `peer${n}`));

/** A record of somebody else, the links of the puppets by how near they are to it, and the node among them. */
interface Setting {
  readonly stage: PuppetStage;
  readonly owner: KeyRing;
  readonly links: readonly number[];
}

/** The node and four neighbours; the record stands where the node is the `place`-th nearest, from 0 on. */
function settingWith(place: number): Setting {
  const stage = new PuppetStage();
  stage.begin();
  puppets.forEach((puppet, at) => stage.link(at + 1, puppet));
  const all = [stage.keyRing, ...puppets];
  for (let n = 0; ; n++) {
    const owner = keyRingOf(`owner${n}`, `owner${n}`);
    const resource = resourceOf(owner.userName);
    const order = [...all].sort((a, b) => compareDistance(resource, a.nodeId, b.nodeId));
    if (order[place] !== stage.keyRing) continue;
    const links = order.filter((each) => each !== stage.keyRing).map((each) => puppets.indexOf(each) + 1);
    return { stage, owner, links };
  }
}

/** A copy from a neighbour; what is answered. */
function offer({ stage, owner }: Setting, link: number): string {
  const parts = { resource: resourceOf(owner.userName), kind: 1, record: registrationOf(owner) };
  return stage.store(link, { ...parts, remainingS: 1_700, credential: owner.credential.bytes }).status;
}

/** Its owner's Store, passed on by a neighbour: nobody else has the record yet. */
function publish({ stage, owner }: Setting, link: number): string {
  const parts = { resource: resourceOf(owner.userName), kind: 1, record: registrationOf(owner) };
  return stage.store(link, { ...parts, credential: owner.credential.bytes }, 3).status;
}

/** Runs, and gives all Stores one answer; the links to which copies went. */
function answerStores({ stage }: Setting, durationMs: number, status: "ok" | "forbidden" | "busy"): number[] {
  const links = new Set<number>();
  for (let ms = 0; ms < durationMs; ms += 50) {
    stage.said.length = 0;
    stage.run(50);
    for (const { link, message } of [...stage.said]) {
      if (message.type !== "store") continue;
      links.add(link);
      const { transaction, via, record } = message;
      stage.say(link, {
        type: "storeAnswer",
        transaction,
        via,
        status,
        ...(status === "ok" && { generation: record.generation }),
      });
    }
  }
  return [...links];
}

/** Records of the stage's node. */
function held({ stage }: Setting): number {
  return stage.overlay.describe(stage.now).held.length;
}

describe("overlay: copies where views differ", () => {
  it("who declines for the sake of a holder that has just died is asked again at once", () => {
    const setting = settingWith(0);
    const [first = 0, second = 0, third = 0] = setting.links;
    assert.equal(offer(setting, first), "ok");
    assert.deepEqual(answerStores(setting, 12_000, "ok"), [second]);
    setting.stage.overlay.handleLinkDown(setting.stage.now, second, "silent");
    assert.deepEqual(answerStores(setting, 1_000, "forbidden"), [third], "it has not noticed yet");
    assert.deepEqual(answerStores(setting, 2_000, "ok"), [third]);
    assert.deepEqual(answerStores(setting, 60_000, "ok"), [], "and that was all");
  });

  it("who declines while nobody has died is left alone for minutes, and nobody is asked instead", () => {
    const setting = settingWith(0);
    const [first = 0, second = 0] = setting.links;
    assert.equal(offer(setting, first), "ok");
    assert.deepEqual(answerStores(setting, 12_000, "forbidden"), [second]);
    assert.deepEqual(answerStores(setting, 240_000, "forbidden"), []);
    assert.deepEqual(answerStores(setting, 120_000, "ok"), [second]);
  });

  it("what was given up is declined, and taken from who insists", () => {
    const setting = settingWith(3);
    const [first = 0] = setting.links;
    assert.equal(offer(setting, first), "ok");
    answerStores(setting, 120_000, "ok");
    assert.equal(held(setting), 0, "nearer ones hold it");
    assert.equal(offer(setting, first), "forbidden");
    setting.stage.run(15_000);
    assert.equal(offer(setting, first), "forbidden", "that was no insisting");
    setting.stage.run(2_000);
    assert.equal(offer(setting, setting.links[1] ?? 0), "forbidden", "nor is another's word");
    assert.equal(offer(setting, first), "ok");
    assert.equal(held(setting), 1);
  });

  it("who is busy is passed over as long as nobody else has a copy", () => {
    const setting = settingWith(0);
    const [first = 0, second = 0, third = 0, fourth = 0] = setting.links;
    assert.equal(publish(setting, first), "ok");
    assert.deepEqual(answerStores(setting, 50, "busy"), [first, second]);
    assert.deepEqual(answerStores(setting, 50, "ok"), [third, fourth], "at once");
    assert.deepEqual(answerStores(setting, 10_000, "ok"), [], "there are three");
  });

  it("where all are busy it waits between one time and the next, and asks no others any more", () => {
    const setting = settingWith(0);
    const [first = 0, second = 0, third = 0, fourth = 0] = setting.links;
    assert.equal(publish(setting, first), "ok");
    assert.deepEqual(answerStores(setting, 100, "busy").sort(), [first, second, third, fourth].sort());
    assert.deepEqual(answerStores(setting, 850, "busy"), [], "a second at least");
    assert.deepEqual(answerStores(setting, 1_200, "ok").sort(), [third, fourth].sort());
  });

  it("who takes a dead holder's place gets the record even if it is thought to have it from before", () => {
    const setting = settingWith(0);
    const { stage, owner, links } = setting;
    const [first = 0, second = 0, third = 0] = links;
    stage.overlay.handleLinkDown(stage.now, second, "left");
    assert.equal(offer(setting, first), "ok");
    assert.deepEqual(answerStores(setting, 12_000, "ok"), [third], "while the second was away");
    const back = puppets[second - 1];
    assert.ok(back !== undefined && owner.userName !== back.userName);
    stage.overlay.handleLinkUp(stage.now, {
      link: 9,
      credential: back.credential,
      endpoint: endpointOf(second),
    });
    stage.say(9, { type: "update", configSequence: 0, stage: "peer", contacts: [] });
    assert.deepEqual(answerStores(setting, 12_000, "ok"), [9]);
    // The third gives its copy up without a word; then the second dies.
    stage.run(60_000);
    stage.overlay.handleLinkDown(stage.now, 9, "silent");
    assert.deepEqual(answerStores(setting, 2_000, "ok"), [third]);
  });
});
