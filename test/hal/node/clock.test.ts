import assert from "node:assert/strict";
import { after } from "../../../firmware/core/time.js";
import { monotonicEpochMs, NodeClock, NodeTimer } from "../../../hal/node/clock.js";
import { until } from "./until.js";

describe("NodeClock and NodeTimer", function () {
  this.timeout(20_000);
  it("never fires early, fires once, and obeys the last arm", async () => {
    const clock = new NodeClock();
    for (const wait of [0, 0.3, 1.7, 5.5, 20.2]) {
      const at = after(clock.now(), wait);
      const fired: number[] = [];
      const timer = new NodeTimer(clock, () => fired.push(clock.now()));
      timer.arm(after(clock.now(), 1));
      timer.arm(at);
      assert.deepEqual(fired, [], "not inside the call");
      await until("the timer", () => fired.length > 0);
      const [first = 0] = fired.slice(0, 1);
      assert.ok(first >= at, `${first} is before ${at}`);
      await until("time", () => clock.now() > at + 5);
      assert.equal(fired.slice(0).length, 1);
    }
  });

  it("can be disarmed, re-armed from its handler, and waits for a time in the past no longer than a turn", async () => {
    const clock = new NodeClock();
    let fired = 0;
    const timer = new NodeTimer(clock, () => {
      if (++fired < 3) timer.arm(clock.now());
    });
    const disarmedAt = clock.now();
    timer.arm(after(disarmedAt, 3));
    timer.disarm();
    timer.disarm();
    await until("time", () => clock.now() > disarmedAt + 10);
    assert.equal(fired, 0);
    timer.arm(after(clock.now(), -100));
    await until("three firings", () => fired === 3);
    timer.disarm();
  });

  it("takes waits longer than setTimeout can", () => {
    const clock = new NodeClock();
    const timer = new NodeTimer(clock, () => assert.fail("fired after a turn"));
    timer.arm(after(clock.now(), 2 ** 40));
    timer.disarm();
  });

  it("has an epoch that goes with the clock", () => {
    const clock = new NodeClock();
    const [a, b] = [monotonicEpochMs() - clock.now(), monotonicEpochMs() - clock.now()];
    assert.ok(Math.abs(a - b) < 1000);
    assert.ok(monotonicEpochMs() <= monotonicEpochMs());
  });
});
