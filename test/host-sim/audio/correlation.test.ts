import assert from "node:assert/strict";
import { bestLagNear, crossCorrelation } from "../../../host-sim/audio/correlation.js";
import { Prng } from "../../../host-sim/virtual/prng.js";
import { seed } from "../../support/seed.js";

function noise(random: Prng, length: number): Int16Array {
  return Int16Array.from({ length }, () => random.below(20001) - 10000);
}

describe("host-sim/audio/correlation", () => {
  it("gives the sums that the definition gives, for any two lengths", () => {
    const random = new Prng(`${seed}/correlation`);
    for (let run = 0; run < 20; run++) {
      const sent = noise(random, 1 + random.below(60));
      const heard = noise(random, 1 + random.below(60));
      const fast = crossCorrelation(sent, heard);
      assert.equal(fast.length, sent.length + heard.length - 1);
      fast.forEach((value, index) => {
        const lag = index - (sent.length - 1);
        let sum = 0;
        for (let i = 0; i < sent.length; i++) sum += (sent[i] ?? 0) * (heard[i + lag] ?? 0);
        assert.ok(Math.abs(value - sum) < 1, `lag ${lag}: ${value} for ${sum}`);
      });
    }
  });

  it("finds a shift near a known place, and of equal ones the nearest", () => {
    const random = new Prng(`${seed}/near`);
    const sent = noise(random, 500);
    const heard = new Int16Array(1000);
    heard.set(sent, 137);
    assert.equal(bestLagNear({ sent, heard }, { from: 100, to: 400 }, 120, 40), 137);
    assert.equal(bestLagNear({ sent, heard: new Int16Array(1000) }, { from: 100, to: 400 }, 120, 40), 120);
  });
});
