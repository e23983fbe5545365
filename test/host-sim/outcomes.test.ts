import assert from "node:assert/strict";
import { emptyProgram, runCommandLine } from "../../host-sim/command-line.js";
import { registerOutcomes, type OutcomesReport } from "../../host-sim/outcomes/outcomes-command.js";
import { play, type Scenario } from "../../host-sim/outcomes/scenario.js";
import { plainCalls } from "../../host-sim/outcomes/plain-calls.js";
import { seed } from "../support/seed.js";

/** What `muster outcomes` prints with these words. */
async function printed(...words: readonly string[]): Promise<string> {
  const before = process.stdout.write.bind(process.stdout);
  let text = "";
  const streams = { out: (): void => undefined, complain: (): void => undefined };
  const program = emptyProgram("0", streams);
  registerOutcomes(program);
  process.stdout.write = (chunk: unknown): boolean => {
    text += String(chunk);
    return true;
  };
  try {
    await runCommandLine(
      program,
      ["outcomes", "--seed", String(seed), "--only", "declined", ...words],
      streams,
    );
  } finally {
    process.stdout.write = before;
    process.exitCode = 0;
  }
  return text;
}

describe(`muster outcomes (seed ${seed})`, function () {
  this.timeout(30_000);

  it("prints the rows asked for as JSON, with the seed", async () => {
    const report = JSON.parse(await printed("--json")) as OutcomesReport;
    assert.equal(report.seed, seed);
    assert.ok(report.ok);
    const row = report.rows.find(({ title }) => title === "declined");
    assert.ok(row !== undefined);
    assert.deepEqual(row.sees["alice"], ["Calling bob.", "It rings at bob's.", "bob declined the call."]);
    assert.deepEqual(row.states, { alice: "free", bob: "free" });
    assert.deepEqual(row.logs["bob"], ["incoming: declined here"]);
  });

  it("prints a table for people", async () => {
    assert.match(await printed(), /bob declined the call\.[^]*as they should be; seed/);
  });

  it("a row that does not come out as expected says how, and is not ok", () => {
    const [first] = plainCalls;
    assert.ok(first !== undefined);
    const wrong: Scenario = {
      ...first,
      expected: { sees: { alice: ["Nothing."] }, logs: { alice: ["outgoing: busy"] } },
      losses: 1,
    };
    const { ok, faults } = play(wrong, seed);
    assert.equal(ok, false);
    assert.equal(faults.length, 3);
    assert.match(faults.join("\n"), /alice is told: Calling bob[^]*0 messages were lost, not 1/);
  });
});
