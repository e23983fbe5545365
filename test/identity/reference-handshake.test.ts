import assert from "node:assert/strict";
import { goldenCases } from "./golden-cases.js";
import { goldenFile } from "./golden.js";

describe("reference of the handshake", () => {
  it("computes what the file of vectors holds", () => {
    assert.deepEqual(goldenFile().cases, goldenCases());
  });
});
