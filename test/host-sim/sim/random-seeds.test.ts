import assert from "node:assert/strict";
import { randomScenario } from "../../../host-sim/sim/random-scenario.js";
import { randomTable, runRandom } from "../../../host-sim/sim/random-runs.js";

describe("random scenarios", function () {
  this.timeout(300_000);

  it("200 seeds: no rule is broken, and all is well again once the faults have ended", () => {
    const report = runRandom({ from: 1, count: 200, crypto: "cheap" }, () => undefined);
    assert.equal(report.failed.length, 0, randomTable(report));
    assert.ok(report.lookups > 1_000, `${report.lookups} lookups`);
  });

  it("seed 1371: what a client was lent comes back when its peer has come again without memory", () => {
    const report = runRandom({ from: 1371, count: 1, crypto: "cheap" }, () => undefined);
    assert.deepEqual(report.failed, []);
  });

  it("a seed draws one scenario, and others draw others", () => {
    assert.deepEqual(randomScenario(7), randomScenario(7));
    const drawn = new Set<string>();
    for (let seed = 1; seed <= 200; seed++) {
      const { nodes, about, minutes } = randomScenario(seed);
      assert.ok(nodes >= 2 && nodes <= 10 && minutes <= 3, `seed ${seed}`);
      for (const fault of about.split(", ")) drawn.add(fault);
    }
    assert.deepEqual([...drawn].sort(), ["", "clog", "crash", "crash and loss of state", "split"]);
  });
});
