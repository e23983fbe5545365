import assert from "node:assert/strict";
import { screenLines, screenRowsMin, tableRowsOf } from "../../../host-sim/peer/screen.js";

describe("host-sim/peer/screen", () => {
  const status = ["name     tower", `problem  ${"x".repeat(50)}`];
  const peers = ["name  id", ...new Array<undefined>(40).fill(undefined).map((_, n) => `phone${n}  …a3f1`)];

  for (const rows of [screenRowsMin, 24, 60]) {
    for (const columns of [20, 40, 120]) {
      it(`fills its part of ${rows} rows of ${columns} columns exactly`, () => {
        const lines = screenLines(status, peers, { rows, columns });
        assert.equal(lines.length, tableRowsOf(rows));
        assert.ok(lines.every((line) => [...line].length <= columns));
        assert.equal(lines.at(-1), "─".repeat(columns));
      });
    }
  }

  it("shows all of a status that is wider than the terminal", () => {
    const text = screenLines(status, [], { rows: 30, columns: 40 }).join("").replaceAll(" ", "");
    assert.ok(text.includes("x".repeat(50)));
  });

  it("says how many peers there was no room for", () => {
    const lines = screenLines(status, peers, { rows: 30, columns: 80 });
    const shown = lines.filter((line) => line.startsWith("phone")).length;
    assert.ok(lines.includes(`… and ${40 - shown} more: peers`));
    assert.ok(!screenLines(status, peers.slice(0, 5), { rows: 30, columns: 80 }).join("").includes("more"));
  });
});
