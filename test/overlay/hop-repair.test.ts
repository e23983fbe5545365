import assert from "node:assert/strict";
import { phoneOverlay } from "../../firmware/core/limits.js";
import { instant } from "../../firmware/core/time.js";
import { HopAcks, HopRepair } from "../../firmware/overlay/hop-repair.js";
import { NodeTable, type Neighbour } from "../../firmware/overlay/node-table.js";
import { endpointOf } from "./puppet.js";
import { keyRingOf } from "./swarm-node.js";

function neighbour(): Neighbour {
  const { credential } = keyRingOf("one", "one");
  const seating = new NodeTable(2).seat(instant(0), { link: 1, credential, endpoint: endpointOf(1) });
  assert.ok(seating.kind === "seated");
  return seating.neighbour;
}

describe("overlay: repair of hops", () => {
  const message = new Uint8Array(100);

  function held(): { repair: HopRepair; to: Neighbour; token: number } {
    const repair = new HopRepair(phoneOverlay);
    const to = neighbour();
    to.srttMs = 10;
    const outgoing = { to, message, transaction: 5, isRequest: true, mayReroute: true };
    const token = repair.hold(instant(0), outgoing);
    assert.ok(token !== undefined);
    repair.handleSent(token, 77);
    return { repair, to, token };
  }

  it("resends after 60 ms and after twice that, then asks for another way, twice, then gives up", () => {
    const { repair, to } = held();
    const course: string[] = [];
    for (let now = 0; now <= 2_000; now += 10) {
      repair.handleTimeout(instant(now));
      const next = repair.pollRepair();
      if (next === undefined) continue;
      course.push(`${now} ${next.kind}`);
      if (next.kind === "reroute") repair.reroute(instant(now), next.frame, to, message);
    }
    assert.deepEqual(course, [
      "60 resend",
      "180 resend",
      "300 reroute",
      "360 resend",
      "480 resend",
      "600 reroute",
      "660 resend",
      "780 resend",
      "900 giveUp",
    ]);
    assert.equal(repair.size, 0);
  });

  it("an acknowledgement of any of its frames, or an answer with its transaction, releases it", () => {
    const acked = held();
    acked.repair.handleTimeout(instant(60));
    acked.repair.handleSent(acked.token, 78);
    acked.repair.handleAck(instant(70), acked.to, [1, 78]);
    assert.equal(acked.repair.size, 0);
    assert.equal(acked.to.srttMs, 10, "ten after the frame it names, which was the second");
    const answered = held();
    answered.repair.handleAnswer(instant(50), answered.to, 6);
    assert.equal(answered.repair.size, 1);
    answered.repair.handleAnswer(instant(50), answered.to, 5);
    assert.equal(answered.to.srttMs, 15, "an eighth nearer to 50 ms");
    assert.equal(answered.repair.size, 0);
  });

  it("holds eight frames; more, and longer ones, go unprotected", () => {
    const repair = new HopRepair(phoneOverlay);
    const to = neighbour();
    const outgoing = { to, message, transaction: 5, isRequest: true, mayReroute: true };
    const tokens = Array.from({ length: 10 }, () => repair.hold(instant(0), outgoing));
    assert.equal(tokens.filter((token) => token !== undefined).length, phoneOverlay.heldFrames);
    assert.equal(repair.unprotected, 2);
    const long = { ...outgoing, message: new Uint8Array(phoneOverlay.heldFrameBytes + 1) };
    assert.equal(new HopRepair(phoneOverlay).hold(instant(0), long), undefined);
  });

  it("a frame that goes another way while others took its place goes unprotected", () => {
    const { repair, to } = held();
    repair.handleLinkDown(to);
    const next = repair.pollRepair();
    assert.ok(next?.kind === "reroute");
    const outgoing = { to, message, transaction: 6, isRequest: true, mayReroute: true };
    for (let n = 0; n < phoneOverlay.heldFrames; n++) assert.ok(repair.hold(instant(1), outgoing));
    repair.reroute(instant(1), next.frame, to, message);
    assert.equal(repair.size, phoneOverlay.heldFrames);
    assert.equal(repair.unprotected, 1);
  });

  it("a link that is gone sends its frames another way at once", () => {
    const { repair, to, token } = held();
    repair.handleLinkDown(to);
    assert.equal(repair.pollRepair()?.kind, "reroute");
    repair.handleSent(token, undefined);
    assert.equal(repair.pollRepair(), undefined);
  });

  it("acknowledges after 20 ms, several at once, eight at the latest", () => {
    const acks = new HopAcks();
    for (let n = 0; n < 11; n++) acks.note(instant(n), 4, n);
    assert.deepEqual(acks.poll(instant(11))?.counters, [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.equal(acks.poll(instant(11)), undefined);
    assert.equal(acks.pollTimeout()?.at, 28);
    assert.deepEqual(acks.poll(instant(28)), { link: 4, counters: [8, 9, 10], dueAt: instant(28) });
  });
});
