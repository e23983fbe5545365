import assert from "node:assert/strict";
import { after, instant } from "../../../firmware/core/time.js";
import { VirtualClock } from "../../../host-sim/virtual/clock.js";
import { Prng } from "../../../host-sim/virtual/prng.js";

describe("VirtualClock", function () {
  this.timeout(20_000);
  it("runs events by time, then by the order they were scheduled", () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    for (const [at, name] of [
      [5, "c"],
      [1, "a"],
      [5, "d"],
      [3, "b"],
    ] as const) {
      clock.schedule(instant(at), name, () => ran.push(`${name}@${clock.now()}`));
    }
    assert.equal(clock.runUntil(instant(10)), true);
    assert.deepEqual(ran, ["a@1", "b@3", "c@5", "d@5"]);
    assert.equal(clock.now(), 10);
  });

  it("agrees with a sorted list on 5000 random schedules and cancellations (seed 11)", () => {
    const prng = new Prng(11);
    const clock = new VirtualClock();
    const expected: { at: number; n: number }[] = [];
    const ran: number[] = [];
    for (let n = 0; n < 5000; n++) {
      const at = prng.below(700);
      const event = clock.schedule(instant(at), `${n}`, () => ran.push(n));
      if (prng.chance(0.6)) clock.cancel(event);
      else expected.push({ at, n });
    }
    assert.equal(clock.pending, expected.length);
    clock.runUntil(instant(1000));
    assert.deepEqual(
      ran,
      expected.sort((a, b) => a.at - b.at || a.n - b.n).map(({ n }) => n),
    );
    assert.equal(clock.pending, 0);
  });

  it("runs what lies in the past at once, but not inside the call", () => {
    const clock = new VirtualClock();
    clock.runFor(100);
    let ran = false;
    clock.schedule(instant(1), "late", () => (ran = true));
    assert.equal(ran, false);
    assert.equal(clock.step(), true);
    assert.equal(ran, true);
    assert.equal(clock.now(), 100);
  });

  it("stops at a condition, at a limit, or when nothing is left", () => {
    const clock = new VirtualClock();
    let ticks = 0;
    const tick = (): void => {
      ticks++;
      clock.schedule(after(clock.now(), 10), "tick", tick);
    };
    clock.schedule(instant(0), "tick", tick);
    assert.equal(
      clock.runUntil(() => ticks === 5),
      true,
    );
    assert.equal(clock.now(), 40);
    assert.equal(
      clock.runUntil(() => ticks === 500, { until: instant(100) }),
      false,
    );
    assert.equal(clock.now(), 100);
    assert.equal(ticks, 11);
    assert.equal(
      new VirtualClock().runUntil(() => false),
      false,
    );
  });

  it("refuses a loop that does not move time, naming it, and a run without end", () => {
    const clock = new VirtualClock();
    const again = (): void => void clock.schedule(clock.now(), "timer of 10.0.0.7", again);
    again();
    assert.throws(() => clock.runFor(1000), /runaway loop: .* at 0 ms .*timer of 10\.0\.0\.7/);
    const slow = new VirtualClock();
    const tick = (): void => void slow.schedule(after(slow.now(), 1), "tick", tick);
    tick();
    assert.throws(() => slow.runUntil(() => false, { eventsMax: 100 }), /100 events and no end/);
  });

  it("does not keep cancelled events: 100,000 re-armed timers hold no more than their bound", () => {
    const clock = new VirtualClock();
    let last = clock.schedule(instant(1e9), "timer", () => undefined);
    for (let i = 0; i < 100_000; i++) {
      clock.cancel(last);
      clock.cancel(last);
      last = clock.schedule(instant(1e9 + i), "timer", () => undefined);
    }
    assert.equal(clock.pending, 1);
    assert.equal(clock.next(), 1e9 + 99_999);
    assert.ok(clock.held < 3000, `${clock.held}`);
  });
});
