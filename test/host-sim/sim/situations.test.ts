import assert from "node:assert/strict";
import { run, shipped } from "./overlays.js";

/** Of every situation that the overlay was made for a shipped scenario, here with few nodes. */
const situations: readonly (readonly [string, number])[] = [
  ["small-office", 6],
  ["remote-site", 8],
  ["ad-hoc-group", 6],
  ["portable-devices", 8],
];

describe("the situations that the overlay was made for", function () {
  this.timeout(120_000);

  for (const [name, nodes] of situations)
    it(`${name}, of ${nodes} nodes: every name is found that must be, and no record is lost`, () => {
      const { report } = run(shipped(name, { nodes }), 1, "cheap");
      assert.deepEqual(report.failures, []);
      assert.equal(report.records.lost, 0);
      assert.ok(report.records.stored >= nodes - 1, `${report.records.stored} records`);
      assert.ok(report.lookups.count > 5 * nodes, `${report.lookups.count} lookups`);
      assert.ok(report.lookups.found >= 0.98 * report.lookups.count, JSON.stringify(report.lookups));
    });
});
