/**
 * What `npm test`, `npm run check` and `npm run lint` run: set-up, then the checks, two at a time, then mocha.
 * Needs no package itself, so that it can be the first command in a clone. The last line counts checks and tests.
 *
 *     node test/run.mjs [check | lint | mocha's arguments]
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root, setUpOrExit } from "../bin/set-up.mjs";

const sources = "{firmware,hal,host-sim,manifests,test,bin}/**/*.{ts,js,mjs,cjs}";
/** With natives in it, `@ "xs_..."`, which is no JavaScript but to xsc; and scripts that test such modules. */
const nativeScripts = ["!hal/moddable/native/*.js", "!host-sim/xs/device/*.js", "!test/host-sim/xs/**/*.js"];
const folders = ["firmware", "hal", "host-sim", "manifests", "test", "bin"];
const stepLimitMs = 5 * 60_000;
const testLimitMs = 17 * 60_000;
const atOnce = 2;

/** Name, program of a package, its arguments. */
const lint = [
  [
    "lint",
    "eslint/bin/eslint.js",
    ["-c", "test/tidy/eslint.config.js", "--max-warnings=0", ...cached(), "."],
  ],
  [
    "format",
    "prettier/bin/prettier.cjs",
    ["--check", "--log-level=warn", sources, ...nativeScripts, "*.json", "!package-lock.json"],
  ],
];
const checks = [
  ...lint,
  ["types of what runs on the phone", "typescript/bin/tsc", ["-p", "firmware", "--noEmit"]],
  ["types of everything", "typescript/bin/tsc", ["-p", "."]],
  [
    "dependency rule",
    "dependency-cruiser/bin/dependency-cruise.mjs",
    ["--config", "test/tidy/layers.cjs", ...folders],
  ],
  ["dead code", "knip/bin/knip.js", ["--no-progress", "--no-config-hints"]],
];

const [what, ...rest] = process.argv.slice(2);
await setUpOrExit({ build: what !== "check" && what !== "lint" });
mkdirSync(join(root, ".cache"), { recursive: true });

const running = new Set();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stop(signal));

const counts = { passed: 0, failed: 0, skipped: 0 };
if (what === "check" || what === undefined) await runChecks(checks);
if (what === "lint") await runChecks(lint);
if (what !== "check" && what !== "lint") await runTests(what === undefined ? [] : [what, ...rest]);
if (what === undefined) await runTestsOnXs();

const refusesSkips = process.env.MUSTER_REFUSE_SKIPS === "1" && counts.skipped > 0;
if (refusesSkips) console.log("here every test has what it needs: a skipped test is a failure");
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 || refusesSkips ? 1 : 0;

function cached() {
  return ["--cache", "--cache-strategy", "content", "--cache-location", ".cache/eslint"];
}

async function runChecks(steps) {
  const left = [...steps];
  const work = async () => {
    for (let step = left.shift(); step !== undefined; step = left.shift()) await runCheck(step);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

async function runCheck([name, program, parameters]) {
  const started = Date.now();
  const { status, output } = await runPackage(program, parameters, { limitMs: stepLimitMs });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const passed = status === 0;
  counts[passed ? "passed" : "failed"] += 1;
  console.log(`${passed ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (!passed) console.log(output.trimEnd());
}

/** Mocha tells its counts in a file; where it does not come to that, the run has failed. */
async function runTests(parameters) {
  const summaryFile = join(root, ".cache/test-summary.json");
  rmSync(summaryFile, { force: true });
  const env = { ...process.env, MUSTER_SUMMARY: summaryFile };
  const namesFiles = parameters.some((parameter) => parameter.endsWith(".ts"));
  const specs = namesFiles ? parameters : [...parameters, "test/**/*.test.ts"];
  const ended = await runPackage(
    "mocha/bin/mocha.js",
    ["--config", "test/mocharc.json", "--forbid-only", ...specs],
    { limitMs: testLimitMs, env, shown: true },
  );
  if (!existsSync(summaryFile)) {
    console.log(`FAILED mocha ended without a summary (status ${ended.status})`);
    counts.failed += 1;
    return;
  }
  const summary = JSON.parse(readFileSync(summaryFile, "utf8"));
  for (const key of Object.keys(counts)) counts[key] += summary[key];
  if (ended.status !== 0 && summary.failed === 0) counts.failed += 1;
  if (summary.remedy !== undefined) console.log(`to run what was skipped: ${summary.remedy}`);
}

/** The same tests once more, on the engine of the boards. What it says while it runs goes to standard error. */
async function runTestsOnXs() {
  console.log("the firmware's tests on the XS engine; some minutes");
  const { status, output } = await runPackage("tsx/dist/cli.mjs", ["test/xs/run.ts", "--json"], {
    limitMs: testLimitMs,
  });
  const last = output.trimEnd().split("\n").at(-1) ?? "";
  const missing = /cannot be compiled without (.*); on Debian: (.*)/.exec(output);
  if (missing !== null) {
    console.log(`skipped: the tests on XS need ${missing[1]}; to run them: ${missing[2]}`);
    counts.skipped += 1;
    return;
  }
  if (!last.startsWith("{")) {
    console.log(`FAILED the tests on XS ended without a summary (status ${status})\n${output.trimEnd()}`);
    counts.failed += 1;
    return;
  }
  const summary = JSON.parse(last);
  for (const key of Object.keys(counts)) counts[key] += summary[key];
  if (summary.failed > 0) console.log(output.trimEnd().split("\n").slice(0, -1).join("\n"));
  for (const { file, names, reason } of summary.absent)
    console.log(`not on XS: ${file}: ${reason} (${names})`);
  console.log(
    `on Node and on XS: ${summary.passed} of these tests, in ${summary.files} files (${summary.seconds} s)`,
  );
}

/**
 * Runs a package's program under this Node, to its end or to its limit; its output is kept, or shown as it comes.
 * Each is a process group of its own, so that ending one ends what it started too.
 */
function runPackage(program, parameters, { limitMs, env = process.env, shown = false }) {
  return new Promise((resolve) => {
    const stdio = ["ignore", shown ? "inherit" : "pipe", shown ? "inherit" : "pipe"];
    const command = [join(root, "node_modules", program), ...parameters];
    const child = spawn(process.execPath, command, { cwd: root, env, stdio, detached: true });
    running.add(child);
    let output = "";
    let complaint = "";
    const limit = setTimeout(() => {
      complaint = `\nstopped: took longer than ${limitMs / 1000} s`;
      if (shown) console.log(complaint);
      endGroup(child);
    }, limitMs);
    child.stdout?.on("data", (text) => (output += text));
    child.stderr?.on("data", (text) => (output += text));
    child.on("close", (status) => {
      clearTimeout(limit);
      running.delete(child);
      resolve({ status, output: output + complaint });
    });
  });
}

function stop(signal) {
  for (const child of running) endGroup(child);
  console.log(`stopped by ${signal}`);
  process.exit(1);
}

function endGroup(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
