import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { CommandFault } from "../command-line.js";
import { buildLeaf } from "./leaf-build.js";
import { leavesOf, type Leaf } from "./leaf.js";
import { isSound, reportTables, type LeafReport } from "./leaf-report.js";
import { openSdk, type Sdk } from "./sdk.js";
import { smokeTest } from "./smoke-test.js";

/** Where the result is printed; progress goes to standard error. */
type Say = (text: string) => unknown;

interface Flags {
  readonly json?: true;
  readonly output?: string;
}

/** `muster moddable`: the manifests judged by the Moddable SDK itself, where there is one. */
export function registerModdable(program: Command, say: Say = (text) => process.stdout.write(text)): void {
  program
    .command("moddable")
    .argument("[leaf...]", "which manifests; all when none is named")
    .description(
      "resolve, type-check and link every manifest with the SDK that MODDABLE names; run the one for Linux",
    )
    .option("--json", "print what was found as JSON; progress goes to standard error")
    .option(
      "--output <folder>",
      "keep everything made there, and use it again (otherwise: a temporary folder)",
    )
    .action(async (names: readonly string[], flags: Flags) => {
      const reports = await judge(names, flags, say);
      if (reports !== undefined && !reports.every(isSound)) process.exitCode = 1;
    });
}

async function judge(
  names: readonly string[],
  flags: Flags,
  say: Say,
): Promise<readonly LeafReport[] | undefined> {
  const root = dirname(createRequire(import.meta.url).resolve("#package.json"));
  const leaves = chosen(leavesOf(root), names);
  const folder = process.env["MODDABLE"];
  if (folder === undefined || folder === "") {
    const sentence = "no Moddable SDK here: MODDABLE is not set, nothing was checked";
    say(flags.json === true ? `${JSON.stringify({ sdk: null, leaves: [] })}\n` : `${sentence}\n`);
    return undefined;
  }
  const output =
    flags.output === undefined ? mkdtempSync(join(tmpdir(), "muster-moddable-")) : resolve(flags.output);
  mkdirSync(output, { recursive: true });
  try {
    const sdk = await openSdk(root, folder, output);
    const reports: LeafReport[] = [];
    for (const leaf of leaves) reports.push(await reportOf(sdk, leaf));
    const found = { sdk: sdk.version, leaves: reports };
    say(flags.json === true ? `${JSON.stringify(found)}\n` : reportTables(sdk.version, reports));
    return reports;
  } finally {
    if (flags.output === undefined) rmSync(output, { recursive: true, force: true });
  }
}

async function reportOf(sdk: Sdk, leaf: Leaf): Promise<LeafReport> {
  process.stderr.write(`${leaf.name} …\n`);
  if (leaf.name !== "lin") return buildLeaf(sdk, leaf);
  return smokeTest(sdk, leaf);
}

function chosen(leaves: readonly Leaf[], names: readonly string[]): readonly Leaf[] {
  const known = leaves.map(({ name }) => name);
  for (const name of names) {
    if (!known.includes(name))
      throw new CommandFault("unknown-leaf", `there is no manifest "${name}"`, known);
  }
  return names.length === 0 ? leaves : leaves.filter(({ name }) => names.includes(name));
}
