import assert from "node:assert/strict";
import { eventMark, type TestEvent } from "./events.js";
import { outcomeOf, together } from "./outcome.js";

const line = (event: TestEvent): string => eventMark + JSON.stringify(event);
const place = { file: "test/a.test.ts", title: "a b", ms: 1 };

describe("xs/outcome", () => {
  it("counts what passed, failed and was skipped, and keeps what tests print", () => {
    const output = [
      line({ ...place, event: "pass" }),
      "  a remark",
      line({ ...place, event: "fail", message: "no", stack: "at x" }),
      line({ ...place, event: "skip" }),
      line({ ...place, ms: 7000, event: "pass" }),
      line({ event: "end" }),
      "",
    ].join("\n");
    const outcome = outcomeOf(output, "", "test/a.test.ts");
    assert.equal(outcome.passed, 2);
    assert.equal(outcome.skipped, 1);
    assert.deepEqual(outcome.failures, [{ ...place, event: "fail", message: "no", stack: "at x" }]);
    assert.deepEqual(
      outcome.slow.map(({ ms }) => ms),
      [7000],
    );
    assert.deepEqual(outcome.remarks, ["  a remark"]);
    const twice = together([outcome, outcome]);
    assert.deepEqual([twice.passed, twice.failures.length, twice.skipped], [4, 2, 2]);
  });

  it("a run that breaks off has failed, behind its last test, even in the middle of a line", () => {
    const output = `${line({ ...place, event: "pass" })}\n${eventMark}{"event":"pa`;
    const outcome = outcomeOf(output, "XS abort: memory full\n", "test/first.test.ts");
    assert.equal(outcome.passed, 1);
    assert.equal(outcome.failures[0]?.file, "test/a.test.ts");
    assert.match(outcome.failures[0].message, /memory full$/);
    assert.equal(outcomeOf("", "", "test/first.test.ts").failures[0]?.file, "test/first.test.ts");
  });
});
