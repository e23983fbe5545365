import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { makeFolder } from "../../hal/node/folder.js";
import { cloneFile } from "../clone-file.js";
import { CommandFault } from "../command-line.js";
import { wholeNumber } from "../lab/lab-command.js";
import { attackTable, runAttackSeries } from "./attack-series.js";
import { growthTable, runGrowth } from "./growth.js";
import { growthSvg, hopsSvg, overlaySvg } from "./pictures.js";
import { randomTable, runRandom } from "./random-runs.js";
import { runSimulation, type CryptoName, type SimRequest } from "./run-simulation.js";
import type { Scenario } from "./scenario.js";
import { decodeScenario } from "./scenario-decoder.js";
import { simTable } from "./sim-report.js";

interface Flags {
  readonly scenario: string;
  readonly nodes?: number;
  readonly growth?: readonly number[];
  readonly adversaries?: readonly number[];
  readonly random?: number;
  readonly from: number;
  readonly minutes?: number;
  readonly seed: number;
  readonly crypto: CryptoName;
  readonly directory?: string;
  readonly json?: true;
}

/** `muster sim`: an overlay of many nodes in virtual time. */
export function registerSim(program: Command): void {
  program
    .command("sim")
    .description("run an overlay of many nodes in virtual time, and check all they do")
    .option("--scenario <name>", `a scenario, or a file with one: ${shippedNames().join(", ")}`, "churn")
    .option("--nodes <n>", "how many nodes, in place of the scenario's", wholeNumber(1, 20_000))
    .option(
      "--growth <list>",
      "numbers of nodes, as in 10,30,100: a run for each, and hops and bytes against them",
      sizes,
    )
    .option(
      "--adversaries <list>",
      "shares in percent, as in 10,20,50: a run for each, of a scenario that has adversaries",
      shares,
    )
    .option("--random <n>", "so many small scenarios, each drawn from its seed", wholeNumber(1, 1_000_000))
    .option("--from <n>", "the first of their seeds", wholeNumber(0, 2 ** 31), 1)
    .option("--minutes <n>", "virtual minutes, in place of the scenario's", wholeNumber(1, 1440))
    .option("--seed <n>", "seed of all that happens", wholeNumber(0, 2 ** 31), 1)
    .addOption(
      new Option(
        "--crypto <name>",
        "cheap: stand-ins in place of hashes, signatures and boxes, for large overlays",
      )
        .choices(["real", "cheap"])
        .default("real"),
    )
    .option("--directory <path>", "where pictures go: overlay.svg, hops.svg, or growth.svg")
    .option("--json", "print the report as JSON; progress goes to standard error")
    .action((flags: Flags) => {
      process.exitCode = simulate(flags);
    });
}

function simulate(flags: Flags): number {
  const { seed, crypto, nodes, minutes } = flags;
  if (flags.random !== undefined) return runSeeds(flags, flags.random);
  const read = readScenario(flags.scenario);
  const scenario: Scenario = { ...read, nodes: nodes ?? read.nodes, minutes: minutes ?? read.minutes };
  const folder = flags.directory === undefined ? undefined : madeFolder(flags.directory);
  if (flags.growth !== undefined) return grow({ scenario, seed, crypto }, flags.growth, { ...flags, folder });
  if (flags.adversaries !== undefined) return attack({ scenario, seed, crypto }, flags.adversaries, flags);
  const { report, simulation } = runSimulation({ scenario, seed, crypto }, (line) =>
    process.stderr.write(`${line}\n`),
  );
  if (folder !== undefined) {
    writeFileSync(join(folder, "overlay.svg"), overlaySvg(report, simulation.population.living));
    writeFileSync(join(folder, "hops.svg"), hopsSvg(report, simulation.lookups.hops.counts()));
    process.stderr.write(`pictures: ${folder}\n`);
  }
  process.stdout.write(`${flags.json === true ? JSON.stringify(report) : simTable(report)}\n`);
  return report.failures.length === 0 ? 0 : 1;
}

function grow(
  request: SimRequest,
  growth: readonly number[],
  { json, folder }: { readonly json?: true; readonly folder: string | undefined },
): number {
  const reports = runGrowth(request, growth, (line) => process.stderr.write(`${line}\n`));
  if (folder !== undefined) {
    writeFileSync(join(folder, "growth.svg"), growthSvg(reports));
    process.stderr.write(`picture: ${folder}\n`);
  }
  process.stdout.write(`${json === true ? JSON.stringify(reports) : growthTable(reports)}\n`);
  return reports.every(({ failures }) => failures.length === 0) ? 0 : 1;
}

function runSeeds({ from, crypto, json }: Flags, count: number): number {
  const report = runRandom({ from, count, crypto }, (line) => process.stderr.write(`${line}\n`));
  process.stdout.write(`${json === true ? JSON.stringify(report) : randomTable(report)}\n`);
  return report.failed.length === 0 ? 0 : 1;
}

function attack(request: SimRequest, percents: readonly number[], { json }: Flags): number {
  const reports = runAttackSeries(request, percents, (line) => process.stderr.write(`${line}\n`));
  process.stdout.write(`${json === true ? JSON.stringify(reports) : attackTable(reports, percents)}\n`);
  return reports.every(({ failures }) => failures.length === 0) ? 0 : 1;
}

function sizes(text: string): number[] {
  return wholeNumbers(text, 20_000);
}

function shares(text: string): number[] {
  return wholeNumbers(text, 90);
}

/** Whole numbers from 1 on with commas between them. */
function wholeNumbers(text: string, most: number): number[] {
  const numbers = text.split(",").map(Number);
  if (numbers.every((each) => Number.isInteger(each) && each >= 1 && each <= most)) return numbers;
  throw new InvalidArgumentError(`whole numbers from 1 to ${most} with commas between them are wanted`);
}

/** A shipped scenario by its name, or one in a file. */
export function readScenario(nameOrFile: string): Scenario {
  const shipped = join(folderOfShipped(), `${nameOrFile}.json`);
  const file = shippedNames().includes(nameOrFile) ? shipped : nameOrFile;
  if (!existsSync(file))
    throw new CommandFault("no-scenario", `there is no scenario and no file "${nameOrFile}"`, shippedNames());
  return decodeScenario(basename(file), readFileSync(file, "utf8"));
}

/** The names of the scenarios that come with the simulator. */
export function shippedNames(): string[] {
  const files = existsSync(folderOfShipped()) ? readdirSync(folderOfShipped()) : [];
  return files.map((file) => basename(file, ".json")).sort();
}

function folderOfShipped(): string {
  return cloneFile("host-sim/sim/scenarios");
}

function madeFolder(path: string): string {
  const folder = resolve(path);
  try {
    makeFolder(folder);
  } catch (fault) {
    throw new CommandFault("cannot-write", fault instanceof Error ? fault.message : String(fault));
  }
  return folder;
}
