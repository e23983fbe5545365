import assert from "node:assert/strict";
import { imageOf } from "../../../host-sim/moddable/image.js";

describe("figures of a linked image", () => {
  const source = [
    "#define mxAliasCount 397",
    "#define mxHeapCount 29605",
    "static const txU1 gxCode1[429];",
    "static void xsHostModule4(xsMachine* the);",
    "static const txU1 gxCode24[332];",
    "static const txU1 gxCode24[332] = {",
  ].join("\n");

  it("come from what the linker says and from the C it writes", () => {
    const output = "# xsl modules\n### 5636 instances, 3860 keys, 242 colors, 0 holes\n";
    assert.deepEqual(imageOf(output, source, []), {
      instances: 5636,
      keys: 3860,
      romSlots: 29605,
      byteCodeBytes: 429 + 332,
      aliases: 397,
      warnings: [],
    });
  });

  it("are no numbers where the linker said nothing: a table would show it", () => {
    const { instances, romSlots } = imageOf("", "", []);
    assert.ok(Number.isNaN(instances) && Number.isNaN(romSlots));
  });
});
