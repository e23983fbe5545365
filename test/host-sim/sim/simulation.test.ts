import assert from "node:assert/strict";
import { simTable } from "../../../host-sim/sim/sim-report.js";
import { hopsSvg, overlaySvg } from "../../../host-sim/sim/pictures.js";
import { run, scenarioOf, shipped } from "./overlays.js";

describe("an overlay in virtual time", function () {
  this.timeout(120_000);

  it("runs the same way for the same seed, and another for another", () => {
    const scenario = shipped("churn", { nodes: 10, minutes: 3, switchOnSeconds: 20 });
    const of = (seed: number): string => run(scenario, seed).report.traceHash;
    assert.equal(of(3), of(3));
    assert.notEqual(of(3), of(4));
  });

  it("24 peers reach each other in one hop, and nothing is lost", () => {
    const scenario = scenarioOf({ nodes: 24, minutes: 3, lookupsPerNodeMinute: 4, lossPercent: 0 });
    const { report } = run(scenario);
    assert.deepEqual(report.failures, []);
    assert.equal(report.joined, 24);
    assert.equal(report.hops.max, 1);
    assert.deepEqual(report.records, { stored: 24, lost: 0 });
    assert.ok(report.lookups.count > 150, `${report.lookups.count} lookups`);
    assert.equal(report.lookups.found, report.lookups.count);
    // While nodes join, one that is asked may not have the record yet: the asker then asks others.
    assert.ok(report.lookups.succeeded >= 0.98 * report.lookups.count, `${report.lookups.retried} retried`);
  });

  it("split in halves, each half goes on; healed, all names resolve from everywhere", () => {
    const { report, simulation } = run(
      scenarioOf({
        nodes: 16,
        minutes: 7,
        lookupsPerNodeMinute: 1,
        lanNodes: 4,
        steps: [
          { atSeconds: 60, do: "split" },
          { atSeconds: 150, do: "resolve", withinSeconds: 20 },
          { atSeconds: 200, do: "heal" },
          { atSeconds: 360, do: "resolve", withinSeconds: 30 },
        ],
      }),
    );
    assert.deepEqual(report.failures, []);
    assert.equal(report.records.lost, 0);
    assert.ok(report.lookups.count >= 16 * 7 + 16 * 15, `${report.lookups.count} lookups`);
    assert.equal(simulation.sides.isCut, false);
  });

  it("a node comes back with all it had, or as a stranger of the same name", () => {
    const stepOf = (state: string): object => ({ atSeconds: 60, do: "crash", backAfterSeconds: 15, state });
    for (const [state, keys] of [
      ["kept", 8],
      ["lost", 9],
    ] as const) {
      const { report, simulation } = run(scenarioOf({ minutes: 3, steps: [stepOf(state)] }));
      assert.deepEqual(report.failures, []);
      assert.equal(simulation.population.living.length, 8);
      assert.equal(simulation.records.kept.length, keys, state);
      assert.ok(report.repairSeconds.count > 0, "what the dead node held was copied again");
    }
  });

  it("a clone of a key is on beside its twin, and the twin's name is found still", () => {
    const { report, simulation } = run(
      scenarioOf({ minutes: 3, steps: [{ atSeconds: 60, do: "cloneKey" }] }),
    );
    assert.equal(simulation.population.nodes.length, 9);
    const [twin] = simulation.population.nodes.slice(-1);
    assert.ok(simulation.population.nodes.some((node) => node !== twin && node.nodeId === twin?.nodeId));
    assert.ok(report.lookups.found >= 0.9 * report.lookups.count);
  });

  it("a clogged node stays in the overlay or comes back to it", () => {
    const clog = { atSeconds: 60, do: "clog", count: 1, seconds: 30 };
    const { report, simulation } = run(scenarioOf({ minutes: 4, steps: [clog] }));
    assert.equal(report.records.lost, 0);
    assert.ok(simulation.population.living.every(({ stage }) => stage === "peer"));
  });

  it("says in every output when the crypto is cheap", () => {
    const { report, simulation } = run(scenarioOf({ minutes: 1 }), 1, "cheap");
    assert.equal(report.crypto, "cheap");
    const overlay = overlaySvg(report, simulation.population.living);
    for (const output of [simTable(report), overlay, hopsSvg(report, simulation.lookups.hops.counts())])
      assert.match(output, /CHEAP crypto/);
    assert.equal(overlay.match(/<circle/g)?.length, 8);
    assert.equal(overlay.match(/<line/g)?.length, (8 * 7) / 2);
  });
});
