import assert from "node:assert/strict";
import { simTable } from "../../../host-sim/sim/sim-report.js";
import { run, scenarioOf } from "./overlays.js";

describe("a name that everybody looks up", function () {
  this.timeout(120_000);

  it("is answered by others than its holder, too, and found by all", () => {
    const seconds = 40;
    const everyMeanSeconds = 0.5;
    const { report } = run(
      scenarioOf({
        nodes: 12,
        minutes: 2,
        lookupsPerNodeMinute: 0,
        steps: [{ atSeconds: 75, do: "hotKey", seconds, everyMeanSeconds }],
      }),
    );
    assert.deepEqual(report.failures, []);
    const { hotKey } = report;
    assert.ok(hotKey !== undefined);
    const { lookups, found, mean, max, maxOverMean } = hotKey;
    assert.ok(lookups > 0.9 * 12 * (seconds / everyMeanSeconds), `${lookups} lookups`);
    assert.equal(found, lookups);
    // Of one LAN the holder has 11 neighbours, which without loans ask it each time; with them once in 30 s.
    assert.ok(mean >= 70 && max < 3 * mean, `${max} of one, ${mean} in the mean`);
    assert.equal(maxOverMean, Math.round((10 * max) / mean) / 10);
    assert.match(simTable(report), /hot name/);
  });
});
