import assert from "node:assert/strict";
import { attackTable, runAttackSeries } from "../../../host-sim/sim/attack-series.js";
import type { PartitionReport } from "../../../host-sim/sim/partition.js";
import type { Crossing } from "../../../host-sim/sim/scenario.js";
import { simTable } from "../../../host-sim/sim/sim-report.js";
import { run, shipped } from "./overlays.js";

/** Two islands of four or five phones, three nodes of an attacker between them; an honest phone links both at 180 s. */
function partitioned(crossing: Crossing, percent = 25): PartitionReport {
  const { adversaries, steps } = shipped("partition", {});
  assert.ok(adversaries !== undefined);
  const scenario = shipped("partition", {
    nodes: 12,
    minutes: 5,
    switchOnSeconds: 10,
    adversaries: { ...adversaries, percent, crossing },
    steps: steps.map(({ timing, action }) => ({
      timing: { ...timing, atSeconds: action.do === "bridge" ? 180 : timing.atSeconds },
      action,
    })),
  });
  const { report } = run(scenario, 1, "cheap");
  assert.deepEqual(report.failures, [], simTable(report));
  assert.match(simTable(report), /islands.*found within/);
  const { partition } = report.adversaries ?? {};
  assert.ok(partition !== undefined);
  return partition;
}

describe("an attacker who alone links two islands of an overlay (checklist S11)", function () {
  this.timeout(300_000);

  it("denies: nobody is found across and nobody can notice; one honest phone that links both ends it", () => {
    const { withinFoundPercent, acrossFoundPercent, noticedPercent, bridged } = partitioned("deny");
    assert.equal(withinFoundPercent, 100);
    assert.equal(acrossFoundPercent, 0);
    assert.equal(noticedPercent, 0, "nothing contradicts him");
    assert.ok((bridged?.acrossFoundPercent ?? 0) >= 99, "though he goes on denying");
  });

  it("swallows, or spoils what he lets through: most notice, and say so in status", () => {
    for (const crossing of ["drop", "forge"] as const) {
      const { acrossFoundPercent, noticedPercent, bridged } = partitioned(crossing);
      assert.equal(acrossFoundPercent, 0, crossing);
      assert.ok(noticedPercent >= 75, `${crossing}: ${noticedPercent} %`);
      assert.ok((bridged?.acrossFoundPercent ?? 0) >= 99, crossing);
    }
  });

  it("answers truly: so names are found across, and it is his silence that hides them", () => {
    assert.ok(partitioned("pass").acrossFoundPercent > 50);
  });

  it("is not there: nobody is found across, and nobody suspects anybody", () => {
    const { acrossFoundPercent, noticedPercent, bridged } = partitioned("pass", 0);
    assert.deepEqual([acrossFoundPercent, noticedPercent, bridged?.acrossFoundPercent], [0, 0, 100]);
  });

  it("has a row for each share of his nodes", () => {
    const scenario = shipped("partition", { nodes: 8, minutes: 3, switchOnSeconds: 5, steps: [] });
    const reports = runAttackSeries({ scenario, seed: 1, crypto: "cheap" }, [25], () => undefined);
    assert.match(attackTable(reports, [25]), /noticed by/);
  });
});
