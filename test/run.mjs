/**
 * What `npm test`, `npm run check` and `npm run lint` run: set-up, then the checks, then the tests. The last line
 * counts checks and tests. Needs no package itself, so that it can be the first command in a clone.
 *
 *     node test/run.mjs [check | lint | mocha's arguments]
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { root, setUpOrExit } from "../bin/set-up.mjs";
import { checks, lint, runCheck } from "./run/checks.mjs";
import { shares } from "./run/shares.mjs";
import { runOnXs } from "./run/on-xs.mjs";
import { runMocha } from "./run/on-node.mjs";

/** One for each core of the smallest computer this runs on. */
const atOnce = 2;

const [what, ...rest] = process.argv.slice(2);
await setUpOrExit({ build: what !== "check" && what !== "lint" });
mkdirSync(join(root, ".cache"), { recursive: true });

const counts = { passed: 0, failed: 0, skipped: 0 };
if (what === "check" || what === undefined) await sideBySide(checks.map((check) => () => runCheck(check)));
else if (what === "lint") await sideBySide(lint.map((check) => () => runCheck(check)));
else count(await runMocha({ name: "tests", parameters: [what, ...rest] }));
if (what === undefined) await runAll();

const refusesSkips = process.env.MUSTER_REFUSE_SKIPS === "1" && counts.skipped > 0;
if (refusesSkips) console.log("here every test has what it needs: a skipped test is a failure");
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 || refusesSkips ? 1 : 0;

/** What runs in virtual time keeps both cores busy; what runs in real time, with speech, has them to itself. */
async function runAll() {
  const { virtual, live } = shares();
  await sideBySide([() => runOnXs(), ...virtual.map((share) => () => runMocha({ ...share, isBrief: true }))]);
  for (const share of live) count(await runMocha(share));
}

async function sideBySide(steps) {
  const left = [...steps];
  const work = async () => {
    for (let step = left.shift(); step !== undefined; step = left.shift()) count(await step());
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

function count(result) {
  for (const key of Object.keys(counts)) counts[key] += result[key];
}
