import assert from "node:assert/strict";
import { assert as firmwareAssert, present } from "../../../firmware/core/assert.js";
import { FakeTime, RecordingGuard } from "./stand-ins.js";

function broken(): void {
  throw new TypeError("cannot coerce undefined to object");
}

describe("FaultGuard", () => {
  it("an exception is traced with its entry's name, counted, and what was left undone is taken up", () => {
    const told = new RecordingGuard();
    told.guard.run("udp", broken);
    assert.deepEqual(told.traces, ["muster: fault in udp: TypeError: cannot coerce undefined to object\n"]);
    assert.deepEqual([told.guard.count, told.resumed, told.restarts], [1, 1, 0]);
  });

  it("what is no Error is named, too", () => {
    const told = new RecordingGuard();
    told.guard.run("timer", () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- a script may throw anything
      throw "a string";
    });
    assert.deepEqual(told.traces, ["muster: fault in timer: a string\n"]);
  });

  it("a failed assertion starts the phone again", () => {
    for (const failing of [
      () => firmwareAssert(false, "the queue is empty"),
      () => present(undefined, "a row"),
    ]) {
      const told = new RecordingGuard();
      told.guard.run("console", failing);
      assert.deepEqual([told.restarts, told.resumed], [1, 0]);
      assert.equal(told.traces.length, 1);
    }
  });

  it("outlives some faults in a minute, but not a storm of them", () => {
    const told = new RecordingGuard();
    for (let n = 0; n < 8; n++) told.guard.run("udp", broken);
    assert.equal(told.restarts, 0);
    told.guard.run("udp", broken);
    assert.equal(told.restarts, 1);
  });

  it("faults that are far apart never start it again", () => {
    const time = new FakeTime();
    const told = new RecordingGuard(time);
    for (let n = 0; n < 100; n++) {
      told.guard.run("udp", broken);
      time.stall(10_000);
    }
    assert.deepEqual([told.restarts, told.guard.count], [0, 100]);
  });

  it("a report is traced and is no fault", () => {
    const told = new RecordingGuard();
    told.guard.report("storage: write calls", new Error("ESP_ERR_NVS_NOT_ENOUGH_SPACE"));
    assert.deepEqual(told.traces, ["muster: storage: write calls: Error: ESP_ERR_NVS_NOT_ENOUGH_SPACE\n"]);
    assert.equal(told.guard.count, 0);
  });
});
