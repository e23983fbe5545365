import assert from "node:assert/strict";
import { instant } from "../../../firmware/core/time.js";
import { DeviceClock, DeviceTimer } from "../../../hal/moddable/clock.js";
import { FakeTime, RecordingGuard } from "./stand-ins.js";

const hourMs = 3_600_000;

describe("DeviceClock", () => {
  it("begins at 0, whatever the ticks are, and goes with them", () => {
    const time = new FakeTime(123_456);
    const clock = new DeviceClock(time.time);
    assert.equal(clock.now(), 0);
    time.stall(17);
    assert.equal(clock.now(), 17);
    assert.equal(clock.now(), 17);
  });

  it("goes on where the signed ticks turn negative, and where they come to 0 again", () => {
    for (const edge of [2 ** 31, 2 ** 32]) {
      const time = new FakeTime(edge - 5);
      const clock = new DeviceClock(time.time);
      time.stall(4);
      assert.equal(clock.now(), 4);
      time.stall(3);
      assert.equal(clock.now(), 7);
    }
  });

  it("counts years when it is read once a day", () => {
    const time = new FakeTime();
    const clock = new DeviceClock(time.time);
    for (let day = 1; day <= 800; day++) {
      time.stall(24 * hourMs);
      assert.equal(clock.now(), day * 24 * hourMs);
    }
  });
});

describe("DeviceTimer", () => {
  function made(startsAt = 0): { time: FakeTime; clock: DeviceClock; timer: DeviceTimer; fired: number[] } {
    const time = new FakeTime(startsAt);
    const clock = new DeviceClock(time.time);
    const fired: number[] = [];
    const timer = new DeviceTimer(time.timers, clock, new RecordingGuard(time).guard, () =>
      fired.push(clock.now()),
    );
    return { time, clock, timer, fired };
  }

  it("fires once, at its time", () => {
    const { time, timer, fired } = made();
    timer.arm(instant(250));
    time.run(249);
    assert.deepEqual(fired, []);
    time.run(10_000);
    assert.deepEqual(fired, [250]);
  });

  it("fires at once for a moment that has passed, never from inside arm", () => {
    const { time, timer, fired } = made();
    time.run(100);
    timer.arm(instant(40));
    assert.deepEqual(fired, []);
    time.run(0);
    assert.deepEqual(fired, [100]);
  });

  it("arming again replaces, disarming ends", () => {
    const { time, timer, fired } = made();
    timer.arm(instant(50));
    timer.arm(instant(80));
    time.run(100);
    assert.deepEqual(fired, [80]);
    timer.arm(instant(150));
    timer.disarm();
    time.run(3 * hourMs);
    assert.deepEqual(fired, [80]);
  });

  it("may be armed from its own handler, again and again, and stays one timer of the SDK", () => {
    const time = new FakeTime();
    const clock = new DeviceClock(time.time);
    const fired: number[] = [];
    const timer: DeviceTimer = new DeviceTimer(time.timers, clock, new RecordingGuard(time).guard, () => {
      fired.push(clock.now());
      timer.arm(instant(clock.now() + 10));
    });
    timer.arm(instant(10));
    time.run(50);
    assert.deepEqual(fired, [10, 20, 30, 40, 50]);
    assert.equal(time.alive, 1);
  });

  it("waits for longer than the SDK's interval can say, and over the turn of the ticks", () => {
    const { time, timer, fired } = made(2 ** 31 - 2 * hourMs);
    timer.arm(instant(60 * 24 * hourMs));
    time.run(60 * 24 * hourMs - 1);
    assert.deepEqual(fired, []);
    time.run(1);
    assert.deepEqual(fired, [60 * 24 * hourMs]);
  });

  it("reads the clock each hour also when it is idle: no turn of the ticks is lost", () => {
    const { time, clock, timer } = made();
    timer.disarm();
    time.run(120 * 24 * hourMs);
    assert.equal(clock.now(), 120 * 24 * hourMs);
  });

  it("armWithin brings forward, and never puts off", () => {
    const { time, timer, fired } = made();
    timer.armWithin(1000);
    timer.arm(instant(300));
    timer.armWithin(1000);
    time.run(2000);
    assert.deepEqual(fired, [300]);
    timer.arm(instant(99_999));
    timer.armWithin(1000);
    time.run(5000);
    assert.deepEqual(fired, [300, 3000]);
  });
});
