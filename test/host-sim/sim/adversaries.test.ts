import assert from "node:assert/strict";
import { attackTable, runAttackSeries } from "../../../host-sim/sim/attack-series.js";
import { CheapCrypto } from "../../../host-sim/sim/cheap-crypto.js";
import { simTable } from "../../../host-sim/sim/sim-report.js";
import { Simulation } from "../../../host-sim/sim/simulation.js";
import { run, scenarioOf, shipped } from "./overlays.js";

describe("nodes that are not honest", function () {
  this.timeout(300_000);

  it("a fifth lies in every way: the honest find each other, and no rule is broken among them", () => {
    const scenario = shipped("liars", { nodes: 20, minutes: 3, switchOnSeconds: 10 });
    const simulation = new Simulation({ scenario, seed: 3, crypto: new CheapCrypto() });
    simulation.start();
    // Until an owner has looked after its first Store, one liar can hide it.
    simulation.run(60_000);
    const { lookups, failures } = simulation;
    const before = lookups.report();
    simulation.run(120_000);
    assert.deepEqual(failures.lines(), []);
    assert.equal(simulation.adversaries?.count, 4);
    assert.equal(simulation.honest.length, 16);
    assert.equal(simulation.population.living.length, 20);
    const after = lookups.report();
    const count = after.count - before.count;
    const succeeded = after.succeeded - before.succeeded;
    assert.ok(count > 100, `${count} lookups`);
    assert.ok(succeeded >= 0.99 * count, `${succeeded} of ${count} at the first attempt`);
    // They do lie: where nobody does, one question by one way is enough.
    assert.ok(after.single < 0.95 * after.succeeded, `${after.single} by one question`);
  });

  it("one attacker at one address is held off, a share of all Node-IDs is not: a row for each share", () => {
    const scenario = shipped("sybil", { nodes: 12, minutes: 2, switchOnSeconds: 10 });
    const reports = runAttackSeries({ scenario, seed: 1, crypto: "cheap" }, [20, 50], () => undefined);
    assert.deepEqual(
      reports.map(({ adversaries }) => adversaries?.count),
      [2, 6],
    );
    const found = reports.map(({ adversaries }) => adversaries?.foundPercent ?? 0);
    assert.ok(
      found.every((each) => each > 90),
      `${found.join(" ")} % found`,
    );
    assert.match(attackTable(reports, [20, 50]), /50 %.*\n/);
  });

  it("where most phones are clients, the attacker's hosts are among their peers, and names are found", () => {
    const scenario = shipped("sybil-clients", { nodes: 14, minutes: 6, switchOnSeconds: 10 });
    const { report } = run(scenario, 1, "cheap");
    assert.ok(report.roles.clients > 0, simTable(report));
    assert.ok((report.adversaries?.foundPercent ?? 0) > 90, simTable(report));
  });

  it("who crowds around a victim is among its nearest; it restarts, asks and is asked for", () => {
    const { report } = run(shipped("eclipse", { nodes: 16, minutes: 5, switchOnSeconds: 10 }), 1, "cheap");
    const victim = report.adversaries?.victim;
    assert.ok(victim !== undefined);
    assert.ok(victim.siblingsTaken <= 2, "two of an address");
    assert.ok(victim.asksFoundPercent > 90 && victim.soughtFoundPercent > 90, simTable(report));
    assert.match(simTable(report), /victim/);
  });

  it("are described in a scenario file, and faults are named", () => {
    const adversaries = { kind: "sybil", percent: 20 };
    assert.deepEqual(scenarioOf({ adversaries }).adversaries, {
      ...adversaries,
      perAddress: 1,
      fromSeconds: 0,
      crossing: "deny",
    });
    assert.throws(
      () => scenarioOf({ adversaries: { kind: "trolls", percent: 20 } }),
      /liars, sybil, eclipse, partition/,
    );
    assert.throws(() => scenarioOf({ adversaries: { kind: "liars" } }), /adversaries\.percent/);
  });

  it("has no series where there are no adversaries", () => {
    const request = { scenario: scenarioOf({}), seed: 1, crypto: "cheap" } as const;
    assert.throws(() => runAttackSeries(request, [10], () => undefined), /has no adversaries/);
  });
});
