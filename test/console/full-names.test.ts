import assert from "node:assert/strict";
import { render } from "../../firmware/console/render.js";
import type { RecordRow, View } from "../../firmware/console/view.js";
import { nodeId, plainStatus } from "./plain-status.js";

describe("full names on a screen", () => {
  it("prints a full name in front of the user name, never alone, however long they are", () => {
    const fullName = `Alice ${"M".repeat(42)}`;
    const name = `${"a".repeat(32)}@${"b".repeat(63)}`;
    const cut = `Alice ${"M".repeat(26)}… (${name.slice(0, 60)}…)`;
    const contacts = [
      { name: "bob", fullName: "Zoë Martin", pinnedTo: nodeId },
      { name: "zoe", fullName },
    ];
    assert.deepEqual(render({ event: "contacts", contacts }, "text"), [
      `${"name".padEnd(39)}  phone`,
      `${"Zoë Martin (bob)".padEnd(39)}  pinned to …a3f1`,
      `Alice ${"M".repeat(26)}… (zoe)  not pinned`,
    ]);
    const call = { state: "talking", name, fullName, sinceMs: 1000 };
    const lines = render({ ...plainStatus, name, fullName, call }, "text");
    assert.equal(lines[0], `name        ${cut} …a3f1`);
    assert.equal(lines[8], `call        talking ${cut}, 1 s`);
    const claims = [
      { number: 1, nodeId, heldMs: 60_000, fullName: "Zoë Martin" },
      { number: 2, nodeId: "77c0", heldMs: 1000 },
    ];
    const contested: View = { event: "contested", sentence: "Which one?", facts: { name: "zoe", claims } };
    assert.deepEqual(render(contested, "text"), [
      "Which one?",
      "  1  Zoë Martin (zoe) …a3f1, seen for 1 min",
      "  2  …77c0, seen for 1 s",
    ]);
    const kept = {
      resource: "0f".repeat(16),
      kind: "registration",
      leftMs: 1000,
      copies: 3,
      isRemoved: false,
    };
    const records: RecordRow[] = [{ name: "bob", fullName: "Zoë Martin", nodeId, ...kept }];
    assert.match(render({ event: "records", records }, "text")[1] ?? "", /^Zoë Martin \(bob\) {2}…a3f1/);
  });
});
