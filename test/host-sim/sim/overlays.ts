import { readScenario } from "../../../host-sim/sim/shipped-scenarios.js";
import { runSimulation, type CryptoName, type SimResult } from "../../../host-sim/sim/run-simulation.js";
import type { Scenario } from "../../../host-sim/sim/scenario.js";
import { decodeScenario } from "../../../host-sim/sim/scenario-decoder.js";

/** A scenario of the members given; what is not given has its default. */
export function scenarioOf(members: Readonly<Record<string, unknown>>): Scenario {
  const all = { name: "test", nodes: 8, minutes: 2, switchOnSeconds: 5, ...members };
  return decodeScenario("test", JSON.stringify(all));
}

/** A shipped scenario, smaller or shorter. */
export function shipped(name: string, changes: Partial<Scenario>): Scenario {
  return { ...readScenario(name), ...changes };
}

/** Runs a scenario to its end. */
export function run(scenario: Scenario, seed = 1, crypto: CryptoName = "real"): SimResult {
  return runSimulation({ scenario, seed, crypto }, () => undefined);
}
