import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A line of test/debian-packages.txt: a package, and the program, Python module or file that shows it is there. */
export interface DebianPackage {
  readonly name: string;
  readonly proof: "command" | "python" | "file";
  readonly subject: string;
}

const listFile = new URL("../debian-packages.txt", import.meta.url);
const skippedFor = new Set<string>();
const skippedBecause = new Set<string>();

/**
 * Says that a test needs Debian packages, which test/debian-packages.txt must list. Without them the test is
 * skipped, and the run ends with the line that installs them; under .ci/run it fails instead: there, nothing
 * may be left out.
 */
export function needsDebian(context: Mocha.Context, ...names: readonly string[]): void {
  const missing = missingPackages(names, debianPackages(readFileSync(listFile, "utf8")));
  if (missing.length === 0) return;
  if (process.env["MUSTER_REFUSE_SKIPS"] === "1") throw new Error(`missing: ${aptGetLine(missing)}`);
  for (const name of missing) skippedFor.add(name);
  context.skip();
}

/**
 * Leaves a test out that this machine cannot run, for a reason no package mends; the run ends with the reason. Under
 * .ci/run it fails instead.
 */
export function cannotRun(context: Mocha.Context, reason: string): void {
  if (process.env["MUSTER_REFUSE_SKIPS"] === "1") throw new Error(reason);
  skippedBecause.add(reason);
  context.skip();
}

/** What a person types to have the skipped tests run too, or why they cannot; `undefined` when none was skipped so. */
export function remedyForSkipped(): string | undefined {
  const lines = skippedFor.size === 0 ? [] : [aptGetLine([...skippedFor].sort())];
  lines.push(...skippedBecause);
  return lines.length === 0 ? undefined : lines.join("; ");
}

/** Which of `names` are not there. */
export function missingPackages(names: readonly string[], listed: readonly DebianPackage[]): string[] {
  return names.filter((name) => {
    const found = listed.find((each) => each.name === name);
    if (found === undefined) throw new Error(`${name} is not in test/debian-packages.txt`);
    return !isThere(found);
  });
}

/** What the list says; a line of another form is an error. */
export function debianPackages(list: string): DebianPackage[] {
  const lines = list.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.map((line) => {
    const [name, proof, subject, ...reason] = line.split(/\s+/);
    const known = proof === "command" || proof === "python" || proof === "file";
    if (name === undefined || subject === undefined || !known || reason.length === 0) {
      throw new Error(`"${line}" is not: package, command, python or file, its subject, what for`);
    }
    return { name, proof, subject };
  });
}

function aptGetLine(names: readonly string[]): string {
  return `sudo apt-get update && sudo apt-get install -y ${names.join(" ")}`;
}

/** Debian's own Python has its modules, whatever `python3` comes first on the PATH. */
function isThere({ proof, subject }: DebianPackage): boolean {
  if (proof === "file") return existsSync(subject);
  if (proof === "python") return spawnSync("/usr/bin/python3", ["-c", `import ${subject}`]).status === 0;
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => isExecutable(join(folder, subject)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
