import assert from "node:assert/strict";
import fc from "fast-check";
import { Acquaintances } from "../../firmware/overlay/acquaintances.js";
import { seed } from "../support/seed.js";

describe(`overlay: who knows of whom (seed ${seed})`, () => {
  it("is what a set of pairs would be, for any number of rows", () => {
    const rows = fc.integer({ min: 1, max: 37 });
    const course = fc.array(fc.tuple(fc.boolean(), fc.nat(36), fc.nat(36)), { maxLength: 80 });
    fc.assert(
      fc.property(rows, course, (count, steps) => {
        const known = new Acquaintances(count);
        let pairs = new Set<string>();
        for (const [isMeeting, a, b] of steps) {
          const [who, whom] = [a % count, b % count];
          if (isMeeting) {
            known.introduce(who, whom);
            pairs.add(`${who} ${whom}`);
          } else {
            known.forget(who);
            pairs = new Set([...pairs].filter((pair) => !pair.split(" ").includes(`${who}`)));
          }
        }
        for (let who = 0; who < count; who++) {
          for (let whom = 0; whom < count; whom++) {
            assert.equal(known.knows(who, whom), pairs.has(`${who} ${whom}`), `${who} of ${whom}`);
          }
        }
      }),
      { seed },
    );
  });

  it("is no matter of both sides", () => {
    const known = new Acquaintances(32);
    known.introduce(3, 31);
    assert.ok(known.knows(3, 31) && !known.knows(31, 3) && !known.knows(3, 3));
  });
});
