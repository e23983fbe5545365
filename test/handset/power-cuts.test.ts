import assert from "node:assert/strict";
import { cutScenario, makeCast, type Cast } from "../../host-sim/power-cuts/power-cuts.js";
import { scenarios } from "../../host-sim/power-cuts/scenarios.js";
import { MutationSource, seed } from "../support/seed.js";

/** A few cuts of each scenario, so that they are made on XS too; test/host-sim/power-cuts has them all. */
const oneOf = 40;

describe(`power cuts, some of each scenario (seed ${seed})`, function () {
  this.timeout(120_000);
  let cast: Cast;
  before(() => {
    cast = makeCast(seed);
  });

  for (const scenario of scenarios) {
    it(`${scenario.name}: the phone starts with old or new, and can be called`, () => {
      const first = new MutationSource().below(20);
      const result = cutScenario(cast, scenario, (cutPoint) => cutPoint % oneOf === first);
      assert.deepEqual(result.failures, []);
      assert.ok(result.booted > 0 && result.booted === result.cutPoints);
    });
  }
});
