import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../bin/set-up.mjs";
import { runPackage, secondsSince } from "./package-run.mjs";

/** For a test that never ends; a slow computer takes half an hour for all of them. */
const limitMs = 40 * 60_000;

/**
 * Runs mocha with `parameters`, which may name files. It tells its counts in a file; where it does not come to that,
 * the run has failed. `isBrief`: a line for each suite, for two that run side by side.
 */
export async function runMocha({ name, parameters, isBrief = false }) {
  const started = Date.now();
  const summaryFile = join(root, `.cache/test-summary-${name.replaceAll(/\W+/g, "-")}.json`);
  rmSync(summaryFile, { force: true });
  const env = { ...process.env, MUSTER_SUMMARY: summaryFile };
  const reporter = isBrief ? ["--reporter", "test/support/brief-reporter.ts"] : [];
  const namesFiles = parameters.some((parameter) => parameter.endsWith(".ts"));
  const specs = namesFiles ? parameters : [...parameters, "test/**/*.test.ts"];
  console.log(`begins: ${name}`);
  const { status } = await runPackage(
    "mocha/bin/mocha.js",
    ["--config", "test/mocharc.json", "--forbid-only", ...reporter, ...specs],
    { limitMs, env, isShown: true },
  );
  if (!existsSync(summaryFile)) {
    console.log(`FAILED ${name}: mocha ended without a summary (status ${status})`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const { remedy, ...counts } = JSON.parse(readFileSync(summaryFile, "utf8"));
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  if (remedy !== undefined) console.log(`to run what was skipped: ${remedy}`);
  console.log(`${counts.failed === 0 ? "ok    " : "FAILED"} ${name} (${secondsSince(started)} s)`);
  return counts;
}
