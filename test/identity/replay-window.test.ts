import assert from "node:assert/strict";
import fc from "fast-check";
import { ReplayWindow } from "../../firmware/identity/replay-window.js";
import { seeded } from "../support/seed.js";

/** What the window should do, by keeping everything. */
class WindowModel {
  readonly #seen = new Set<number>();
  highest = -1;

  accepts(counter: number): boolean {
    return counter > this.highest - 64 && !this.#seen.has(counter);
  }

  note(counter: number): boolean {
    const newest = counter > this.highest;
    this.#seen.add(counter);
    this.highest = Math.max(this.highest, counter);
    return newest;
  }
}

/** Steps from the highest counter: mostly near, some far, some behind the window. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -70, max: 5 }) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 70 }) },
  { weight: 1, arbitrary: fc.constantFrom(31, 32, 33, 63, 64, 65, 1000, 40_000) },
);

describe("replay window", () => {
  it("does what the naive set does", () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 100, maxLength: 300 }), (steps) => {
        const window = new ReplayWindow();
        const model = new WindowModel();
        for (const by of steps) {
          const counter = Math.max(0, model.highest + by);
          const accepts = window.accepts(counter);
          assert.equal(accepts, model.accepts(counter));
          if (!accepts) refused++;
          else assert.equal(window.note(counter), model.note(counter));
          assert.equal(window.highest, model.highest);
        }
      }),
      seeded(200),
    );
    assert.ok(refused > 1000, "replays and frames behind the window were among them");
  });

  it("restores a counter from 16 bits while it is less than 2^15 from the one expected", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.nat({ max: 200_000 }), fc.integer({ min: 2 ** 32 - 70_000, max: 2 ** 40 })),
        fc.integer({ min: -32_767, max: 32_767 }),
        (highest, distance) => {
          const window = new ReplayWindow();
          window.note(highest);
          const counter = highest + 1 + distance;
          if (counter < 0) return;
          assert.equal(window.restore(counter % 0x10000), counter);
        },
      ),
      seeded(3000),
    );
  });

  it("restores no negative counter", () => {
    const window = new ReplayWindow();
    assert.equal(window.restore(0), 0);
    assert.equal(window.restore(0xffff), 0xffff);
    window.note(3);
    for (let low = 0; low < 0x10000; low += 251) assert.ok(window.restore(low) >= 0);
  });

  it("a counter that was only asked for stays acceptable", () => {
    const window = new ReplayWindow();
    assert.ok(window.accepts(1000));
    assert.ok(window.accepts(0));
    assert.equal(window.highest, -1);
  });
});
