import assert from "node:assert/strict";
import { demotionsAtOnceMax } from "../../firmware/core/limits.js";
import { nodeId, type NodeId } from "../../firmware/core/node-id.js";
import { instant } from "../../firmware/core/time.js";
import { RoleAdmission } from "../../firmware/overlay/role-admission.js";

describe("overlay: which peers may become clients", () => {
  it("four at a time, the next when one of them has become one", () => {
    const admission = new RoleAdmission();
    for (let n = 0; n < demotionsAtOnceMax; n++) assert.ok(admission.grants(instant(n), id(n), 10));
    assert.ok(!admission.grants(instant(10), id(9), 10));
    assert.ok(admission.grants(instant(10), id(2), 10), "who asks again is not counted twice");
    admission.handleEnded(id(2));
    assert.ok(admission.grants(instant(10), id(9), 10));
    assert.ok(!admission.grants(instant(11), id(8), 10));
  });

  it("no more than there is room for", () => {
    const admission = new RoleAdmission();
    assert.ok(!admission.grants(instant(0), id(1), 0));
    assert.ok(admission.grants(instant(0), id(1), 1));
    assert.ok(!admission.grants(instant(0), id(2), 1));
  });

  it("who is not heard of again makes room after half a minute", () => {
    const admission = new RoleAdmission();
    for (let n = 0; n < demotionsAtOnceMax; n++) assert.ok(admission.grants(instant(0), id(n), 10));
    assert.ok(!admission.grants(instant(29_999), id(9), 10));
    assert.ok(admission.grants(instant(30_000), id(9), 10));
  });
});

function id(first: number): NodeId {
  const bytes = new Uint8Array(16);
  bytes[0] = first;
  return nodeId(bytes);
}
