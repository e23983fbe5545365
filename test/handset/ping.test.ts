import assert from "node:assert/strict";
import { VirtualLab } from "../../host-sim/virtual/lab.js";
import { seed } from "../support/seed.js";

describe("handset: two phones link and ping", () => {
  it("tells the round trip to a linked phone, and that another name is not linked", () => {
    const lab = new VirtualLab({
      seed,
      path: {
        delayMeanMs: 25,
        delayMinMs: 25,
        jitterMs: 0,
        lossRatio: 0,
        duplicateRatio: 0,
        reorderRatio: 0,
      },
    });
    for (const name of ["alice", "bob"]) lab.switchOn(name);
    for (const name of ["alice", "bob"]) lab.expect(name, "registered");
    lab.type("alice", "ping bob");
    const pong = lab.expect("alice", "pong");
    assert.equal(pong["name"], "bob");
    assert.equal(pong["roundTripMs"], 50);
    lab.type("alice", "ping carol");
    assert.equal(lab.expect("alice", "refused")["sentence"], "No phone of carol is linked. See: peers");
  });
});
