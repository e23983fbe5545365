/**
 * Runs the mocha suites of the firmware and of hal/moddable on XS. The last line counts, as that of `npm test` does;
 * with --json it is an object instead.
 *
 *     npx tsx test/xs/run.ts [--json] [part of a test file's path]...
 */
import { absentFiles } from "./absent.js";
import { roundsShare } from "./bundle.js";
import { runOnXs, type XsRun } from "./suite-run.js";

const parameters = process.argv.slice(2);
const json = parameters.includes("--json");
const run = await runOnXs(
  parameters.filter((each) => each !== "--json"),
  (line) => {
    if (json) console.error(line);
    else console.log(line);
  },
);
if (json) console.log(JSON.stringify(jsonOf(run)));
else tell(run);
process.exitCode = run.failures.length > 0 || run.skipped > 0 ? 1 : 0;

function tell({ files, seconds, slow, passed, skipped, failures }: XsRun): void {
  for (const { file, title, ms } of slow) console.log(`slow: ${(ms / 1000).toFixed(1)} s ${file}: ${title}`);
  for (const { file, names, reason } of absentFiles) console.log(`not on XS: ${file}: ${reason} (${names})`);
  console.log(`on XS, long random tests go round ${100 * roundsShare} % as often as on Node`);
  console.log(`on XS: ${files} files, ${absentFiles.length} absent, ${seconds} s`);
  console.log(`${passed} passed, ${failures.length} failed, ${skipped} skipped`);
}

function jsonOf({ files, seconds, passed, skipped, failures }: XsRun): object {
  return {
    passed,
    failed: failures.length,
    skipped,
    files,
    seconds,
    roundsShare,
    absent: absentFiles,
    failures,
  };
}
