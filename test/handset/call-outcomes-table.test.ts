import assert from "node:assert/strict";
import { play } from "../../host-sim/outcomes/scenario.js";
import { scenarios } from "../../host-sim/outcomes/scenarios.js";
import { seed } from "../support/seed.js";

/** The rows of `muster outcomes`: what both people are told, what the logs say, and nothing left behind. */
describe(`every outcome of a call, the table (seed ${seed})`, function () {
  this.timeout(60_000);

  for (const group of new Set(scenarios.map((scenario) => scenario.group))) {
    describe(group, () => {
      for (const scenario of scenarios.filter((one) => one.group === group)) {
        it(scenario.title, () => assert.deepEqual(play(scenario, seed).faults, []));
      }
    });
  }

  it("has no two rows of one title", () => {
    const titles = scenarios.map(({ title }) => title);
    assert.equal(new Set(titles).size, titles.length);
  });
});
