import type { Command } from "commander";
import { wholeNumber } from "../lab/lab-command.js";
import { marked, textTable } from "../table.js";
import { play, type Row } from "./scenario.js";
import { scenarios } from "./scenarios.js";

interface Flags {
  readonly seed: number;
  readonly only?: string;
  readonly json?: true;
}

/** What the whole table came to: the form of `--json`. */
export interface OutcomesReport {
  readonly ok: boolean;
  readonly seed: number;
  readonly rows: readonly Row[];
}

const defaultSeed = 20_261_121;

/** `muster outcomes`: what becomes of a call, whatever happens. */
export function registerOutcomes(program: Command): void {
  program
    .command("outcomes")
    .description(
      "play every outcome of a call between whole handsets, in virtual time, and print what people are told",
    )
    .option(
      "--seed <n>",
      "seed of the network's chance; printed in the report",
      wholeNumber(0, 2 ** 31),
      defaultSeed,
    )
    .option("--only <text>", "only the rows whose group or title has this text in it")
    .option("--json", "print the report as JSON; progress goes to standard error")
    .action((flags: Flags) => {
      process.exitCode = runOutcomes(flags);
    });
}

function runOutcomes({ seed, only = "", json }: Flags): number {
  const rows: Row[] = [];
  for (const scenario of scenarios) {
    if (!`${scenario.group}: ${scenario.title}`.includes(only)) continue;
    process.stderr.write(`${scenario.group}: ${scenario.title}\n`);
    rows.push(play(scenario, seed));
  }
  const report: OutcomesReport = { ok: rows.every(({ ok }) => ok), seed, rows };
  process.stdout.write(`${json === true ? JSON.stringify(report) : outcomesTable(report)}\n`);
  return report.ok ? 0 : 1;
}

/** The table for people: for each phone what its person was told, and how the call stands in its log. */
function outcomesTable({ rows, seed }: OutcomesReport): string {
  const lines = rows.flatMap((row) =>
    Object.keys(row.sees).map((name, i) => [
      i === 0 ? `${row.group}:\n${row.title}` : "",
      name,
      row.sees[name]?.join("\n") ?? "",
      row.logs[name]?.join("\n") ?? "",
      i === 0 ? marked(row.ok ? "ok" : row.faults.join("\n"), row.ok ? "met" : "missed") : "",
    ]),
  );
  const good = rows.filter(({ ok }) => ok).length;
  const table = textTable(["what happens", "at", "the person is told", "log", ""], lines);
  return `${table}\n${good} of ${rows.length} as they should be; seed ${seed}`;
}
