import assert from "node:assert/strict";
import type { SimNode } from "../../../host-sim/sim/sim-node.js";
import { run, scenarioOf } from "./overlays.js";

describe("simulated nodes that an authority enrolls", function () {
  this.timeout(60_000);

  it("join, keep every record and find every name, also of a user who has another device", () => {
    const steps = [
      { atSeconds: 50, do: "crash", backAfterSeconds: 15, state: "lost" },
      { atSeconds: 100, do: "crash", backAfterSeconds: 15, state: "kept" },
      { atSeconds: 150, do: "whole" },
      { atSeconds: 160, do: "resolve", withinSeconds: 15 },
    ];
    const { report, simulation } = run(scenarioOf({ minutes: 3, enrolled: true, steps }), 3);
    assert.deepEqual(report.failures, []);
    assert.equal(report.records.lost, 0);
    assert.equal(report.lookups.found, report.lookups.count);
    const { nodes } = simulation.population;
    assert.deepEqual(
      serialsOf(nodes),
      nodes.map((_, at) => at + 1),
      "each has what the authority has issued for it, and one user two of them",
    );
    const owners = new Set(nodes.map(({ keyRing }) => keyRing.credential.ownerKey.join()));
    assert.equal(owners.size, 8);
  });

  it("get one place each, adversaries too, who search for theirs in an open overlay", () => {
    const adversaries = { kind: "eclipse", percent: 30 };
    const { simulation } = run(scenarioOf({ minutes: 1, enrolled: true, adversaries }), 3, "cheap");
    const { nodes } = simulation.population;
    assert.ok(nodes.some(({ malice }) => malice !== undefined));
    // Where places are searched for, dozens of keys are made for each.
    assert.equal(Math.max(...serialsOf(nodes)), nodes.length);
  });
});

function serialsOf(nodes: readonly SimNode[]): number[] {
  return nodes.map(({ keyRing }) => keyRing.credential.enrolled?.serial ?? 0);
}
