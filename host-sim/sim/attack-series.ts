import { CommandFault } from "../command-line.js";
import { textTable } from "../table.js";
import type { PartitionReport } from "./partition.js";
import { runSimulation, type SimRequest } from "./run-simulation.js";
import { cryptoLabel, type SimReport } from "./sim-report.js";

/** Runs a scenario with one share of adversaries after another; `tell` gets the lines of each run. */
export function runAttackSeries(
  request: SimRequest,
  percents: readonly number[],
  tell: (line: string) => void,
): SimReport[] {
  const { adversaries } = request.scenario;
  if (adversaries === undefined)
    throw new CommandFault("bad-scenario", `"${request.scenario.name}" has no adversaries`);
  return percents.map((percent) => {
    const scenario = { ...request.scenario, adversaries: { ...adversaries, percent } };
    return runSimulation({ ...request, scenario }, (line) => tell(`${percent} %: ${line}`)).report;
  });
}

/** What each share of adversaries achieves, for people. */
export function attackTable(reports: readonly SimReport[], percents: readonly number[]): string {
  const rows = reports.map(({ lookups, adversaries, failures }, at) => {
    const { victim, partition } = adversaries ?? {};
    return [
      `${percents[at] ?? 0} %`,
      lookups.count === 0 ? "none" : `${((100 * lookups.succeeded) / lookups.count).toFixed(1)} %`,
      `${adversaries?.foundPercent ?? 100} %`,
      `${adversaries?.hiddenPercent ?? 0} %`,
      ...(victim === undefined
        ? []
        : [
            `${victim.siblingsTaken} of 8`,
            `${victim.linksTakenPercent} %`,
            `${victim.asksFoundPercent} %`,
            `${victim.soughtFoundPercent} %`,
          ]),
      ...(partition === undefined ? [] : partitionCells(partition)),
      String(failures.length),
    ];
  });
  const [first] = reports;
  const ofVictim = ["victim's siblings", "its links", "it finds", "it is found"];
  const ofPartition = ["within", "across", "noticed by", "across, bridged"];
  const head = [
    "adversaries",
    "found at once",
    "found in the end",
    "names hidden",
    ...(first?.adversaries?.victim === undefined ? [] : ofVictim),
    ...(first?.adversaries?.partition === undefined ? [] : ofPartition),
    "failures",
  ];
  const label =
    first === undefined
      ? ""
      : `${first.scenario}, ${first.nodes} nodes, seed ${first.seed}, ${cryptoLabel(first.crypto)}`;
  const failed = reports.flatMap(({ failures }, at) =>
    failures.map((text) => `FAILED ${percents[at] ?? 0} %: ${text}`),
  );
  return [label, textTable(head, rows), ...failed].join("\n");
}

function partitionCells(report: PartitionReport): string[] {
  const { withinFoundPercent, acrossFoundPercent, noticedPercent, bridged } = report;
  return [
    `${withinFoundPercent} %`,
    `${acrossFoundPercent} %`,
    `${noticedPercent} %`,
    bridged === undefined ? "none" : `${bridged.acrossFoundPercent} %`,
  ];
}
