import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeXsProgram, projectRoot, xsCache } from "../../host-sim/xs/build.js";
import { moduleMap, moduleMapText } from "../../host-sim/xs/module-map.js";
import { bundle, ofDevice } from "./bundle.js";
import { outcomeOf, together, type Failure, type Outcome } from "./outcome.js";
import { placed } from "./places.js";
import { suiteFolders, suitesOnXs } from "./suites.js";

/** Two, where nothing else is running. */
const atOnce = Number(process.env["MUSTER_XS_AT_ONCE"] ?? 2);
const folderLimitMs = 10 * 60_000;

/** What `runOnXs` found. */
export interface XsRun extends Outcome {
  readonly files: number;
  readonly seconds: number;
}

/** Folders with the most to do first, so that none of them is left over at the end. */
const longestFirst = ["handset", "overlay", "media", "wire", "usage", "link"];

/**
 * Runs the mocha suites of the firmware and of hal/moddable on the XS host, from a compiled bundle for each folder, two
 * at a time: those whose path contains one of `wanted`, or all. `tell` gets what tests print, and failures as they come
 * up. Throws an Error with a sentence where XS cannot be built.
 */
export async function runOnXs(wanted: readonly string[], tell: (line: string) => void): Promise<XsRun> {
  const started = Date.now();
  const files = suitesOnXs().filter(
    (file) => wanted.length === 0 || wanted.some((part) => file.includes(part)),
  );
  const rank = (folder: string): number => (longestFirst.indexOf(folder.split("/")[1] ?? "") + 7) % 7;
  const folders = [...suiteFolders].sort((a, b) => rank(a) - rank(b));
  const host = makeXsProgram("host");
  const outcomes: Outcome[] = [];
  const work = async (): Promise<void> => {
    for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
      const inFolder = folder;
      const group = files.filter((file) => file.startsWith(inFolder));
      if (group.length === 0) continue;
      const outcome = await runFiles(host, folder.slice("test/".length, -1).replaceAll("/", "-"), group);
      for (const line of outcome.remarks) tell(line);
      for (const failure of outcome.failures) tell(failureText(failure));
      outcomes.push(outcome);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { ...together(outcomes), files: files.length, seconds: Math.round((Date.now() - started) / 1000) };
}

/** Runs some test files in one script on a built host; `name` is that of the script in the cache. */
export async function runFiles(host: string, name: string, files: readonly string[]): Promise<Outcome> {
  const { script, map } = await bundle(files);
  const folder = join(xsCache(), "tests");
  const path = join(folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${path}.js`, script);
  writeFileSync(`${path}.map`, deviceMap());
  const { output, complaint } = await runScript(host, path);
  const outcome = outcomeOf(output, complaint, files[0] ?? name);
  const failures = outcome.failures.map((each) => ({ ...each, stack: placed(each.stack, map) }));
  return { ...outcome, failures };
}

/** The modules of the device that bundles import: natives, and the host's own. */
function deviceMap(): string {
  const modules = moduleMap({ root: projectRoot() }).filter(({ specifier }) => ofDevice.test(specifier));
  return moduleMapText(modules.map((module) => ({ ...module, preload: false })));
}

/** The limit is for a test that never ends: nothing else would stop it. */
async function runScript(host: string, path: string): Promise<{ output: string; complaint: string }> {
  const child = spawn(host, ["--map", `${path}.map`, "--script", `${path}.js`], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: Buffer[] = [];
  const complaint: Buffer[] = [];
  child.stdout.on("data", (bytes: Buffer) => output.push(bytes));
  child.stderr.on("data", (bytes: Buffer) => complaint.push(bytes));
  const limit = setTimeout(() => {
    complaint.push(Buffer.from(`stopped after ${folderLimitMs / 60_000} minutes`));
    child.kill("SIGKILL");
  }, folderLimitMs);
  await new Promise((resolve) => child.on("close", resolve));
  clearTimeout(limit);
  return { output: Buffer.concat(output).toString(), complaint: Buffer.concat(complaint).toString() };
}

function failureText({ file, title, message, stack }: Failure): string {
  const calls = stack === "" ? "" : `\n    ${stack.replaceAll("\n", "\n    ")}`;
  return `FAILED on XS ${file}: ${title}\n    ${message}${calls}`;
}
