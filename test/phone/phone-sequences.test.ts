import assert from "node:assert/strict";
import { callLogEntriesMax } from "../../firmware/core/limits.js";
import { Prng } from "../../host-sim/virtual/prng.js";
import { BranchShare } from "../support/mutation.js";
import { seed } from "../support/seed.js";
import { bob, carol, Desk } from "./desk.js";

describe("Phone, any sequence of commands and news", function () {
  this.timeout(20_000);
  it("ends every call it placed exactly once, is never stuck, and speaks in sentences", () => {
    const share = new BranchShare("phone states");
    for (let run = 0; run < 200; run++) {
      const prng = new Prng(`${seed}/${run}`);
      const desk = new Desk();
      const open = new Set<unknown>();
      for (let step = 0; step < 60; step++) {
        randomStep(desk, prng);
        settle(desk, open);
        share.count(desk.kind);
        assert.equal(desk.phone.pollTimeout() === undefined, desk.kind === "idle" || desk.kind === "talking");
        assert.ok(desk.phone.log.entries().length <= callLogEntriesMax);
      }
      if (desk.kind === "talking") desk.phone.hangUp(desk.now);
      desk.wait(1_000_000);
      settle(desk, open);
      assert.equal(desk.kind, "idle", `run ${run}`);
      assert.equal(open.size, 0, `run ${run}: ${[...open].join(", ")} never ended`);
    }
    share.print();
    const states = ["idle", "dialling", "choosing", "ringing", "incoming", "talking", "ended"];
    for (const kind of states) assert.ok(share.of(kind) > 0, kind);
  });
});

/** Notes calls placed and calls ended. */
function settle(desk: Desk, open: Set<unknown>): void {
  for (const effect of desk.effects()) if (effect.kind === "placeCall") open.add(effect.call);
  for (const { event, sentence, facts } of desk.events()) {
    assert.match(sentence, /\.$|answer$|<number>$|: hi$/);
    if (event !== "ended" || facts["direction"] === "incoming") continue;
    assert.ok(open.delete(facts["call"]), `${sentence} It was not under way.`);
  }
}

function randomStep(desk: Desk, prng: Prng): void {
  const { phone } = desk;
  const state = phone.state;
  const current = "call" in state ? state.call : "out-1";
  const someone = prng.pick([bob, carol]);
  const steps: (() => void)[] = [
    () => phone.call(desk.now, someone.name),
    () => phone.choose(desk.now, prng.between(1, 3)),
    () => phone.answer(desk.now),
    () => phone.hangUp(desk.now),
    () => phone.decline(desk.now),
    () => phone.talking.dial("1"),
    () => phone.message(desk.now, "bob", "hi"),
    () =>
      phone.handleContested(desk.now, current, [
        { nodeId: bob.phone.nodeId, heldMs: 5 },
        { nodeId: carol.phone.nodeId, heldMs: 6 },
      ]),
    () => phone.handleRinging(desk.now, current),
    () => phone.handleIncoming(desk.now, `sip-${prng.below(100)}`, someone),
    () => phone.handleAnswered(desk.now, current, someone),
    () => phone.handleEnded(desk.now, current, prng.pick(["hung-up", "busy", "lost"] as const)),
    () => phone.handleMessageReceived(desk.now, someone, "hi"),
    () => desk.wait(prng.below(60_000)),
  ];
  prng.pick(steps)();
}
