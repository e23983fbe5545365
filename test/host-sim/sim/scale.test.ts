import assert from "node:assert/strict";
import { scaledTo, toldIn, toldOf } from "../../../host-sim/sim/scale.js";
import { Prng } from "../../../host-sim/virtual/prng.js";
import { scenarioOf, shipped } from "./overlays.js";

describe("scenarios with another number of nodes", () => {
  const churn = shipped("churn", {});

  it("up to a thousand are as they were", () => {
    assert.deepEqual(scaledTo(churn, 1000, undefined), { ...churn, nodes: 1000 });
    assert.deepEqual(scaledTo(churn, 30, 4), { ...churn, nodes: 30, minutes: 4 });
  });

  it("more have more bootstraps, more time to be switched on, and an end soon after", () => {
    const large = scaledTo(churn, 10_000, undefined);
    const { bootstraps, switchOnSeconds, minutes } = large;
    assert.deepEqual(
      { bootstraps, switchOnSeconds, minutes },
      { bootstraps: 40, switchOnSeconds: 334, minutes: 10 },
    );
    assert.equal(scaledTo(churn, 10_000, 25).minutes, 25);
    const short = scenarioOf({ minutes: 3, switchOnSeconds: 900 });
    assert.equal(scaledTo(short, 2000, undefined).minutes, 3, "never longer than the scenario says");
    assert.equal(scaledTo(short, 2000, undefined).switchOnSeconds, 900, "nor faster");
  });

  it("of many bootstraps each node is told three, others than its neighbours", () => {
    const few = ["a", "b", "c"];
    assert.deepEqual(toldOf(few, new Prng(1)), few);
    const many = Array.from({ length: 40 }, (_, i) => i);
    const told = new Set<number>();
    for (let node = 0; node < 100; node++) {
      const each = toldOf(many, new Prng(node));
      assert.equal(new Set(each).size, 3);
      for (const bootstrap of each) told.add(bootstrap);
    }
    assert.equal(told.size, 40, "all of them are told to some");
    assert.equal(toldIn(scaledTo(churn, 10_000, undefined)), 3);
    assert.equal(toldIn(churn), churn.bootstraps);
  });
});
