import assert from "node:assert/strict";
import { textRules } from "./text-rules.js";
import { repositoryFiles, type SourceFile } from "./tree.js";

/** For each rule a file that breaks it and one, as close as it gets, that does not. */
const planted: Readonly<Record<string, { readonly bad: SourceFile; readonly good: SourceFile }>> = {
  "no file of code is longer than 300 lines": {
    bad: { path: "firmware/core/long.ts", text: "a();\n".repeat(301) },
    good: { path: "firmware/core/long.ts", text: "a();\n".repeat(300) },
  },
  "no line of code is wider than 120 columns": {
    bad: { path: "hal/wide.ts", text: `// ${"x".repeat(118)}\n` },
    good: { path: "hal/wide.ts", text: `// ${"µ".repeat(117)}\n` },
  },
  "a name says what is inside": {
    bad: { path: "host-sim/lab/time-utils.ts", text: "" },
    good: { path: "host-sim/lab/utility.ts", text: "" },
  },
  "names are in kebab-case": {
    bad: { path: "firmware/core/nodeId.ts", text: "" },
    good: { path: "firmware/core/node-id.test.ts", text: "" },
  },
  "no licence header: LICENSE speaks for all": {
    bad: { path: "firmware/core/a.ts", text: "// Copyright 2026 somebody\n" },
    good: { path: "firmware/core/a.ts", text: "// What it is for.\n" },
  },
  "what is left to do stands in an issue or a README": {
    bad: { path: "firmware/core/a.ts", text: ["// TO", "DO: bound it\n"].join("") },
    good: { path: "firmware/core/a.ts", text: "// bounded by limits.ts\n" },
  },
  "no test is switched off or singled out": {
    bad: { path: "test/core/a.test.ts", text: ["describe.", 'only("a", () => {});\n'].join("") },
    good: { path: "test/core/a.test.ts", text: 'describe("only a", () => {});\n' },
  },
  "a rule of lint or types is put aside only with a reason": {
    bad: { path: "hal/a.ts", text: ["// eslint-", "disable-next-line complexity\n"].join("") },
    good: {
      path: "hal/a.ts",
      text: ["// eslint-", "disable-next-line complexity -- a table of 40 cases\n"].join(""),
    },
  },
  "text is Unix text": {
    bad: { path: "README.md", text: "one\r\n" },
    good: { path: "README.md", text: "one\n" },
  },
};

describe("tidy/text", () => {
  const files = repositoryFiles(
    /^(firmware|hal|host-sim|test|bin|manifests)\/.*\.(ts|mts|mjs|cjs|js|cddl|md)$|^[^/]*\.md$/,
  );

  for (const [name, rule] of Object.entries(textRules)) {
    it(name, () => {
      const problems = files.flatMap((file) => rule(file).map((problem) => `${file.path}: ${problem}`));
      assert.deepEqual(problems, []);
    });

    it(`${name}: a planted file is found, its neighbour is not`, () => {
      const pair = planted[name];
      assert.ok(pair !== undefined, "each rule has its planted pair");
      assert.notDeepEqual(rule(pair.bad), []);
      assert.deepEqual(rule(pair.good), []);
    });
  }

  it("looks at the whole tree", () => {
    for (const folder of ["firmware/core/", "hal/node/", "host-sim/", "test/wire/", "bin/"]) {
      assert.ok(
        files.some((file) => file.path.startsWith(folder)),
        `${folder} was not read`,
      );
    }
  });
});
