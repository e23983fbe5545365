import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeXsProgram, projectRoot } from "../../host-sim/xs/build.js";
import { needsDebian } from "../support/debian.js";
import type { Outcome } from "./outcome.js";
import { runFiles } from "./suite-run.js";

const planted = ".cache/xs/tests/planted.test.ts";

/** Runs a planted test file on XS. */
async function outcomeOf(lines: readonly string[]): Promise<Outcome> {
  mkdirSync(join(projectRoot(), ".cache/xs/tests"), { recursive: true });
  writeFileSync(join(projectRoot(), planted), lines.join("\n"));
  try {
    return await runFiles(makeXsProgram("host"), "planted", [planted]);
  } finally {
    rmSync(join(projectRoot(), planted));
  }
}

describe("xs/suite-run", function () {
  this.timeout(600_000);
  before(function () {
    needsDebian(this, "gcc", "make", "libsodium-dev");
  });

  it("mocha's hooks run in their order, async tests are waited for, a failure has its place", async () => {
    const { passed, failures, remarks } = await outcomeOf([
      'import assert from "node:assert/strict";',
      'import { assert as insist } from "../../../firmware/core/assert.js";',
      'describe("planted", () => {',
      '  before(() => console.log("before"));',
      '  beforeEach(() => console.log("each"));',
      '  after(() => console.log("after"));',
      '  it("passes", async () => { await new Promise((resolve) => setTimeout(resolve, 5)); });',
      '  it("fails", () => {',
      "    assert.equal(1 + 1, 3);",
      "  });",
      '  it("throws inside the firmware", () => {',
      '    insist(1 > 2, "planted");',
      "  });",
      "});",
    ]);
    assert.equal(passed, 1);
    assert.deepEqual(remarks.slice(0, 5), ["before", "each", "each", "each", "after"]);
    assert.deepEqual(
      failures.map(({ file, title }) => [file, title]),
      [
        [planted, "planted fails"],
        [planted, "planted throws inside the firmware"],
      ],
    );
    assert.equal(failures[0]?.message, "2 is not 3");
    assert.match(failures[0].stack, /planted\.test\.ts:9/);
    assert.match(failures[1]?.stack ?? "", /firmware\/core\/.*\n.*planted\.test\.ts:12/s);
  });

  it("a script that XS cannot go on with is a failure that says so", async () => {
    const { failures } = await outcomeOf([
      'it("eats the stack", () => {',
      "  const deeper = (): number => 1 + deeper();",
      "  deeper();",
      "});",
    ]);
    assert.equal(failures.length, 1);
    assert.match(failures[0]?.message ?? "", /XS ended before its tests did: .*stack overflow/);
  });
});
