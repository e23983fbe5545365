import assert from "node:assert/strict";
import { present } from "../../firmware/core/assert.js";
import { instant } from "../../firmware/core/time.js";
import type { KeyRing } from "../../firmware/identity/key-ring.js";
import { NodeTable } from "../../firmware/overlay/node-table.js";
import { Pointers } from "../../firmware/overlay/pointers.js";
import type { Message } from "../../firmware/wire/message.js";
import { endpointOf, PuppetStage, registrationOf } from "./puppet.js";
import { keyRingOf, resourceOf } from "./swarm-node.js";

const kind = 1;
const holder = keyRingOf("holder", "holder");
const asker = keyRingOf("asker", "asker");

/** A node whose store eight neighbours have filled; the one on 1 holds `absent`'s record, the one on 2 asks for it. */
function full(): { stage: PuppetStage; absent: KeyRing } {
  const stage = new PuppetStage(1_100);
  stage.begin();
  const others = ["c", "d", "e", "f", "g", "h"].map((name) => keyRingOf(name, name));
  [holder, asker, ...others].forEach((keyRing, at) => {
    stage.link(at + 1, keyRing, "joining");
    const parts = { resource: resourceOf(keyRing.userName), kind, record: registrationOf(keyRing) };
    assert.equal(stage.store(at + 1, parts).status, "ok");
    stage.run(500);
  });
  const absent = keyRingOf("absent", "absent");
  assert.equal(offer(stage, absent), "full");
  stage.said.length = 0;
  return { stage, absent };
}

/** The holder hands a copy over. */
function offer(stage: PuppetStage, owner: KeyRing): string {
  const { credential } = owner;
  const parts = { resource: resourceOf(owner.userName), kind, record: registrationOf(owner) };
  return stage.store(1, { ...parts, credential: credential.bytes }).status;
}

function ask(stage: PuppetStage, link: number, owner: KeyRing, via = new Uint8Array(0)): void {
  const destination = { first: resourceOf(owner.userName) };
  stage.say(link, {
    type: "fetch",
    hops: 0,
    transaction: 99,
    destination,
    via,
    kind,
    wantCredentials: false,
  });
}

function saidTo(stage: PuppetStage, link: number, type: Message["type"]): Message | undefined {
  return stage.said.find((each) => each.link === link && each.message.type === type)?.message;
}

describe("overlay: where a full store points", () => {
  it("a Fetch goes on to who offered the record, and its answer comes back", () => {
    const { stage, absent } = full();
    ask(stage, 2, absent);
    const passed = present(saidTo(stage, 1, "fetch"), "it is passed on");
    assert.ok(passed.type === "fetch" && passed.hops === 0 && passed.via.length === 2);
    const records = [{ ...registrationOf(absent), remainingS: 900 }];
    const { transaction, via } = passed;
    stage.say(1, { type: "fetchAnswer", transaction, via, status: "ok", records, credentials: [] });
    const answer = present(saidTo(stage, 2, "fetchAnswer"), "an answer");
    assert.ok(answer.type === "fetchAnswer" && answer.status === "ok" && answer.transaction === 99);
  });

  it("once: neither back to who holds it, nor what was passed on already, nor when that node is gone", () => {
    const { stage, absent } = full();
    ask(stage, 1, absent);
    ask(stage, 2, absent, new Uint8Array(2));
    stage.overlay.handleLinkDown(stage.now, 1, "silent");
    ask(stage, 2, absent);
    assert.equal(saidTo(stage, 1, "fetch"), undefined);
    const answers = stage.said.filter(({ message }) => message.type === "fetchAnswer");
    assert.equal(answers.length, 3);
    for (const { message } of answers) assert.ok("status" in message && message.status === "not-found");
  });

  it("remembers eight on a phone, the last of them, no longer than the record lives", () => {
    const table = new NodeTable(1);
    const seating = table.seat(instant(0), {
      link: 1,
      credential: holder.credential,
      endpoint: endpointOf(1),
    });
    assert.ok(seating.kind === "seated");
    const pointers = new Pointers(8);
    const resources = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].map(resourceOf);
    for (const resource of resources)
      pointers.note(instant(0), { resource, holder: seating.neighbour, lifetimeS: 60 });
    assert.equal(pointers.size, 8);
    assert.equal(pointers.find(instant(1), resourceOf("a")), undefined);
    assert.equal(pointers.find(instant(1), resourceOf("i")), seating.neighbour);
    assert.equal(pointers.find(instant(60_000), resourceOf("i")), undefined);
    pointers.forget(resourceOf("b"));
    assert.equal(pointers.size, 7);
    pointers.handleLinkDown(seating.neighbour);
    assert.equal(pointers.size, 0);
  });
});
