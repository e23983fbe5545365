import type { NetworkName } from "../virtual/path.js";
import { Prng } from "../virtual/prng.js";
import type { Action, Scenario, Step, Victims } from "./scenario.js";

/**
 * A small scenario drawn from a seed: how many nodes in which networks, and what befalls them in which order. While
 * there are faults only what must never happen is looked for; then they end, and a while later all must be well again:
 * every node a peer and linked as it should be, every name found from everywhere.
 */
export function randomScenario(seed: number): Scenario {
  const prng = new Prng(`random scenario ${seed}`);
  const nodes = prng.between(2, 2 + prng.between(0, nodesMore));
  const faults = drawFaults(prng, nodes);
  const calmAt = Math.max(settledAt, ...faults.map(({ endsAt }) => endsAt));
  const isSplit = faults.some(({ steps }) => steps.some(({ action }) => action.do === "split"));
  const wellAt = calmAt + (isSplit ? secondsToMerge : secondsToMend);
  const lossPercent = prng.below(maxLossPercent + 1);
  return {
    name: `random ${seed}`,
    about: faults.map(({ name }) => name).join(", "),
    nodes,
    minutes: (wellAt + resolveSeconds + 1) / 60,
    network: prng.pick(networks),
    lan: prng.pick(lans),
    lossPercent,
    lanNodes: prng.chance(0.5) ? nodes : prng.between(1, nodes),
    islands: 1,
    hostPeersPercent: prng.pick([0, 0, 20, 50]),
    bootstraps: prng.between(1, 2),
    switchOnSeconds: prng.below(6),
    lookupsPerNodeMinute: prng.pick([2, 6, 20]),
    lowPeersPercent: prng.pick([0, 20, 100]),
    enrolled: false,
    recordsMayBeLost: mayLose(faults),
    churn: undefined,
    adversaries: undefined,
    nats: undefined,
    steps: [
      ...faults.flatMap(({ steps }) => steps),
      step(wellAt, { do: "whole" }),
      step(wellAt, { do: "resolve", names: "all", withinSeconds: resolveSeconds }),
    ],
  };
}

/** Something that befalls the nodes, with its end. */
interface Fault {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly startsAt: number;
  readonly endsAt: number;
  /** Nodes that end at the same moment without a word. */
  readonly deaths: number;
}

/** Nobody promises to keep what all holders take with them; one death in an overlay at rest must cost nothing. */
function mayLose(faults: readonly Fault[]): boolean {
  const [first] = faults;
  const deaths = faults.reduce((sum, fault) => sum + fault.deaths, 0);
  const isAtRest = faults.length === 1 && first !== undefined && first.startsAt >= settledAt;
  return deaths > 1 || (deaths === 1 && !isAtRest);
}

/** One after the other, some before the overlay has settled. */
function drawFaults(prng: Prng, nodes: number): Fault[] {
  const faults: Fault[] = [];
  let at = prng.between(2, settledAt);
  for (let left = prng.below(faultsMax + 1); left > 0; left--) {
    faults.push(drawFault(prng, at, nodes));
    at += prng.between(1, secondsBetween);
  }
  return faults;
}

function drawFault(prng: Prng, at: number, nodes: number): Fault {
  const name = prng.pick(faultNames);
  const seconds = prng.between(1, faultSecondsMax);
  const endsAt = at + seconds;
  const span = { name, startsAt: at, endsAt, deaths: 0 };
  switch (name) {
    case "split":
      return { ...span, steps: [step(at, { do: "split", parts: 2 }), step(endsAt, { do: "heal" })] };
    case "clog":
      return { ...span, steps: [step(at, { do: "clog", victims: { count: 1, size: "any" }, seconds })] };
    case "crash":
    case "crash and loss of state": {
      const deaths = prng.between(1, Math.max(1, nodes >> 1));
      const state = name === "crash" ? "kept" : "lost";
      // Whoever lost its state is at another address: bootstraps, whose addresses all are told, are spared that.
      const victims: Victims = { count: deaths, size: state === "kept" ? "any" : "phone" };
      const crash: Action = { do: "crash", victims, backAfterSeconds: seconds, state };
      return { ...span, deaths, steps: [step(at, crash)] };
    }
  }
}

function step(atSeconds: number, action: Action): Step {
  return { timing: { atSeconds, times: 1, everySeconds: 0 }, action };
}

const faultNames = ["split", "clog", "crash", "crash and loss of state"] as const;
const networks: readonly NetworkName[] = ["internet", "wifi-lan", "mesh-3-hops"];
const lans: readonly NetworkName[] = ["wifi-lan", "wifi-lossy", "mesh-3-hops"];
const nodesMore = 8;
const faultsMax = 4;
const maxLossPercent = 3;
/** After so many seconds all have been switched on and have found each other. */
const settledAt = 20;
const secondsBetween = 10;
const faultSecondsMax = 12;
/** A death is noticed and its gap closed; two halves that have lost sight of each other hear a beacon. */
const secondsToMend = 40;
const secondsToMerge = 90;
const resolveSeconds = 8;
