import assert from "node:assert/strict";
import { capacityOf } from "../../firmware/capacity.js";
import { guestRows, phoneLimits, phoneOverlay } from "../../firmware/core/limits.js";
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
      [chipBytes, 6],
      [112 * 1024, 7],
      [128 * 1024, 12],
      [204 * 1024, 32],
    ] as const) {
      const { links, overlay } = capacityOf(arenaBytes);
      assert.equal(links.rows, rows + guestRows);
      assert.equal(overlay.neighbours, rows);
      assert.ok(links.knownCredentials <= phoneLimits.knownCredentials && overlay.credentials >= rows);
    }
  });

  it("fourteen phones with six neighbours each register, and any talks with any over a guest's link", () => {
    const lab = new VirtualLab({ seed: "capacity" });
    const names = Array.from({ length: 14 }, (_, n) => `phone${n}`);
    for (const name of names) lab.switchOn(name, { arenaBytes: chipBytes });
    for (const name of names) lab.expect(name, "registered", 60_000);
    lab.run(30_000);
    for (const name of names)
      assert.ok(peersOf(lab, name).length <= 6 + guestRows, `${name} keeps to its rows`);
    let unlinked = 0;
    for (const [caller, callee] of [
      ["phone0", "phone13"],
      ["phone5", "phone9"],
      ["phone12", "phone1"],
    ] as const) {
      if (!peersOf(lab, caller).some(({ name }) => name === callee)) unlinked++;
      lab.forget(caller);
      lab.forget(callee);
      lab.type(caller, `call ${callee}`);
      lab.expect(callee, "incoming", 10_000);
      lab.run(30_000);
      lab.type(callee, "answer");
      lab.expect(caller, "talking", 5000);
      lab.run(30_000);
      assert.equal(relation(lab, caller, callee), "call", "a link is not left while a call is on it");
      lab.type(caller, "hangup");
      assert.equal(lab.expect(callee, "ended", 5000)["outcome"], "talked");
      lab.run(20_000);
      assert.notEqual(relation(lab, caller, callee), "guest", "a guest that says nothing is left");
    }
    assert.ok(unlinked > 0, "some of them were no neighbours");
  });
});

interface Peer {
  readonly name: string;
  readonly relation: string;
}

function peersOf(lab: VirtualLab, name: string): readonly Peer[] {
  lab.forget(name);
  lab.type(name, "peers");
  return lab.expect(name, "peers", 1000)["peers"] as Peer[];
}

function relation(lab: VirtualLab, from: string, to: string): string | undefined {
  return peersOf(lab, from).find(({ name }) => name === to)?.relation;
}
