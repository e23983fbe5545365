import assert from "node:assert/strict";
import { allDecoders } from "../../host-sim/fuzz/decoders.js";
import { regressions } from "./regressions.js";

describe("fuzz: inputs that once broke a rule", () => {
  for (const { decoder: name, hex, verdict, what } of regressions) {
    it(`${name}: ${what}`, () => {
      const decoder = allDecoders().find((each) => each.name === name);
      assert.ok(decoder);
      assert.equal(decoder.open("1").feed(new Uint8Array(Buffer.from(hex, "hex"))), verdict);
    });
  }
});
