import type { Crypto } from "../../hal/crypto.js";
import { CheapCrypto } from "./cheap-crypto.js";
import type { Scenario } from "./scenario.js";
import { toldIn } from "./scale.js";
import { RememberingCrypto } from "./remembering-crypto.js";
import type { SimReport } from "./sim-report.js";
import { Simulation } from "./simulation.js";

/** Which crypto the nodes have. */
export type CryptoName = "real" | "cheap";

/** What is asked for. */
export interface SimRequest {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly crypto: CryptoName;
}

/** A run that has come to its end, with everything that can be drawn of it. */
export interface SimResult {
  readonly report: SimReport;
  readonly simulation: Simulation;
}

/** Runs a scenario; `tell` gets a line for each virtual minute. */
export function runSimulation(request: SimRequest, tell: (line: string) => void): SimResult {
  const { scenario, seed, crypto } = request;
  const startedAt = Date.now();
  const simulation = new Simulation({ scenario, seed, crypto: cryptoOf(crypto) });
  const wallSeconds = (): number => Math.round((Date.now() - startedAt) / 100) / 10;
  try {
    simulation.start();
    for (let minute = 0; minute < scenario.minutes; minute++) {
      simulation.run(60_000 * Math.min(1, scenario.minutes - minute));
      tell(progressLine(simulation, minute + 1, wallSeconds()));
    }
    simulation.check();
  } catch (fault) {
    // A machine that stops the run: how far it came is told all the same.
    const text = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
    simulation.failures.add(simulation.clock.now(), "fault", text);
  }
  return { report: reportOf(simulation, request, wallSeconds()), simulation };
}

function cryptoOf(name: CryptoName): Crypto {
  return name === "real" ? new RememberingCrypto() : new CheapCrypto();
}

function progressLine(simulation: Simulation, minute: number, wallSeconds: number): string {
  const { scenario, population, lookups, records, failures } = simulation;
  const { living } = population;
  const peers = living.filter(({ stage }) => stage === "peer").length;
  const share = lookups.count === 0 ? 100 : (100 * lookups.succeeded) / lookups.count;
  return [
    `minute ${minute} of ${scenario.minutes}: ${living.length} on, ${peers} peers`,
    `${lookups.count} lookups ${share.toFixed(2)} %`,
    `${lookups.hops.mean.toFixed(2)} hops`,
    `${records.lost} of ${records.stored} records lost`,
    `${failures.count} faults; ${wallSeconds} s`,
  ].join(", ");
}

function reportOf(simulation: Simulation, request: SimRequest, wallSeconds: number): SimReport {
  const { scenario, seed, crypto } = request;
  const { clock, network, lookups, records, traffic, failures } = simulation;
  const { hops } = lookups;
  const { repairSeconds } = records;
  return {
    scenario: scenario.name,
    crypto,
    nodes: scenario.nodes,
    seed,
    switchOn: {
      seconds: scenario.switchOnSeconds,
      bootstraps: scenario.bootstraps,
      told: toldIn(scenario),
    },
    virtualSeconds: Math.round(clock.now() / 1000),
    wallSeconds,
    traceHash: network.traceHash(),
    joined: simulation.joined,
    lookups: lookups.report(),
    hops: { mean: Math.round(100 * hops.mean) / 100, p95: hops.percentile(0.95) ?? 0, max: hops.max },
    records: { stored: records.stored, lost: records.lost },
    repairSeconds: { count: repairSeconds.count, p95: repairSeconds.percentile(0.95) ?? null },
    bytesPerNodePerMinute: {
      client: traffic.bytesPerMinute("client", clock.now()) ?? null,
      lowPeer: traffic.bytesPerMinute("lowPeer", clock.now()) ?? null,
      highPeer: traffic.bytesPerMinute("highPeer", clock.now()) ?? null,
    },
    roles: rolesOf(simulation),
    unreachableSeconds: unreachableOf(simulation),
    ...(simulation.hotKey !== undefined && { hotKey: simulation.hotKey.report() }),
    ...(simulation.adversaries !== undefined && { adversaries: simulation.adversaries }),
    failures: failures.lines(),
  };
}

/** What the living are at the end, and how often nodes became something else. */
function rolesOf({ population, traffic, clock }: Simulation): SimReport["roles"] {
  const { living } = population;
  const perNodeHour = traffic.roleChangesPerNodeHour(clock.now());
  return {
    peers: living.filter(({ stage }) => stage === "peer").length,
    clients: living.filter(({ stage }) => stage === "client").length,
    changes: traffic.roleChanges,
    changesPerNodeHour: perNodeHour === undefined ? null : Math.round(100 * perNodeHour) / 100,
  };
}

function unreachableOf({ reachability, clock }: Simulation): SimReport["unreachableSeconds"] {
  const { unreachableSeconds } = reachability;
  return {
    count: unreachableSeconds.count,
    p95: unreachableSeconds.percentile(0.95) ?? null,
    max: reachability.maxSeconds(clock.now()),
  };
}
