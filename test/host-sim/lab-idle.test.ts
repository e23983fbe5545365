import assert from "node:assert/strict";
import { measureIdle } from "../../host-sim/lab/idle.js";
import { seed } from "../support/seed.js";

/** What an idle client may cost, sent and received, bytes of UDP payload a minute (design §8). */
const idleBytesMax = 1000;

describe(`an idle minute on a LAN, in virtual time (seed ${seed})`, () => {
  for (const [phones, hosts] of [
    [4, 2],
    [8, 2],
    [4, 3],
  ] as const)
    it(`${phones} clients of ${hosts} host peers cost ${idleBytesMax} B each at most, but not nothing`, () => {
      const bytes = measureIdle(phones, seed, hosts);
      assert.ok(bytes <= idleBytesMax && bytes > idleBytesMax / 4, `${bytes} B`);
    });
});
