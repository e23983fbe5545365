import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { makeFolder } from "../../hal/node/folder.js";
import { CommandFault } from "../command-line.js";
import { attackTable, runAttackSeries } from "./attack-series.js";
import { growthTable, runGrowth } from "./growth.js";
import { growthSvg, hopsSvg, overlaySvg } from "./pictures.js";
import { randomTable, runRandom } from "./random-runs.js";
import { runSimulation, type CryptoName, type SimRequest } from "./run-simulation.js";
import { scaledTo } from "./scale.js";
import { readScenario } from "./shipped-scenarios.js";
import { simTable } from "./sim-report.js";

/** What `muster sim` was asked to do. */
export interface SimFlags {
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

/** What came of it: what is printed, as a table or as JSON, and whether something failed. */
export interface SimOutcome {
  readonly text: string;
  readonly hasFailed: boolean;
}

/** Gets a line whenever there is progress to tell. */
type Tell = (line: string) => void;

/** Runs what was asked for. Throws `CommandFault` where it cannot be done. */
export function simulate(flags: SimFlags, tell: Tell): SimOutcome {
  const { seed, crypto, nodes, minutes } = flags;
  if (flags.random !== undefined) return runSeeds(flags, flags.random, tell);
  const read = readScenario(flags.scenario);
  const scenario = scaledTo(read, nodes ?? read.nodes, minutes);
  if (flags.growth !== undefined) return grow({ scenario: read, seed, crypto }, flags, tell);
  if (flags.adversaries !== undefined) return attack({ scenario, seed, crypto }, flags, tell);
  const folder = madeFolder(flags.directory);
  const { report, simulation } = runSimulation({ scenario, seed, crypto }, tell);
  if (folder !== undefined) {
    writeFileSync(join(folder, "overlay.svg"), overlaySvg(report, simulation.population.living));
    writeFileSync(join(folder, "hops.svg"), hopsSvg(report, simulation.lookups.hops.counts()));
    tell(`pictures: ${folder}`);
  }
  return {
    text: flags.json === true ? JSON.stringify(report) : simTable(report),
    hasFailed: report.failures.length > 0,
  };
}

function grow(
  request: SimRequest,
  { growth = [], minutes, json, directory }: SimFlags,
  tell: Tell,
): SimOutcome {
  const folder = madeFolder(directory);
  const reports = runGrowth(request, { sizes: growth, minutes }, tell);
  if (folder !== undefined) {
    writeFileSync(join(folder, "growth.svg"), growthSvg(reports));
    tell(`picture: ${folder}`);
  }
  return {
    text: json === true ? JSON.stringify(reports) : growthTable(reports),
    hasFailed: reports.some(({ failures }) => failures.length > 0),
  };
}

function runSeeds({ from, crypto, json }: SimFlags, count: number, tell: Tell): SimOutcome {
  const report = runRandom({ from, count, crypto }, tell);
  return {
    text: json === true ? JSON.stringify(report) : randomTable(report),
    hasFailed: report.failed.length > 0,
  };
}

function attack(request: SimRequest, { adversaries = [], json }: SimFlags, tell: Tell): SimOutcome {
  const reports = runAttackSeries(request, adversaries, tell);
  return {
    text: json === true ? JSON.stringify(reports) : attackTable(reports, adversaries),
    hasFailed: reports.some(({ failures }) => failures.length > 0),
  };
}

function madeFolder(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const folder = resolve(path);
  try {
    makeFolder(folder);
  } catch (fault) {
    throw new CommandFault("cannot-write", fault instanceof Error ? fault.message : String(fault));
  }
  return folder;
}
