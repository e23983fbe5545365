import { textTable } from "../table.js";
import { runSimulation, type SimRequest } from "./run-simulation.js";
import { scaledTo } from "./scale.js";
import { cryptoLabel, type SimReport } from "./sim-report.js";

/** Runs a scenario with one number of nodes after another; `tell` gets the lines of each run. */
export function runGrowth(
  request: SimRequest,
  { sizes, minutes }: { readonly sizes: readonly number[]; readonly minutes?: number | undefined },
  tell: (line: string) => void,
): SimReport[] {
  return sizes.map((nodes) => {
    const scenario = scaledTo(request.scenario, nodes, minutes);
    return runSimulation({ ...request, scenario }, (line) => tell(`${nodes} nodes: ${line}`)).report;
  });
}

/** Hops and bytes against the number of nodes, for people. */
export function growthTable(reports: readonly SimReport[]): string {
  const rows = reports.map(({ nodes, lookups, hops, records, bytesPerNodePerMinute: bytes, ...other }) => [
    String(nodes),
    lookups.count === 0 ? "none" : `${((100 * lookups.succeeded) / lookups.count).toFixed(2)} %`,
    `${hops.mean.toFixed(2)} / ${hops.p95} / ${hops.max}`,
    halfLog(other.roles.peers).toFixed(2),
    String(records.lost),
    [bytes.client, bytes.lowPeer, bytes.highPeer].map((each) => each ?? "none").join(" / "),
    String(Math.round((nodes * other.virtualSeconds) / Math.max(0.1, other.wallSeconds))),
    String(other.failures.length),
  ]);
  const head = [
    "nodes",
    "lookups",
    "hops: mean / 95 % / most",
    "½·log2 of peers",
    "records lost",
    "bytes a minute: client / phone / host",
    "node seconds a second",
    "failures",
  ];
  const [first] = reports;
  const label =
    first === undefined ? "" : `${first.scenario}, seed ${first.seed}, ${cryptoLabel(first.crypto)}`;
  const failures = reports.flatMap((report) =>
    report.failures.map((text) => `FAILED ${report.nodes} nodes: ${text}`),
  );
  return [label, textTable(head, rows), ...failures].join("\n");
}

/** What the mean of hops is to stay below, as issue 5 has it; clients do not count. */
export function halfLog(peers: number): number {
  return Math.log2(Math.max(1, peers)) / 2;
}
