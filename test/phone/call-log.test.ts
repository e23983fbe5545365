import assert from "node:assert/strict";
import { callOutcomes } from "../../firmware/core/call-outcome.js";
import { callLogEntriesMax } from "../../firmware/core/limits.js";
import { nodeId } from "../../firmware/core/node-id.js";
import { instant } from "../../firmware/core/time.js";
import { CallLog, type CallEntry } from "../../firmware/phone/call-log.js";

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

  it("gives back each call as it was, also when whom it was with has changed places", () => {
    const log = new CallLog();
    const calls: CallEntry[] = [];
    for (let n = 0; n < 3 * callLogEntriesMax; n++) {
      const party = n % 7 === 0 ? callLogEntriesMax + n : n % 5;
      const call: CallEntry = {
        direction: n % 2 === 0 ? "incoming" : "outgoing",
        name: `n${party}`,
        ...(n % 3 !== 0 && { nodeId: nodeId(new Uint8Array(16).fill(party)) }),
        outcome: callOutcomes[n % callOutcomes.length] ?? "failed",
        bootCount: 2 ** 32 - 1 - n,
        startedAt: instant(2 ** 40 + n),
        talkedMs: 1000 * n,
      };
      calls.push(call);
      log.add(call);
      assert.deepEqual(log.entries(), calls.slice(-callLogEntriesMax));
    }
  });
});
