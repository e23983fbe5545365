import assert from "node:assert/strict";
import { instant } from "../../firmware/core/time.js";
import { TokenBucket } from "../../firmware/core/token-bucket.js";

describe("core/token-bucket", () => {
  it("gives its burst at once and then its rate", () => {
    const bucket = new TokenBucket({ perSecond: 4, burst: 3 });
    let taken = 0;
    for (let ms = 0; ms <= 10_000; ms += 10) if (bucket.take(instant(ms))) taken++;
    assert.equal(taken, 3 + 40);
  });

  it("says when the next token is there, and it is", () => {
    const bucket = new TokenBucket({ perSecond: 3, burst: 1 });
    let now = instant(0);
    for (let i = 0; i < 100; i++) {
      now = bucket.nextAt(now);
      assert.ok(bucket.take(now), `at ${now}`);
      assert.ok(!bucket.take(now));
    }
    assert.ok(now <= 99 * 334, `${now} ms`);
  });

  it("does not lose or win by a clock that stands still or runs back", () => {
    const bucket = new TokenBucket({ perSecond: 1, burst: 1 });
    assert.ok(bucket.take(instant(5000)));
    assert.ok(!bucket.take(instant(1000)));
    assert.ok(!bucket.take(instant(1500)));
    assert.ok(bucket.take(instant(2000)));
  });

  it("takes several, and gives back what was not used", () => {
    const bucket = new TokenBucket({ perSecond: 1, burst: 4 });
    assert.ok(bucket.take(instant(0), 3));
    assert.ok(!bucket.take(instant(0), 2));
    bucket.refund(9);
    assert.ok(bucket.has(instant(0), 4));
    assert.ok(!bucket.has(instant(0), 5));
  });
});
