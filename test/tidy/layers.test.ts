import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { PlantedTree } from "./planted-tree.js";

interface Rule {
  readonly name: string;
}
interface Report {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly to: string; readonly rule: Rule }[];
    readonly totalCruised: number;
  };
}

const { forbidden } = createRequire(import.meta.url)("./layers.cjs") as { forbidden: readonly Rule[] };

/** A file for the other end of an import. */
const leaf = "export interface Leaf {\n  readonly size: number;\n}\nexport const leaf: number = 1;\n";
const leaves = [
  ...["core", "wire", "identity", "link", "overlay", "usage", "media", "console", "storage", "phone"].map(
    (layer) => `firmware/${layer}/leaf.ts`,
  ),
  ...["firmware/top.ts", "hal/crypto.ts", "hal/clock.ts", "hal/node/leaf.ts", "hal/moddable/leaf.ts"],
  ...["hal/portable/leaf.ts", "host-sim/leaf.ts", "test/support/leaf.ts"],
];
const value = (to: string): string => `export { leaf } from "${to}";\n`;
const type = (to: string): string => `export type { Leaf } from "${to}";\n`;

/** Imports that must be refused: from, text, and the rule that refuses. */
const refused: readonly (readonly [string, string, string])[] = [
  ["firmware/core/a.ts", type("../wire/leaf.js"), "core uses only what lies below it"],
  ["firmware/wire/a.ts", value("../identity/leaf.js"), "wire uses only what lies below it"],
  ["firmware/wire/b.ts", type("../../hal/crypto.js"), "wire uses only what lies below it"],
  ["firmware/identity/a.ts", value("../link/leaf.js"), "identity uses only what lies below it"],
  ["firmware/link/a.ts", type("../overlay/leaf.js"), "link uses only what lies below it"],
  ["firmware/link/b.ts", type("../../hal/clock.js"), "link uses only what lies below it"],
  ["firmware/link/c.ts", value("../../hal/crypto.js"), "layers take contracts as types only"],
  ["firmware/overlay/a.ts", type("../link/leaf.js"), "overlay uses only what lies below it"],
  ["firmware/usage/a.ts", type("../overlay/leaf.js"), "usage uses only what lies below it"],
  ["firmware/media/a.ts", value("../identity/leaf.js"), "media uses only what lies below it"],
  ["firmware/console/a.ts", value("../top.js"), "console uses only what lies below it"],
  ["firmware/storage/a.ts", type("../identity/leaf.js"), "storage uses only what lies below it"],
  ["firmware/phone/a.ts", value("../wire/leaf.js"), "phone uses only what lies below it"],
  ["firmware/a.ts", value("../hal/node/leaf.js"), "firmware names contracts, not what implements them"],
  ["firmware/b.ts", type("../host-sim/leaf.js"), "firmware names contracts, not what implements them"],
  ["firmware/c.ts", value("../test/support/leaf.js"), "the product never names test code"],
  ["firmware/d.ts", 'export { sign } from "tweetnacl";\n', "firmware needs no package"],
  ["firmware/core/e.ts", 'export { join } from "node:path";\n', "firmware needs no package"],
  ["hal/a.ts", type("../firmware/wire/leaf.js"), "contracts use the vocabulary of core, as types"],
  ["hal/b.ts", value("../firmware/core/leaf.js"), "contracts are interfaces only"],
  ["hal/node/a.ts", value("../../firmware/link/leaf.js"), "a platform uses contracts and core"],
  ["hal/portable/b.ts", type("../../host-sim/leaf.js"), "a platform uses contracts and core"],
  ["hal/moddable/a.ts", value("../node/leaf.js"), "platforms do not name each other, portable code excepted"],
  ["hal/moddable/b.ts", value("usb"), "a device has its own modules, and no others"],
  ["hal/portable/a.ts", 'export { join } from "node:path";\n', "portable code knows no Node"],
  ["host-sim/a.ts", value("../test/support/leaf.js"), "the product never names test code"],
  [
    "host-sim/b.ts",
    'export { assert } from "fast-check";\n',
    "the product lives on dependencies, not on development packages",
  ],
  ["host-sim/return.ts", value("./turn.js"), "nothing imports itself by a detour"],
  ["host-sim/c.ts", value("./nowhere.js"), "every import leads somewhere"],
];

/** Imports that the layers are made for. */
const allowed: readonly (readonly [string, string])[] = [
  ["firmware/wire/good.ts", value("../core/leaf.js")],
  ["firmware/identity/good.ts", value("../wire/leaf.js") + type("../../hal/crypto.js")],
  ["firmware/link/good.ts", value("../identity/leaf.js") + type("../../hal/crypto.js")],
  ["firmware/overlay/good.ts", value("../identity/leaf.js") + value("../wire/leaf.js")],
  ["firmware/usage/sip/good.ts", value("../../wire/leaf.js") + type("../../../hal/crypto.js")],
  ["firmware/media/good.ts", value("../wire/leaf.js")],
  ["firmware/phone/good.ts", value("../core/leaf.js")],
  ["firmware/good.ts", value("./overlay/leaf.js") + type("../hal/clock.js")],
  ["hal/good.ts", type("../firmware/core/leaf.js") + type("./clock.js")],
  ["hal/node/good.ts", value("../portable/leaf.js") + value("../../firmware/core/leaf.js")],
  ["hal/portable/good.ts", 'export { sign } from "tweetnacl";\n'],
  ["host-sim/good.ts", value("../firmware/top.js") + value("../hal/node/leaf.js")],
  ["test/good.test.ts", value("../host-sim/leaf.js") + 'export { assert } from "fast-check";\n'],
];

describe("tidy/layers", () => {
  let tree: PlantedTree;
  let report: Report;

  before(() => {
    tree = new PlantedTree({
      ...Object.fromEntries(leaves.map((path) => [path, leaf])),
      ...Object.fromEntries(refused.map(([path, text]) => [path, text])),
      ...Object.fromEntries(allowed),
      // The other half of a circle, which is reported once.
      "host-sim/turn.ts": value("./return.js"),
      // A circle of which one half is a type is none when the code runs.
      "host-sim/table.ts": value("./row.js"),
      "host-sim/row.ts": type("./table.js"),
    });
    const folders = ["firmware", "hal", "host-sim", "test"];
    const parameters = ["--config", "test/tidy/layers.cjs", "--output-type", "json", ...folders];
    report = JSON.parse(tree.run("dependency-cruiser/bin/dependency-cruise.mjs", ...parameters)) as Report;
  });
  after(() => tree.remove());

  for (const [path, text, rule] of refused) {
    it(`${path}: ${text.trim()} is refused, as ${rule}`, () => {
      const rules = report.summary.violations
        .filter(({ from }) => from === path)
        .map((found) => found.rule.name);
      assert.ok(rules.includes(rule), `found: ${rules.join("; ") || "nothing"}`);
    });
  }

  it("no import that the layers are made for is refused", () => {
    const bad = new Set(refused.map(([path]) => path));
    assert.deepEqual(
      report.summary.violations.filter(({ from }) => !bad.has(from)),
      [],
    );
    assert.ok(report.summary.totalCruised >= leaves.length + refused.length + allowed.length);
  });

  it("each rule is seen to refuse something", () => {
    const seen = new Set(refused.map(([, , rule]) => rule));
    assert.deepEqual(
      forbidden.map(({ name }) => name).filter((name) => !seen.has(name)),
      [],
    );
  });
});
