import assert from "node:assert/strict";
import { instant } from "../../firmware/core/time.js";
import {
  byUrgency,
  copyTaskAfter,
  isHeldElsewhere,
  passOver,
  type CopyTask,
} from "../../firmware/overlay/copy-task.js";
import { unseated } from "../../firmware/overlay/node-table.js";
import { endpointOf } from "./puppet.js";
import { keyRingOf } from "./swarm-node.js";

const holder = unseated(instant(0), {
  link: 1,
  credential: keyRingOf("holder", "holder").credential,
  endpoint: endpointOf(1),
});

function task(copies: number, tendAt: number): CopyTask {
  const holders = [holder, holder].slice(0, copies);
  return { ...copyTaskAfter(undefined), holders, tendAt: instant(tendAt) };
}

describe("overlay: what is to be done for copies", () => {
  it("comes first where there is no other copy, then where it has waited longest", () => {
    const tasks = [task(2, 10), task(0, 40), task(1, 20), task(0, 30)];
    const order = [...tasks].sort(byUrgency).map((each) => tasks.indexOf(each));
    assert.deepEqual(order, [3, 1, 2, 0]);
  });

  it("is for another when a neighbour is busy, where there is one; two at most, and one copy is enough", () => {
    const alone = task(0, 0);
    assert.ok(!passOver(alone, holder, 3), "who is passed over among three would never be asked again");
    assert.deepEqual(alone.refusedBy, []);
    const many = task(0, 0);
    assert.deepEqual(
      [1, 2, 3].map(() => passOver(many, holder, 9)),
      [true, true, false],
    );
    assert.ok(!passOver(task(1, 0), holder, 9));
  });

  it("is safe with another when a node that stays has it", () => {
    const shared = task(1, 0);
    assert.ok(!isHeldElsewhere(task(0, 0)));
    for (const [stage, isSafe] of [
      ["peer", true],
      ["filling", true],
      ["leaving", false],
      ["client", false],
    ] as const) {
      holder.stage = stage;
      assert.equal(isHeldElsewhere(shared), isSafe, stage);
    }
  });
});
