import assert from "node:assert/strict";
import { declaredNames, linkWarnings } from "../../../host-sim/moddable/link-warning.js";
import { root } from "../../tidy/tree.js";

describe("warnings of the linker", () => {
  const modules = new Map([
    ["settingTable", "firmware/console/setting"],
    ["harmful", "firmware/console/printable"],
  ]);

  it("are counted by what they are about, and named by the module that declares it", () => {
    const output = [
      "### warning: main: default() Handset() settingEntry() settingTable[3].form.choices: not frozen",
      "### warning: main: default() Handset() settingEntry() settingTable[4]: not frozen",
      "### warning: main: default() parseCommand() printable() harmful: not frozen",
      "### 12 instances, 3 keys, 2 colors, 0 holes",
    ].join("\n");
    assert.deepEqual(linkWarnings(output, modules), [
      { module: "firmware/console/setting", name: "settingTable", kind: "not frozen", count: 2 },
      { module: "firmware/console/printable", name: "harmful", kind: "not frozen", count: 1 },
    ]);
  });

  it("keep the linker's own words where no module of ours declares the name", () => {
    const [warning] = linkWarnings("### warning: embedded:io/adc: state: no const\n", modules);
    assert.deepEqual(warning, { module: "embedded:io/adc", name: "state", kind: "no const", count: 1 });
  });

  it("find constants of our sources", () => {
    const names = declaredNames(root.replace(/\/$/, ""));
    assert.equal(names.get("commandTable"), "firmware/console/command");
  });
});
