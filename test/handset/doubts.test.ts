import assert from "node:assert/strict";
import { doubtsOf } from "../../firmware/doubts.js";

describe("what status says of peers that seem to lie", () => {
  it("nothing while nobody does, else how many, and who is not said", () => {
    assert.deepEqual(doubtsOf({ counts: {} }), []);
    assert.deepEqual(doubtsOf({ counts: { suspects: 0 } }), []);
    assert.match(doubtsOf({ counts: { suspects: 1 } }).join(), /^One peer seems to lie/);
    assert.match(doubtsOf({ counts: { suspects: 3 } }).join(), /^3 peers seem to lie/);
  });
});
