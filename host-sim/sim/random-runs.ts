import { textTable } from "../table.js";
import { randomScenario } from "./random-scenario.js";
import { runSimulation, type CryptoName } from "./run-simulation.js";
import { cryptoLabel } from "./sim-report.js";

/** Which seeds to run. */
interface RandomRequest {
  readonly from: number;
  readonly count: number;
  readonly crypto: CryptoName;
}

/** A seed whose run broke a rule; `sim --random 1 --from SEED` replays it. */
interface RandomFailure {
  readonly seed: number;
  readonly nodes: number;
  /** What befell the nodes, in order. */
  readonly about: string;
  readonly failures: readonly string[];
}

/** What the runs came to: the form of `sim --random --json`. */
interface RandomReport extends RandomRequest {
  readonly virtualSeconds: number;
  readonly wallSeconds: number;
  readonly nodeSeconds: number;
  readonly lookups: number;
  readonly failed: readonly RandomFailure[];
}

/** Runs the random scenario of each seed; `tell` gets a line for each that fails, and now and then how far it is. */
export function runRandom(request: RandomRequest, tell: (line: string) => void): RandomReport {
  const startedAt = Date.now();
  const failed: RandomFailure[] = [];
  let virtualSeconds = 0;
  let nodeSeconds = 0;
  let lookups = 0;
  for (let seed = request.from; seed < request.from + request.count; seed++) {
    const scenario = randomScenario(seed);
    const { report } = runSimulation({ scenario, seed, crypto: request.crypto }, () => undefined);
    const { nodes, failures } = report;
    virtualSeconds += report.virtualSeconds;
    nodeSeconds += nodes * report.virtualSeconds;
    lookups += report.lookups.count;
    if (failures.length > 0) {
      failed.push({ seed, nodes, about: scenario.about, failures });
      tell(`seed ${seed} fails, ${nodes} nodes, ${scenario.about}: ${failures.join("; ")}`);
    }
    const done = seed + 1 - request.from;
    if (done % toldEvery === 0) tell(`${done} of ${request.count} seeds, ${failed.length} failed`);
  }
  const wallSeconds = Math.round((Date.now() - startedAt) / 100) / 10;
  return { ...request, virtualSeconds, wallSeconds, nodeSeconds, lookups, failed };
}

/** The report for people. */
export function randomTable(report: RandomReport): string {
  const { from, count, crypto, virtualSeconds, wallSeconds, lookups, failed } = report;
  const rows = [
    ["seeds", `${from} to ${from + count - 1}: ${failed.length} failed`],
    ["time", `${virtualSeconds} s virtual in ${wallSeconds} s`],
    ["lookups", String(lookups)],
  ];
  const lines = failed.flatMap(({ seed, nodes, about, failures }) =>
    failures.map((text) => `FAILED sim --random 1 --from ${seed} (${nodes} nodes; ${about}): ${text}`),
  );
  return [textTable(["random scenarios", cryptoLabel(crypto)], rows), ...lines].join("\n");
}

const toldEvery = 50;
