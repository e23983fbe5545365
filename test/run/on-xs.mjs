import { runPackage } from "./package-run.mjs";

const limitMs = 40 * 60_000;

/** The firmware's tests once more, on the engine of the boards, in one process: beside it others are running. */
export async function runOnXs() {
  const name = "the firmware's tests on the XS engine";
  console.log(`begins: ${name}`);
  const env = { ...process.env, MUSTER_XS_AT_ONCE: "1" };
  const { status, output } = await runPackage("tsx/dist/cli.mjs", ["test/xs/run.ts", "--json"], {
    limitMs,
    env,
  });
  const last = output.trimEnd().split("\n").at(-1) ?? "";
  const missing = /cannot be compiled without (.*); on Debian: (.*)/.exec(output);
  if (missing !== null) {
    console.log(`skipped: the tests on XS need ${missing[1]}; to run them: ${missing[2]}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  if (!last.startsWith("{")) {
    console.log(`FAILED the tests on XS ended without a summary (status ${status})\n${output.trimEnd()}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const { passed, failed, skipped, files, seconds, absent } = JSON.parse(last);
  if (failed > 0) console.log(output.trimEnd().split("\n").slice(0, -1).join("\n"));
  for (const { file, names, reason } of absent) console.log(`not on XS: ${file}: ${reason} (${names})`);
  console.log(`on Node and on XS: ${passed} of these tests, in ${files} files (${seconds} s)`);
  return { passed, failed, skipped };
}
