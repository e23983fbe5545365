import assert from "node:assert/strict";
import { callLogEntriesMax } from "../../firmware/core/limits.js";
import { instant } from "../../firmware/core/time.js";
import { CallLog } from "../../firmware/phone/call-log.js";

describe("CallLog", () => {
  it("forgets the oldest, keeps the order, loads as older", () => {
    const log = new CallLog();
    const entry = (n: number) => ({
      direction: "incoming" as const,
      name: `n${n}`,
      outcome: "missed" as const,
      bootCount: n,
      startedAt: instant(n),
      talkedMs: 0,
    });
    for (let n = 0; n < callLogEntriesMax + 3; n++) log.add(entry(n));
    assert.equal(log.entries().length, callLogEntriesMax);
    assert.equal(log.entries()[0]?.name, "n3");
    const other = new CallLog();
    other.add(entry(1000));
    other.load(log.entries());
    assert.equal(other.entries().length, callLogEntriesMax);
    assert.equal(other.entries().at(-1)?.name, "n1000");
    other.clear();
    assert.deepEqual(other.entries(), []);
  });
});
