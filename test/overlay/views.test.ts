import assert from "node:assert/strict";
import { endpointText } from "../../firmware/core/endpoint.js";
import type { Contact } from "../../firmware/wire/kinds/contact.js";
import { endpointOf, PuppetStage } from "./puppet.js";
import { keyRingOf } from "./swarm-node.js";

/** A node that has just begun to look, and two neighbours through which it comes in. */
function twoWaysIn(): PuppetStage {
  const stage = new PuppetStage();
  stage.overlay.start(stage.now, { local: endpointOf(0), remembered: [], configured: [] });
  for (const link of [1, 2]) stage.link(link, keyRingOf(`peer${link}`, `peer${link}`), "joining");
  stage.run(100);
  return stage;
}

function contactsOf(...numbers: readonly number[]): Contact[] {
  return numbers.map((number) => ({
    nodeId: keyRingOf(`peer${number}`, `peer${number}`).nodeId,
    endpoint: endpointOf(number),
    flags: 1,
  }));
}

/** Answers the question for our own neighbours that went to this link. */
function show(stage: PuppetStage, link: number, contacts: readonly Contact[]): void {
  const asked = stage.said.find((said) => said.link === link && said.message.type === "find");
  assert.ok(asked?.message.type === "find", `link ${link} is asked for our neighbours`);
  assert.deepEqual(asked.message.destination.first, stage.keyRing.nodeId);
  const { transaction, via } = asked.message;
  stage.say(link, { type: "findAnswer", transaction, via, status: "ok", contacts });
}

function differences(stage: PuppetStage): number[] {
  return stage.effects.flatMap((effect) => (effect.kind === "viewsDiffered" ? [effect.missing] : []));
}

function greeted(stage: PuppetStage): string[] {
  const greeted = stage.effects.flatMap((effect) =>
    effect.kind === "connect" ? [endpointText(effect.endpoint)] : [],
  );
  return [...new Set(greeted)].sort();
}

function textsOf(...numbers: readonly number[]): string[] {
  return numbers.map((number) => endpointText(endpointOf(number))).sort();
}

describe("overlay: two ways in", () => {
  it("asks the first two neighbours, and no third", () => {
    const stage = twoWaysIn();
    stage.link(3, keyRingOf("peer3", "peer3"), "joining");
    stage.run(100);
    const asked = stage.said.filter(({ message }) => message.type === "find").map(({ link }) => link);
    assert.deepEqual([...new Set(asked)], [1, 2]);
  });

  it("that show the same neighbours say nothing", () => {
    const stage = twoWaysIn();
    show(stage, 1, contactsOf(11, 12, 13, 14));
    show(stage, 2, contactsOf(14, 13, 12, 11));
    assert.deepEqual(differences(stage), []);
  });

  it("may differ in half: news has not come to all yet", () => {
    const stage = twoWaysIn();
    show(stage, 1, contactsOf(11, 12));
    show(stage, 2, contactsOf(11, 12, 13, 14));
    assert.deepEqual(differences(stage), []);
  });

  it("that show different neighbours are told of, once, and the neighbours of both are greeted", () => {
    const stage = twoWaysIn();
    show(stage, 1, contactsOf(11, 12, 13));
    show(stage, 2, contactsOf(13, 21, 22));
    assert.deepEqual(differences(stage), [2]);
    stage.run(3_000);
    assert.deepEqual(differences(stage), [2]);
    assert.equal(stage.overlay.describe(stage.now).viewsOfJoining, 2);
    for (const link of [11, 12, 13, 21, 22]) {
      const text = endpointText(endpointOf(link));
      if (greeted(stage).includes(text)) stage.link(link, keyRingOf(`peer${link}`, `peer${link}`));
      stage.run(1_000);
    }
    assert.deepEqual(greeted(stage), textsOf(11, 12, 13, 21, 22));
  });

  it("come to the same whichever answers first", () => {
    const stage = twoWaysIn();
    show(stage, 2, contactsOf(13, 21, 22));
    show(stage, 1, contactsOf(11, 12, 13));
    assert.deepEqual(differences(stage), [2]);
  });

  it("a way that shows nobody is no view to differ from", () => {
    const stage = twoWaysIn();
    show(stage, 1, []);
    show(stage, 2, contactsOf(21, 22));
    assert.deepEqual(differences(stage), []);
  });
});
