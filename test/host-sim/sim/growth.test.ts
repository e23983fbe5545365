import assert from "node:assert/strict";
import { growthTable, halfLog, runGrowth } from "../../../host-sim/sim/growth.js";
import { growthSvg } from "../../../host-sim/sim/pictures.js";
import { scenarioOf } from "./overlays.js";

describe("hops and bytes against the number of nodes", function () {
  this.timeout(60_000);

  it("a run for each size, a row and a point for each", () => {
    const lines: string[] = [];
    const scenario = scenarioOf({ minutes: 3, switchOnSeconds: 5, lookupsPerNodeMinute: 4 });
    const reports = runGrowth({ scenario, seed: 1, crypto: "cheap" }, { sizes: [2, 6] }, (line) =>
      lines.push(line),
    );
    assert.deepEqual(
      reports.map(({ nodes }) => nodes),
      [2, 6],
    );
    assert.equal(lines.length, 6);
    assert.match(lines[3] ?? "", /^6 nodes: minute 1 of 3: 6 on/);
    const table = growthTable(reports);
    assert.match(table, /CHEAP crypto/);
    assert.ok(table.includes(halfLog(6).toFixed(2)));
    const picture = growthSvg(reports);
    assert.equal(picture.match(/<polyline/g)?.length, 4);
    assert.match(picture, /mean hops/);
  });
});
