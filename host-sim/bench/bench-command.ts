import type { Command } from "commander";
import { wholeNumber } from "../lab/lab-command.js";
import { benchTable, isOver } from "./bench-row.js";
import { chipRows, chipToolsMissing } from "./chip-rows.js";
import { measureAll } from "./measurements.js";
import { overlayRows, speedRow } from "./overlay-rows.js";
import { wearRows } from "./wear.js";

/** `muster bench`: bytes, hops, round trips on a watched wire, writes to flash, memory and instructions on a chip. */
export function registerBench(program: Command): void {
  program
    .command("bench")
    .description(
      "measure bytes, hops, writes to flash, memory and instructions, beside their budgets and RELOAD's figures",
    )
    .option("--seed <n>", "seed of the virtual labs", wholeNumber(0, 62_499), 1)
    .option("--json", "print the rows as JSON; progress goes to standard error")
    .option("--no-chip", "leave out what is measured on the emulated chip, which takes some minutes")
    .action(async (flags: { readonly seed: number; readonly json?: true; readonly chip: boolean }) => {
      const tell = (line: string): boolean => process.stderr.write(`${line}\n`);
      const rows = await measureAll(flags.seed, tell);
      tell("64 phones: a refresh, a lookup, an idle minute");
      rows.push(...overlayRows(flags.seed));
      tell("60 nodes that come and go: how fast the simulator is");
      rows.push(speedRow(flags.seed));
      tell("four phones for two virtual days: writes to flash");
      rows.push(...wearRows(flags.seed));
      const missing = flags.chip ? chipToolsMissing() : undefined;
      if (missing !== undefined) tell(missing);
      else if (flags.chip) rows.push(...(await chipRows(flags.seed, tell)));
      process.stdout.write(`${flags.json === true ? JSON.stringify(rows) : benchTable(rows)}\n`);
      for (const row of rows) if (isOver(row)) process.stderr.write(`over its budget: ${row.name}\n`);
      if (rows.some(isOver)) process.exitCode = 1;
    });
}
