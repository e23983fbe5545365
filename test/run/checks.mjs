import { runPackage, secondsSince } from "./package-run.mjs";

const sources = "{firmware,hal,host-sim,manifests,test,bin}/**/*.{ts,js,mjs,cjs}";
/** With natives in it, `@ "xs_..."`, which is no JavaScript but to xsc; and scripts that test such modules. */
const nativeScripts = ["!hal/moddable/native/*.js", "!host-sim/xs/device/*.js", "!test/host-sim/xs/**/*.js"];
const folders = ["firmware", "hal", "host-sim", "manifests", "test", "bin"];
const cached = ["--cache", "--cache-strategy", "content", "--cache-location", ".cache/eslint"];
const limitMs = 15 * 60_000;

/** Name, program of a package, its arguments. */
export const lint = [
  ["lint", "eslint/bin/eslint.js", ["-c", "test/tidy/eslint.config.js", "--max-warnings=0", ...cached, "."]],
  [
    "format",
    "prettier/bin/prettier.cjs",
    ["--check", "--log-level=warn", sources, ...nativeScripts, "*.json", "!package-lock.json"],
  ],
];

export const checks = [
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

/** A check counts as one test. */
export async function runCheck([name, program, parameters]) {
  const started = Date.now();
  const { status, output } = await runPackage(program, parameters, { limitMs });
  const passed = status === 0;
  console.log(`${passed ? "ok    " : "FAILED"} ${name} (${secondsSince(started)} s)`);
  if (!passed) console.log(output.trimEnd());
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}
