import assert from "node:assert/strict";
import { CallLog } from "../../firmware/phone/call-log.js";
import { callLogSavedEveryMs, peersSavedEveryMs } from "../../firmware/core/limits.js";
import { nodeId, resourceId } from "../../firmware/core/node-id.js";
import { instant, type Instant } from "../../firmware/core/time.js";
import type { Memory } from "../../firmware/memory.js";
import { encodeBootCount } from "../../firmware/storage/boot-count-codec.js";
import { slotKey } from "../../firmware/storage/item-slots.js";
import { sealItem, type StoredItem } from "../../firmware/storage/stored-item.js";
import { flip, memoryOf, restarted, write, type Values } from "../support/stored-values.js";

function call(log: CallLog, name: string, at: Instant): void {
  log.add({ direction: "outgoing", name, outcome: "talked", bootCount: 1, startedAt: at, talkedMs: 1 });
}

const peer = (
  last: number,
): { nodeId: ReturnType<typeof nodeId>; endpoint: { address: string; port: number } } => ({
  nodeId: nodeId(new Uint8Array(16).fill(last)),
  endpoint: { address: `192.0.2.${last}`, port: 5000 },
});

describe("how often a phone writes", () => {
  it("the call log at once, then what comes within a minute together", () => {
    const values: Values = new Map();
    const memory = restarted(values);
    const log = new CallLog();
    call(log, "bob", instant(1000));
    memory.saveCalls(log, instant(1000));
    assert.deepEqual(write(memory, values), ["calls", "calls-b"]);
    for (let at = 2000; at < 60_000; at += 1000) {
      call(log, "bob", instant(at));
      memory.saveCalls(log, instant(at));
      memory.handleTimeout(instant(at));
      assert.deepEqual(write(memory, values), []);
    }
    assert.deepEqual(memory.pollTimeout(), { at: 1000 + callLogSavedEveryMs, reason: "save calls" });
    memory.handleTimeout(instant(1000 + callLogSavedEveryMs));
    assert.deepEqual(write(memory, values), ["calls"]);
    assert.equal(memory.pollTimeout(), undefined);
    assert.deepEqual(restarted(values).calls, log.entries());
  });

  it("a log that is emptied by hand is empty at once", () => {
    const values: Values = new Map();
    const memory = restarted(values);
    const log = new CallLog();
    call(log, "bob", instant(1000));
    memory.saveCalls(log, instant(1000));
    call(log, "bob", instant(1500));
    memory.saveCalls(log, instant(1500));
    write(memory, values);
    log.clear();
    memory.saveCalls(log);
    assert.deepEqual(write(memory, values), ["calls"]);
    assert.deepEqual(restarted(values).calls, []);
  });

  it("peers that come and go for a day: once in ten minutes, and when the phone is switched off", () => {
    const values: Values = new Map();
    const memory = restarted(values);
    let writes = 0;
    const day = 86_400_000;
    for (let at = 0; at < day; at += 10_000) {
      memory.savePeers(instant(at), [peer((at / 10_000) % 250)]);
      memory.handleTimeout(instant(at));
      writes += write(memory, values).length;
    }
    assert.ok(writes <= day / peersSavedEveryMs + 2, `${writes} writes`);
    memory.savePeers(instant(day - 5000), [peer(251)]);
    assert.deepEqual(write(memory, values), []);
    memory.leave();
    assert.equal(write(memory, values).length, 1);
    assert.deepEqual(restarted(values).peers, [peer(251)]);
  });
});

describe("count of starts and own records", () => {
  const resource = resourceId(new Uint8Array(16).fill(7));
  const published = (memory: Memory): number => memory.bootCount * 0x10000 + 1;

  it("rises with every start, and writes once for each", () => {
    const values: Values = new Map();
    for (let boot = 1; boot < 6; boot++) {
      const memory = memoryOf(values);
      assert.equal(memory.bootCount, boot);
      assert.deepEqual(write(memory, values).length, boot === 1 ? 2 : 1);
      memory.saveRecord({ resource, kind: 1, generation: published(memory) });
      memory.saveRecord({ resource, kind: 1, generation: published(memory) + 1 });
      assert.deepEqual(write(memory, values).length, boot === 1 ? 2 : 1, "a start, a write");
    }
  });

  /** What is damaged, and what the count must still be above. */
  const losses: readonly (readonly StoredItem[])[] = [["boot-count"], ["records"], ["boot-count", "records"]];
  for (const items of losses) {
    it(`one copy of ${items.join(" and ")} flipped, whichever: no generation comes twice`, () => {
      for (const slot of [0, 1] as const) {
        const values: Values = new Map();
        let highest = 0;
        for (let boot = 0; boot < 4; boot++) {
          const memory = restarted(values);
          memory.saveRecord({ resource, kind: 1, generation: published(memory) });
          write(memory, values);
          highest = published(memory);
        }
        for (const item of items) flip(values, slotKey(item, slot));
        const next = restarted(values);
        assert.equal(next.complaints.length, items.length);
        assert.ok(published(next) > highest, `slot ${slot}: ${next.bootCount}`);
      }
    });
  }

  it("the count of starts lost altogether: goes on above what was published", () => {
    const values: Values = new Map([["boot-count", sealItem("boot-count", encodeBootCount(41), 1)]]);
    const memory = restarted(values);
    memory.saveRecord({ resource, kind: 1, generation: published(memory) });
    write(memory, values);
    for (const key of ["boot-count", "boot-count-b"]) flip(values, key);
    assert.equal(restarted(values).bootCount, memory.bootCount + 1);
  });

  it("a record continued above what others kept: later starts do, too", () => {
    const values: Values = new Map();
    const memory = restarted(values);
    const shown = 900 * 0x10000 + 12;
    memory.saveRecord({ resource, kind: 1, generation: shown + 1 });
    write(memory, values);
    assert.equal(restarted(values).bootCount, 901);
    assert.equal(restarted(values).bootCount, 902);
  });

  it("reads what earlier firmware stored bare and in one place, and copies it", () => {
    const values: Values = new Map([["boot-count", encodeBootCount(300)]]);
    const memory = memoryOf(values);
    assert.deepEqual([memory.bootCount, memory.complaints], [301, []]);
    assert.deepEqual(write(memory, values), ["boot-count-b"]);
    assert.equal(restarted(values).bootCount, 302);
  });
});
