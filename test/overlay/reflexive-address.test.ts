import assert from "node:assert/strict";
import type { Endpoint } from "../../firmware/core/endpoint.js";
import { ReflexiveAddress } from "../../firmware/overlay/reflexive-address.js";

const at = (port: number): Endpoint => ({ address: "203.0.113.1", port });

/** What is known after these views, each of a node with the port it saw. */
function known(...views: readonly (readonly [string, number])[]): readonly [number | undefined, boolean] {
  const reflexive = new ReflexiveAddress();
  for (const [by, port] of views) reflexive.note(by, at(port));
  return [reflexive.agreed?.port, reflexive.isHidden];
}

describe("overlay: how a node is seen from outside", () => {
  it("is so where two have seen it; one may say what it will", () => {
    assert.deepEqual(known(["a", 1]), [undefined, false]);
    assert.deepEqual(known(["a", 1], ["a", 1], ["a", 1]), [undefined, false]);
    assert.deepEqual(known(["a", 1], ["b", 1]), [1, false]);
    assert.deepEqual(known(["a", 1], ["liar", 7], ["b", 1]), [1, false]);
    assert.deepEqual(known(["a", 1], ["b", 1], ["liar", 7], ["liar", 8]), [1, false]);
  });

  it("is hidden where the last three have all seen something else", () => {
    assert.deepEqual(known(["a", 1], ["b", 2]), [undefined, false]);
    assert.deepEqual(known(["a", 1], ["b", 2], ["c", 3]), [undefined, true]);
    assert.deepEqual(known(["a", 1], ["b", 2], ["c", 3], ["d", 3]), [3, false]);
  });

  it("follows a NAT that has begun anew", () => {
    assert.deepEqual(known(["a", 1], ["b", 1], ["c", 1], ["d", 5], ["e", 5]), [5, false]);
    assert.deepEqual(known(["a", 1], ["b", 1], ["b", 5], ["a", 5]), [5, false]);
  });

  it("says whether there is anything new", () => {
    const reflexive = new ReflexiveAddress();
    assert.deepEqual(
      [
        reflexive.note("a", at(1)),
        reflexive.note("a", at(1)),
        reflexive.note("a", at(2)),
        reflexive.latest?.port,
      ],
      [true, false, true, 2],
    );
  });
});
