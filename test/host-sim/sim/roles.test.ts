import assert from "node:assert/strict";
import { run, scenarioOf, shipped } from "./overlays.js";

describe("clients and peers in virtual time", function () {
  this.timeout(240_000);

  it("phones alone become clients of hosts that appear, and peers when these die: nobody is cut off for long", () => {
    const { report, simulation } = run(
      shipped("phones-only", {
        nodes: 10,
        minutes: 9,
        lookupsPerNodeMinute: 0,
        steps: [
          { timing: once(60), action: { do: "add", size: "host", count: 2 } },
          {
            timing: once(420),
            action: {
              do: "crash",
              victims: { count: 2, size: "host" },
              backAfterSeconds: undefined,
              state: "kept",
            },
          },
          { timing: once(450), action: { do: "resolve", names: "all", withinSeconds: 20 } },
          { timing: once(530), action: { do: "whole" } },
        ],
      }),
    );
    assert.deepEqual(report.failures, []);
    assert.equal(report.roles.changes, 20, "each phone became a client once, and a peer again");
    assert.deepEqual([report.roles.peers, report.roles.clients], [10, 0]);
    assert.ok(report.unreachableSeconds.count > 0, "somebody was cut off when the hosts died");
    assert.ok(report.unreachableSeconds.max <= 15, `${report.unreachableSeconds.max} s`);
    assert.deepEqual([report.lookups.count, report.lookups.found], [110, 110], "the names of the hosts, too");
    for (const phone of simulation.population.living)
      assert.equal(phone.describe()?.role, "hosts-lost", phone.name);
  });

  it("a tenth hosts, a fifth phones that are peers: the rest are clients, and stay it", () => {
    const { report } = run(
      scenarioOf({ nodes: 20, minutes: 4, lowPeersPercent: 20, lookupsPerNodeMinute: 4, lossPercent: 1 }),
    );
    assert.deepEqual(report.failures, []);
    const { roles, lookups, bytesPerNodePerMinute: bytes } = report;
    assert.deepEqual([roles.peers, roles.clients, roles.changes], [8, 12, 0]);
    assert.ok(lookups.count > 200 && lookups.succeeded >= 0.99 * lookups.count, JSON.stringify(lookups));
    assert.ok((bytes.client ?? 0) < (bytes.lowPeer ?? 0) / 2, JSON.stringify(bytes));
  });

  it("phones switched on together are peers, and nobody changes his role", () => {
    const { report } = run(shipped("switch-on-50", { nodes: 16, minutes: 3, steps: [] }));
    assert.deepEqual([report.roles.peers, report.roles.clients, report.roles.changes], [16, 0, 0]);
    assert.equal(report.roles.changesPerNodeHour, 0);
  });
});

function once(atSeconds: number): { atSeconds: number; times: number; everySeconds: number } {
  return { atSeconds, times: 1, everySeconds: 0 };
}
