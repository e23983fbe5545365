import assert from "node:assert/strict";
import { capacityOf } from "../../firmware/capacity.js";
import { phoneLimits, phoneOverlay } from "../../firmware/core/limits.js";
import { VirtualLab } from "../../host-sim/virtual/lab.js";

const chipBytes = 96 * 1024;

describe("handset/capacity", () => {
  it("a phone whose memory nothing bounds is as large as phones are", () => {
    assert.deepEqual(capacityOf(undefined), { links: phoneLimits, overlay: phoneOverlay });
    assert.deepEqual(capacityOf(1024 * 1024), { links: phoneLimits, overlay: phoneOverlay });
  });

  it("less memory means fewer links, each table within the same bound, and never so few that none is found", () => {
    for (const [arenaBytes, rows] of [
      [40_000, 6],
      [chipBytes, 7],
      [128 * 1024, 16],
      [192 * 1024, 32],
    ] as const) {
      const { links, overlay } = capacityOf(arenaBytes);
      assert.equal(links.rows, rows);
      assert.equal(overlay.neighbours, rows);
      assert.ok(links.knownCredentials <= phoneLimits.knownCredentials && overlay.credentials >= rows);
    }
  });

  it("fourteen phones with seven links each register, and any calls any", () => {
    const lab = new VirtualLab({ seed: "capacity" });
    const names = Array.from({ length: 14 }, (_, n) => `phone${n}`);
    for (const name of names) lab.switchOn(name, { arenaBytes: chipBytes });
    for (const name of names) lab.expect(name, "registered", 60_000);
    lab.run(30_000);
    for (const name of names) assert.ok(linksOf(lab, name) <= 7, `${name} keeps to its rows`);
    for (const [caller, callee] of [
      ["phone0", "phone13"],
      ["phone5", "phone9"],
      ["phone12", "phone1"],
    ] as const) {
      lab.forget(callee);
      lab.type(caller, `call ${callee}`);
      lab.expect(callee, "incoming", 10_000);
      lab.type(caller, "hangup");
      lab.run(5000);
    }
  });
});

function linksOf(lab: VirtualLab, name: string): number {
  lab.forget(name);
  lab.type(name, "peers");
  return (lab.expect(name, "peers", 1000)["peers"] as unknown[]).length;
}
