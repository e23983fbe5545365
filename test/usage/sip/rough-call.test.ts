import assert from "node:assert/strict";
import type { UserAgentEvent } from "../../../firmware/usage/sip/user-agent-event.js";
import { rounds, seed } from "../../support/seed.js";
import { Chance } from "../support/chance.js";
import { rough } from "../support/lossy-network.js";
import { type Phone, Switchboard } from "../support/switchboard.js";

const runs = rounds(150);

/**
 * Links that lose a fifth of all messages, double a tenth and deliver them out of order; persons who do anything at
 * any time. Whatever happens: no phone tells of an end twice or of an end without a beginning, both agree that they
 * spoke, and two minutes after the last act nothing is left anywhere. Replay a red run with its printed seed.
 */
describe("calls over rough links", () => {
  it(`${runs} random stories from MUSTER_SEED=${seed}`, function () {
    this.timeout(120_000);
    const told = new Map<string, number>();
    for (let run = 0; run < runs; run++) {
      const story = seed + run;
      try {
        tell(story, told);
      } catch (fault) {
        throw new Error(`story ${story}: ${fault instanceof Error ? fault.message : "?"}`, { cause: fault });
      }
    }
    const rows = [...told].sort((a, b) => b[1] - a[1]).map(([what, count]) => `${what} ${count}`);
    console.log(`      ${rows.join(", ")}`);
    for (const what of [
      "established",
      "hungUp",
      "remoteHungUp",
      "busy",
      "declined",
      "noAnswer",
      "cancelled",
      "callerGaveUp",
      "declinedHere",
      "mediaChanged",
      "messageDelivered",
    ]) {
      assert.ok((told.get(what) ?? 0) > 0, `no story told of ${what}`);
    }
  });

  it("half of all lost: a call is made, spoken and ended all the same, in four of five stories", () => {
    let spoken = 0;
    for (let story = 0; story < 40; story++) {
      const board = new Switchboard(seed + story, { loss: 50, duplication: 0, delayMin: 20, delayMax: 40 });
      const alice = board.phone("alice");
      const bob = board.phone("bob");
      board.dial(alice, "bob", bob);
      board.run(10_000);
      board.act(bob, (agent, now) => {
        agent.answer(now, bob.media);
      });
      board.run(10_000);
      if ([alice, bob].every((phone) => phone.events.some((event) => event.kind === "established"))) spoken++;
      board.act(alice, (agent, now) => {
        agent.hangUp(now);
      });
      board.settle();
    }
    console.log(`      spoken in ${spoken} of 40`);
    assert.ok(spoken >= 32);
  }).timeout(60_000);
});

function tell(story: number, told: Map<string, number>): void {
  const board = new Switchboard(story, rough);
  const chance = new Chance(story ^ 0x5eed);
  const phones = [board.phone("alice"), board.phone("bob", 1), board.phone("bob", 2), board.phone("carol")];
  for (let act = 0; act < 25; act++) {
    perform(board, chance, phones);
    board.run(chance.pick([0, 10, 100, 700, 3000, 20_000]));
  }
  for (const phone of phones) {
    board.act(phone, (agent, now) => {
      agent.hangUp(now);
    });
  }
  board.settle();
  for (const phone of phones) check(phone.events, phone.name);
  for (const event of phones.flatMap((phone) => phone.events)) {
    const what = event.kind === "ended" ? event.outcome : event.kind;
    told.set(what, (told.get(what) ?? 0) + 1);
  }
}

function perform(board: Switchboard, chance: Chance, phones: readonly Phone[]): void {
  const phone = chance.pick(phones);
  const other = chance.pick(phones.filter((each) => each.name !== phone.name));
  const devices = phones.filter((each) => each.name === other.name);
  const targets = devices.map((device) => ({ nodeKey: device.nodeKey, media: phone.media }));
  board.act(phone, (agent, now) => {
    switch (chance.below(12)) {
      case 0:
      case 1:
      case 2:
        agent.invite(now, other.name, targets);
        break;
      case 3:
      case 4:
        for (const each of phones) each.agent.answer(now, each.media);
        break;
      case 5:
        agent.decline(now, chance.pick(["busy", "decline"] as const));
        break;
      case 6:
        agent.hangUp(now);
        break;
      case 7:
      case 8:
        agent.hold(now, chance.percent(50));
        break;
      case 9:
        agent.message(
          now,
          other.name,
          devices.map((device) => device.nodeKey),
          "hello",
        );
        break;
      case 10:
        agent.options(now, other.name, other.nodeKey);
        break;
      default:
        if (chance.percent(30)) agent.handlePeerUnreachable(now, other.nodeKey);
    }
  });
}

/** Each call: a beginning if it was incoming, at most one "established", changes only after it, exactly one end. */
function check(events: readonly UserAgentEvent[], name: string): void {
  const stages = new Map<number, string[]>();
  for (const event of events) {
    if (!("call" in event)) continue;
    const stage = stages.get(event.call) ?? [];
    stage.push(event.kind);
    stages.set(event.call, stage);
  }
  for (const [call, stage] of stages) {
    const path = stage.join(" ");
    const shape = /^(incomingCall |(ringing )*)(established ((mediaChanged|changeRefused) )*)?ended$/;
    assert.match(path, shape, `${name}, call ${call}: ${path}`);
  }
}
