import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after as later } from "../../firmware/core/time.js";
import { speechFile } from "../../host-sim/lab/speech.js";
import { NodePhone, type SoakPhone } from "../../host-sim/soak/soak-phone.js";
import { eventOf } from "../../host-sim/soak/stage.js";
import { XsPhone } from "../../host-sim/soak/xs-phone.js";
import { VirtualLab, type PrintedEvent } from "../../host-sim/virtual/lab.js";
import { boardArenaBytes } from "../../host-sim/xs/board-arena.js";
import { makeByteCode, makeModuleMap, makeXsProgram } from "../../host-sim/xs/build.js";
import { needsDebian } from "../support/debian.js";
import { seed } from "../support/seed.js";

const periodMs = 2000;
const calls = 32;
/** What stays of the calls of a minute until SIP may forget them, beside the call log and the contacts, bytes. */
const keptBytesMax = 7000;
const overlay = "quick";

/** A person who makes several quick calls never runs a phone out of memory: one call after the other, of every kind. */
describe(`quick calls on XS in a chip's memory (seed ${seed})`, function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "muster-quick-calls-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("a call every 2 s for a minute with seven other phones: little of them stays, and not for long", function () {
    needsDebian(this, "gcc", "make", "gcc-multilib");
    const lab = new VirtualLab({ seed, overlay });
    const words = ["--image", makeByteCode(makeModuleMap("quick-calls")), "--arena", String(boardArenaBytes)];
    const options = { program: makeXsProgram("virtual32"), words, speech: speechFile("alice"), seed };
    const alice = new XsPhone(lab, { ...options, name: "alice", overlay, folder: join(folder, "alice") });
    const names = ["bob", "carol", "dora", "erik", "fred", "gina", "hans"];
    const others = names.map((name) => new NodePhone(lab, name, {}));
    const office = new Office(lab, alice);
    try {
      for (const phone of [alice, ...others]) phone.switchOn();
      for (const phone of [alice, ...others]) office.wait(phone, "registered", 120_000);
      lab.run(90_000);
      for (let count = 0; count < calls; count++) office.call(ways[count % ways.length], others[count % 7]);
      const then = office.liveBytes();
      lab.run(70_000);
      const kept = then - office.liveBytes();
      console.log(`      ${kept} B of ${calls} calls were kept for a while, ${then} B in use`);
      assert.ok(kept <= keptBytesMax, `${kept} B`);
    } finally {
      for (const phone of [alice, ...others]) if (phone.isOn) phone.switchOff();
    }
  });
});

/** Who calls, what becomes of it, and who ends it. */
interface Way {
  readonly from: "here" | "there";
  readonly answered: boolean;
  readonly endedBy: "here" | "there";
}

const ways: readonly Way[] = [true, false].flatMap((answered) =>
  (["here", "there"] as const).flatMap((from) =>
    (["here", "there"] as const).map((endedBy) => ({ from, answered, endedBy })),
  ),
);

class Office {
  readonly #lab: VirtualLab;
  readonly #alice: SoakPhone;

  constructor(lab: VirtualLab, alice: SoakPhone) {
    this.#lab = lab;
    this.#alice = alice;
  }

  wait(phone: SoakPhone, event: string, withinMs = 10_000): PrintedEvent {
    const { clock } = this.#lab;
    clock.runUntil(() => eventOf(phone, event) !== undefined, { until: later(clock.now(), withinMs) });
    const found = eventOf(phone, event);
    assert.ok(found !== undefined, `${phone.name}: no "${event}" (seed ${seed})`);
    return found;
  }

  /** One call; the next one begins 2 s after it. */
  call(way: Way | undefined, other: SoakPhone | undefined): void {
    assert.ok(way !== undefined && other !== undefined);
    const [here, there] = [this.#alice, other];
    for (const phone of [here, there]) phone.forget();
    const [caller, callee] = way.from === "here" ? [here, there] : [there, here];
    const until = later(this.#lab.clock.now(), periodMs);
    caller.type(`call ${callee.name}`);
    this.wait(callee, "incoming");
    if (way.answered) callee.type("answer");
    if (way.answered) this.wait(caller, "talking");
    this.#lab.run(300);
    (way.endedBy === "here" ? here : there).type("hangup");
    this.wait(here, "ended");
    this.#lab.clock.runUntil(until);
  }

  /** After a collection. */
  liveBytes(): number {
    this.#alice.forget();
    this.#alice.type("memory");
    const { liveBytes } = this.wait(this.#alice, "memory");
    assert.equal(typeof liveBytes, "number");
    return Number(liveBytes);
  }
}
