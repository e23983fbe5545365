import assert from "node:assert/strict";
import fc from "fast-check";
import { BoundedQueue, ExpiringMap, FadingMap } from "../../firmware/core/bounded.js";
import {
  compareBytes,
  concatBytes,
  copyBytes,
  equalBytes,
  fromHex,
  isZero,
  toHex,
} from "../../firmware/core/bytes.js";
import { compareDistance, idKey, nodeId, sameId, sharedBits, shortId } from "../../firmware/core/node-id.js";
import { earliest, instant } from "../../firmware/core/time.js";

const id = fc.uint8Array({ minLength: 16, maxLength: 16 });
const big = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);

describe("core/bytes", () => {
  it("compares as memcmp, joins, copies and prints", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        assert.equal(Math.sign(compareBytes(a, b)), Buffer.compare(a, b));
        assert.equal(equalBytes(a, b), Buffer.compare(a, b) === 0);
        assert.deepEqual(concatBytes(a, b), new Uint8Array(Buffer.concat([a, b])));
        assert.deepEqual(fromHex(toHex(a)), a);
        assert.equal(
          isZero(a),
          a.every((byte) => byte === 0),
        );
      }),
    );
    assert.equal(fromHex("0"), undefined);
    assert.equal(fromHex("zz"), undefined);
    const original = Uint8Array.of(1);
    copyBytes(original)[0] = 2;
    assert.equal(original[0], 1);
  });
});

describe("core/node-id", () => {
  it("orders by XOR distance and counts shared bits, as whole-number arithmetic does", () => {
    fc.assert(
      fc.property(id, id, id, (target, a, b) => {
        const expected = (big(target) ^ big(a)) - (big(target) ^ big(b));
        assert.equal(Math.sign(compareDistance(target, a, b)), expected < 0n ? -1 : expected > 0n ? 1 : 0);
        assert.equal(
          sharedBits(a, b),
          128 - ((big(a) ^ big(b)) === 0n ? 0 : (big(a) ^ big(b)).toString(2).length),
        );
      }),
    );
    const one = nodeId(new Uint8Array(16).fill(0xa3));
    assert.equal(idKey(one).length, 16);
    assert.equal(shortId(one), "a3a3");
    assert.ok(sameId(one, copyBytes(one)));
    assert.equal(sharedBits(one, one), 128);
  });
});

describe("core/bounded", () => {
  it("a full queue gives up its oldest", () => {
    const queue = new BoundedQueue<number>(2);
    assert.equal(queue.push(1), undefined);
    assert.equal(queue.push(2), undefined);
    assert.equal(queue.push(3), 1);
    assert.equal(queue.length, 2);
    assert.deepEqual([queue.shift(), queue.shift(), queue.shift()], [2, 3, undefined]);
  });

  it("a fading map forgets what was set before the last period, and the oldest where it is full", () => {
    const map = new FadingMap<number>(3, 100);
    map.set(instant(0), "a", 1);
    map.set(instant(50), "b", 2);
    map.expire(instant(99));
    assert.equal(map.size, 2);
    map.set(instant(100), "a", 3);
    map.replace("b", 4);
    map.replace("z", 5);
    assert.deepEqual([map.get("a"), map.get("b"), map.get("z"), map.size], [3, 4, undefined, 2]);
    map.set(instant(150), "c", 6);
    map.set(instant(160), "d", 7);
    assert.deepEqual([map.get("b"), map.get("a"), map.size], [undefined, 3, 3], "b was the oldest");
    map.set(instant(170), "e", 8);
    assert.equal(map.get("a"), undefined, "then a");
    map.expire(instant(200));
    assert.equal(map.size, 3);
    map.expire(instant(300));
    assert.equal(map.size, 0);
    map.set(instant(1000), "f", 9);
    map.expire(instant(5000));
    assert.equal(map.size, 0, "nothing stays, however seldom it is asked");
  });

  it("a full map gives up what would end first; what has ended goes when asked", () => {
    const map = new ExpiringMap<string>(2);
    map.set("a", "A", instant(30));
    map.set("b", "B", instant(10));
    assert.equal(map.nextExpiry(), 10);
    assert.equal(map.set("c", "C", instant(20)), "B");
    assert.equal(map.set("a", "A2", instant(40)), undefined);
    assert.deepEqual([...map.values()], ["A2", "C"]);
    assert.deepEqual(map.expire(instant(20)), ["C"]);
    assert.equal(map.get("c"), undefined);
    assert.equal(map.size, 1);
    assert.ok(map.delete("a"));
    assert.equal(map.nextExpiry(), undefined);
  });

  it("the earlier deadline wins, and one is enough", () => {
    const soon = { at: instant(1), reason: "soon" };
    const late = { at: instant(2), reason: "late" };
    assert.equal(earliest(late, soon), soon);
    assert.equal(earliest(soon, late), soon);
    assert.equal(earliest(undefined, late), late);
    assert.equal(earliest(soon, undefined), soon);
  });
});
