import type { Command } from "commander";
import { wholeNumber } from "../lab/lab-command.js";
import { markOf, marked, textTable } from "../table.js";
import { flipEverything, type FlipResult } from "./flips.js";
import { cutInMedia, type MediaResult } from "./media.js";
import { cutScenario, makeCast, writesOf, type ScenarioResult } from "./power-cuts.js";
import { scenarios } from "./scenarios.js";

/** One row: a scenario, with the whole phone, and with its writes alone. */
interface ScenarioRow extends ScenarioResult {
  readonly media: MediaResult;
}

/** What `muster power-cuts --json` prints. */
interface Report {
  readonly ok: boolean;
  readonly seed: number;
  readonly scenarios: readonly ScenarioRow[];
  readonly flips: readonly FlipResult[];
}

/** `muster power-cuts`: the power fails at every write of a phone; then everything stored is flipped and cut. */
export function registerPowerCuts(program: Command): void {
  program
    .command("power-cuts")
    .description(
      "cut the power of a phone at every write of every scenario, flip all it has stored, and start it again",
    )
    .option(
      "--seed <n>",
      "seed of the virtual labs and of what is left of a torn write",
      wholeNumber(0, 62_499),
      1,
    )
    .option("--json", "print the result as JSON; progress goes to standard error")
    .action((flags: { readonly seed: number; readonly json?: true }) => {
      const report = examine(flags.seed, (line) => process.stderr.write(`${line}\n`));
      process.stdout.write(`${flags.json === true ? JSON.stringify(report) : reportText(report)}\n`);
      if (!report.ok) process.exitCode = 1;
    });
}

function examine(seed: number, tell: (line: string) => void): Report {
  tell("phones make their keys");
  const cast = makeCast(seed);
  const rows = scenarios.map((scenario): ScenarioRow => {
    tell(scenario.name);
    return { ...cutScenario(cast, scenario), media: cutInMedia(writesOf(cast, scenario)) };
  });
  const flips = flipEverything(cast, 1, tell);
  const ok = [...rows, ...rows.map(({ media }) => media), ...flips].every(
    ({ failures }) => failures.length === 0,
  );
  return { ok, seed, scenarios: rows, flips };
}

function reportText({ scenarios: rows, flips }: Report): string {
  const failures = [...rows, ...rows.map(({ media }) => media), ...flips].flatMap(
    (result) => result.failures,
  );
  return [scenarioTable(rows), flipTable(flips), ...failures].join("\n");
}

function scenarioTable(rows: readonly ScenarioRow[]): string {
  const figures = rows.map(figuresOf);
  const sums = figures.reduce((sum, row) => sum.map((value, column) => value + (row[column] ?? 0)));
  return textTable(
    ["scenario", "writes", "cut points", "booted", "damage told", "torn bytes", "disk calls", "NVS steps"],
    [...figures, sums].map((row, at) => {
      const [writes, cuts, booted, ...others] = row;
      const mark = markOf(cuts === booted);
      return [
        rows[at]?.name ?? "all",
        `${writes}`,
        `${cuts}`,
        marked(`${booted}`, mark),
        ...others.map(String),
      ];
    }),
  );
}

function figuresOf({ writes, cutPoints, booted, reported, media }: ScenarioRow): number[] {
  return [writes, cutPoints, booted, reported, media.bytes, media.disk, media.flash];
}

function flipTable(results: readonly FlipResult[]): string {
  return textTable(
    ["stored", "bytes", "bits flipped", "cut at", "noticed", "starts", "booted"],
    results.map(({ item, bytes, flips, cuts, noticed, starts, booted }) => [
      ...[item, String(bytes), String(flips), String(cuts)],
      ...[marked(String(noticed), markOf(noticed === flips + cuts)), String(starts)],
      marked(String(booted), markOf(booted === starts)),
    ]),
  );
}
