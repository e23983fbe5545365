import assert from "node:assert/strict";
import { suspectsMax } from "../../firmware/core/limits.js";
import { nodeId, type NodeId } from "../../firmware/core/node-id.js";
import { instant } from "../../firmware/core/time.js";
import { Patience } from "../../firmware/overlay/patience.js";
import { Suspicions } from "../../firmware/overlay/suspicions.js";

const now = instant(1_000);
const muchLater = instant(now + 31 * 60_000);
const target = idOf(0);

function idOf(n: number): NodeId {
  return nodeId(new Uint8Array(16).fill(0xf0 | (n >> 8), 0, 1).fill(n & 0xff, 3));
}

describe("overlay: who seems to lie", () => {
  it("is avoided after two denials that were contradicted, and no more once it has brought what was sought", () => {
    const suspicions = new Suspicions();
    suspicions.note(now, idOf(1), "denial");
    assert.ok(!suspicions.avoids(idOf(1)), "it may have been another on the way");
    suspicions.note(now, idOf(1), "denial");
    assert.ok(suspicions.avoids(idOf(1)) && !suspicions.avoids(idOf(2)));
    assert.deepEqual(suspicions.avoided(now, target), [idOf(1).slice(0, 4)]);
    suspicions.clear(now, idOf(1));
    assert.ok(!suspicions.avoids(idOf(1)));
  });

  it("weighs what is certain more than what may be chance", () => {
    const suspicions = new Suspicions();
    suspicions.note(now, idOf(1), "broken");
    assert.ok(suspicions.avoids(idOf(1)), "said that it stored what it does not have");
    for (let n = 0; n < 3; n++) suspicions.note(now, idOf(2), "silence");
    assert.ok(!suspicions.avoids(idOf(2)), "may just have died");
    suspicions.note(now, idOf(2), "silence");
    assert.ok(suspicions.avoids(idOf(2)));
  });

  it("is a request's goal all the same, and forgotten after half an hour", () => {
    const suspicions = new Suspicions();
    suspicions.note(now, idOf(1), "broken");
    assert.deepEqual(suspicions.avoided(now, idOf(1)), []);
    assert.equal(suspicions.avoided(instant(now + 29 * 60_000), target).length, 1);
    assert.deepEqual([suspicions.count(now), suspicions.count(muchLater)], [1, 0]);
    assert.deepEqual(suspicions.avoided(muchLater, target), []);
    assert.equal(suspicions.count(now), 0);
  });

  it("is kept in a list with an end, the worst first", () => {
    const suspicions = new Suspicions();
    for (let n = 1; n <= 2 * suspectsMax; n++) suspicions.note(now, idOf(n), "denial");
    suspicions.note(now, idOf(99), "broken");
    for (let n = 1; n <= 2 * suspectsMax; n++) suspicions.note(now, idOf(n), "denial");
    assert.ok(suspicions.count(now) <= suspectsMax);
    suspicions.note(now, idOf(99), "broken");
    assert.deepEqual(suspicions.avoided(now, target)[0], idOf(99).slice(0, 4));
    const all = [idOf(98), idOf(99)].map((id) => ({ nodeId: id }));
    assert.deepEqual(suspicions.trusted(all), [{ nodeId: idOf(98) }]);
    assert.deepEqual(suspicions.trusted(all.slice(1)), [{ nodeId: idOf(99) }], "where there is no other");
  });

  it("two contradictions within five lookups make wary, one does not, nor do those of long ago", () => {
    const suspicions = new Suspicions();
    const found = (wasContradicted: boolean): boolean => {
      suspicions.handleFound(now, wasContradicted);
      return suspicions.isWary(now);
    };
    assert.ok(!found(true));
    for (let n = 0; n < 4; n++) assert.ok(!found(false));
    assert.ok(!found(true));
    assert.ok(found(true));
    assert.ok(!suspicions.isWary(muchLater));
    let lookups = 0;
    while (found(false)) lookups++;
    assert.ok(lookups > 0 && lookups < 16, `${lookups} without any end it`);
    suspicions.handleCaught(now);
    assert.ok(suspicions.isWary(now), "one that was caught is enough");
  });
});

describe("overlay: how long a lookup waits for an answer", () => {
  it("a few times what is usual, within bounds that leave time before the end-to-end timer", () => {
    const patience = new Patience();
    assert.ok(patience.waitMs(false) >= 500, "a dead hop is gone around in 300 ms");
    assert.ok(patience.waitMs(true) < patience.waitMs(false));
    for (let n = 0; n < 20; n++) patience.note(250);
    assert.equal(patience.waitMs(false), 750);
    assert.equal(patience.waitMs(true), 500);
    for (let n = 0; n < 20; n++) patience.note(2_000);
    assert.ok(patience.waitMs(false) < 2_000);
  });
});
