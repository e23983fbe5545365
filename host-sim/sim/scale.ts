import type { Prng } from "../virtual/prng.js";
import type { Scenario } from "./scenario.js";

/**
 * A scenario with another number of nodes. Up to a thousand it stays as it is. With more, nodes join as fast as a
 * larger overlay can take them: there are more bootstraps, for each verifies few signatures a second, and switching on
 * takes longer. Where no `minutes` are asked for, the run ends some minutes after the last node was switched on.
 */
export function scaledTo(scenario: Scenario, nodes: number, minutes: number | undefined): Scenario {
  const bootstraps = Math.max(scenario.bootstraps, Math.ceil(nodes / nodesPerBootstrap));
  const switchOnSeconds = Math.max(scenario.switchOnSeconds, Math.ceil(nodes / nodesPerSecond));
  const long = Math.ceil(switchOnSeconds / 60) + minutesAfterwards;
  if (nodes <= unscaledMost) return { ...scenario, nodes, minutes: minutes ?? scenario.minutes };
  return {
    ...scenario,
    nodes,
    bootstraps,
    switchOnSeconds,
    minutes: minutes ?? Math.min(scenario.minutes, long),
  };
}

/** Those of the bootstraps whose addresses one node is told: all of them, or a few by chance where there are many. */
export function toldOf<T>(bootstraps: readonly T[], prng: Prng): readonly T[] {
  return bootstraps.length <= allToldMost ? bootstraps : prng.shuffle(bootstraps).slice(0, toldWhereMany);
}

/** How many bootstraps each node of a scenario is told. */
export function toldIn({ bootstraps }: Scenario): number {
  return bootstraps <= allToldMost ? bootstraps : toldWhereMany;
}

const unscaledMost = 1000;
const nodesPerBootstrap = 250;
const nodesPerSecond = 30;
const minutesAfterwards = 4;
/** A scenario file names sixteen at most. */
const allToldMost = 16;
const toldWhereMany = 3;
