import assert from "node:assert/strict";
import fc from "fast-check";
import { instant } from "../../firmware/core/time.js";
import { TokenBucket } from "../../firmware/core/token-bucket.js";
import { spend } from "../../firmware/core/allowance.js";
import { seed } from "../support/seed.js";

describe(`overlay: an allowance of one number (seed ${seed})`, () => {
  it("gives what a token bucket of the same rate gives", () => {
    const rates = fc.record({
      perSecond: fc.integer({ min: 1, max: 50 }),
      burst: fc.integer({ min: 1, max: 9 }),
    });
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1, max: 3 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(rates, steps, (rate, course) => {
        const bucket = new TokenBucket(rate);
        let fullAt = 0;
        let now = 0;
        for (const [pauseMs, count] of course) {
          now += pauseMs;
          const spent = spend(rate, fullAt, instant(now), count);
          assert.equal(spent !== undefined, bucket.take(instant(now), count), `at ${now}, ${count} of them`);
          fullAt = spent ?? fullAt;
        }
      }),
      { seed },
    );
  });

  it("is full at first, empty after its burst, and full again when it says", () => {
    const rate = { perSecond: 0.5, burst: 2 };
    const one = spend(rate, 0, instant(10_000));
    assert.equal(one, 12_000);
    const two = spend(rate, one, instant(10_000));
    assert.equal(two, 14_000);
    assert.equal(spend(rate, two, instant(11_999)), undefined);
    assert.equal(spend(rate, two, instant(12_000)), 16_000);
    assert.equal(spend(rate, two, instant(14_000), 2), 18_000);
    assert.equal(spend(rate, 0, instant(14_000), 3), undefined, "more than its burst");
  });
});
