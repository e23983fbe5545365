import assert from "node:assert/strict";
import { Prng } from "../../../host-sim/virtual/prng.js";

describe("Prng", function () {
  this.timeout(20_000);
  it("gives the same numbers for the same seed, others for another", () => {
    const draw = (seed: number | string): number[] => {
      const prng = new Prng(seed);
      return Array.from({ length: 50 }, () => prng.uint32());
    };
    assert.deepEqual(draw(7), draw("7"));
    assert.notDeepEqual(draw(7), draw(8));
    assert.deepEqual(draw(1).slice(0, 2), draw(1).slice(0, 2));
  });

  it("gives this sequence for seed 1: a change of the generator invalidates every recorded seed", () => {
    const prng = new Prng(1);
    assert.deepEqual([prng.uint32(), prng.uint32(), prng.uint32()], [1322085210, 3448142222, 3302266490]);
  });

  it("forks by label, whatever was drawn before", () => {
    const fresh = new Prng("run");
    const used = new Prng("run");
    for (let i = 0; i < 100; i++) used.uint32();
    assert.equal(fresh.fork("radio").uint32(), used.fork("radio").uint32());
    assert.notEqual(fresh.fork("radio").uint32(), fresh.fork("radi").uint32());
    assert.notEqual(fresh.fork("a").fork("b").uint32(), fresh.fork("b").fork("a").uint32());
  });

  it("draws evenly: chi-square of 20,000 draws in 16 boxes stays below 45 (p < 10^-4) for 20 seeds", () => {
    for (let seed = 0; seed < 20; seed++) {
      const prng = new Prng(seed);
      const boxes = new Array<number>(16).fill(0);
      for (let i = 0; i < 20_000; i++) {
        const box = prng.below(16);
        boxes[box] = (boxes[box] ?? 0) + 1;
      }
      const chiSquare = boxes.reduce((sum, count) => sum + (count - 1250) ** 2 / 1250, 0);
      assert.ok(chiSquare < 45, `seed ${seed}: ${chiSquare}`);
    }
  });

  it("meets a chance, and draws nothing for 0 and 1", () => {
    const prng = new Prng("chance");
    let hits = 0;
    for (let i = 0; i < 100_000; i++) if (prng.chance(0.01)) hits++;
    assert.ok(hits > 850 && hits < 1150, `${hits}`);
    const [a, b] = [new Prng(3), new Prng(3)];
    assert.equal(a.chance(0), false);
    assert.equal(a.chance(1), true);
    assert.equal(a.uint32(), b.uint32());
  });

  it("keeps bounds, fills any length, shuffles without loss", () => {
    const prng = new Prng("bounds");
    const seen = new Set<number>();
    for (let i = 0; i < 1000; i++) seen.add(prng.between(-2, 2));
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      [-2, -1, 0, 1, 2],
    );
    assert.ok(prng.below(0x1_0000_0000) < 0x1_0000_0000);
    for (const length of [0, 1, 3, 4, 5, 33]) assert.equal(prng.fill(new Uint8Array(length)).length, length);
    const items = Array.from({ length: 40 }, (_, i) => i);
    const shuffled = prng.shuffle(items);
    assert.notDeepEqual(shuffled, items);
    assert.deepEqual(
      shuffled.sort((a, b) => a - b),
      items,
    );
    assert.throws(() => prng.pick([]));
  });
});
