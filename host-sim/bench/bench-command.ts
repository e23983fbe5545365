import type { Command } from "commander";
import { wholeNumber } from "../lab/lab-command.js";
import { benchTable, isOver } from "./bench-row.js";
import { measureAll } from "./measurements.js";

/** `muster bench`: bytes, hops and round trips of the firmware on a watched wire, beside their budgets. */
export function registerBench(program: Command): void {
  program
    .command("bench")
    .description("measure bytes on the wire, hops and round trips, beside their budgets and RELOAD's figures")
    .option("--seed <n>", "seed of the virtual labs", wholeNumber(0, 62_499), 1)
    .option("--json", "print the rows as JSON; progress goes to standard error")
    .action(async (flags: { readonly seed: number; readonly json?: true }) => {
      const rows = await measureAll(flags.seed, (line) => process.stderr.write(`${line}\n`));
      process.stdout.write(`${flags.json === true ? JSON.stringify(rows) : benchTable(rows)}\n`);
      for (const row of rows) if (isOver(row)) process.stderr.write(`over its budget: ${row.name}\n`);
      if (rows.some(isOver)) process.exitCode = 1;
    });
}
