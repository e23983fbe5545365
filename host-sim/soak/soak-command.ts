import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Option, type Command } from "commander";
import { makeFolder } from "../../hal/node/folder.js";
import { CommandFault } from "../command-line.js";
import { wholeNumber } from "../lab/lab-command.js";
import { curveSvg } from "./heap-curve.js";
import { boardArenaBytes } from "../xs/board-arena.js";
import { runSoak } from "./run-soak.js";
import { soakTable } from "./soak-report.js";

interface Flags {
  readonly hours: number;
  readonly phones: number;
  readonly seed: number;
  readonly engine: "node" | "xs";
  readonly arena: number;
  readonly directory?: string;
  readonly json?: true;
}

/** `muster soak`: phones for hours of virtual time, and an account of all they hold. */
export function registerSoak(program: Command): void {
  program
    .command("soak")
    .description("let phones live for hours in virtual time, and account for all they hold")
    .option("--hours <n>", "virtual hours", wholeNumber(1, 1000), 24)
    .option("--phones <n>", "how many phones, 4 to 16", wholeNumber(4, 16), 8)
    .option("--seed <n>", "seed of all that happens", wholeNumber(0, 2 ** 31), 1)
    .addOption(
      new Option("--engine <name>", "what runs the first phone; the others run in Node")
        .choices(["node", "xs"])
        .default("node"),
    )
    .option("--arena <kb>", "memory of the phone on XS, KB", wholeNumber(64, 1024), boardArenaBytes / 1024)
    .option("--directory <path>", "where state and the curve (heap.svg) go; without it a temporary folder")
    .option("--json", "print the report as JSON; progress goes to standard error")
    .action((flags: Flags) => {
      process.exitCode = soak(flags);
    });
}

function soak(flags: Flags): number {
  const { hours, phones, seed, engine, arena } = flags;
  const folder = resolve(flags.directory ?? join(tmpdir(), `muster-soak-${process.pid}`));
  try {
    makeFolder(folder);
  } catch (fault) {
    throw new CommandFault("cannot-write", fault instanceof Error ? fault.message : String(fault));
  }
  const report = runSoak({ hours, phones, seed, folder, engine, arenaBytes: 1024 * arena }, (line) =>
    process.stderr.write(`${line}\n`),
  );
  writeFileSync(join(folder, "heap.svg"), curveSvg(`heap, seed ${seed}, ${engine}`, report.heap.curve));
  process.stderr.write(`the curve: ${join(folder, "heap.svg")}\n`);
  process.stdout.write(`${flags.json === true ? JSON.stringify(report) : soakTable(report)}\n`);
  return report.ok ? 0 : 1;
}
