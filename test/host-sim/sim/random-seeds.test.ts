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

  it("seeds 100153 and 102102: the only other nodes, busy once, are asked again to take a copy", () => {
    for (const from of [100_153, 102_102]) {
      const report = runRandom({ from, count: 1, crypto: "cheap" }, () => undefined);
      assert.deepEqual(report.failed, []);
    }
  });

  it("seed 104465: what a node passed on while it was filling, it may send again when it is a peer", () => {
    const report = runRandom({ from: 104_465, count: 1, crypto: "cheap" }, () => undefined);
    assert.deepEqual(report.failed, []);
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
