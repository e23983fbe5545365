import type { Message } from "../../firmware/wire/message.js";
import { measureIdle } from "../lab/idle.js";
import { runSimulation } from "../sim/run-simulation.js";
import { readScenario } from "../sim/shipped-scenarios.js";
import type { BenchRow } from "./bench-row.js";
import { observe, type ObservedMessage } from "./observed-lab.js";

/** So many nodes OpenDHT was measured with (remark of the rows). */
const nodes = 64;
/** Every registration is stored again once in this time, ms: at a third of 1800 s, ± 10 %. */
const refreshCycleMs = 660_000;
const hopsAtStart = 16;
/** What is simulated to see how fast it goes. */
const speedNodes = 60;
const speedMinutes = 3;

/**
 * What the overlay of 64 phones costs, all nodes together: an operation, an idle minute, hops. OpenDHT's figures are
 * those of 64 `dhtnode` 2.4.12 on a network without delay, its value 200 characters long.
 */
export function overlayRows(seed: number): BenchRow[] {
  const observation = observe({ seed });
  const { lab, messages } = observation;
  const names = Array.from({ length: nodes }, (_, i) => `phone${i + 1}`);
  for (const name of names) lab.switchOn(name);
  for (const name of names) lab.expect(name, "registered", 60_000);
  lab.run(60_000);
  messages.length = 0;
  lab.run(refreshCycleMs);
  const put = costOf(messages, ["store", "storeAnswer"], nodes);
  messages.length = 0;
  for (const [i, name] of names.entries()) lab.type(name, `message ${names[(i + 31) % nodes] ?? ""} hello`);
  lab.run(10_000);
  const get = costOf(messages, ["fetch", "fetchAnswer"], nodes);
  const hops = meanHops(messages);
  return [
    {
      name: "refresh of a registration, 64 peers, all frames",
      ...put,
      budget: null,
      reload: null,
      openDht: 10_400,
      note: `${put.frames} frames: Store, answer, copies; OpenDHT: 200 characters on 8 nodes, 53 packets`,
    },
    {
      name: "lookup of a name, 64 peers, all frames",
      ...get,
      budget: null,
      reload: null,
      openDht: 11_700,
      note: `${get.frames} frames; OpenDHT: 52 packets`,
    },
    {
      name: "hops of a lookup, 64 peers, mean",
      value: hops,
      unit: "hops",
      budget: Math.log2(nodes) / 2,
      reload: Math.log2(nodes),
    },
    {
      name: "idle phone as peer, overlay of 64",
      value: measureIdle(nodes, seed),
      unit: "B/min",
      budget: null,
      reload: null,
      openDht: 370,
      note: "a minute after all have joined; OpenDHT: after 4 minutes, without keepalives",
    },
  ];
}

/** How fast the simulator is, with real crypto, on this computer and now. */
export function speedRow(seed: number): BenchRow {
  const scenario = { ...readScenario("churn"), nodes: speedNodes, minutes: speedMinutes };
  const { report } = runSimulation({ scenario, seed, crypto: "real" }, () => undefined);
  return {
    name: "simulator, churn of 60 nodes",
    value: Math.round((report.nodes * report.virtualSeconds) / report.wallSeconds),
    unit: "node seconds a second",
    budget: null,
    reload: null,
  };
}

/** Bytes and frames of an operation: what was sent of such messages, by all nodes, for each of `count` operations. */
function costOf(
  messages: readonly ObservedMessage[],
  types: readonly Message["type"][],
  count: number,
): Pick<BenchRow, "value" | "unit"> & { readonly frames: number } {
  const sent = messages.filter(
    ({ direction, message }) => direction === "out" && types.includes(message.type),
  );
  const bytes = sent.reduce((sum, { frameBytes }) => sum + frameBytes, 0);
  return {
    value: Math.round(bytes / count),
    unit: "B",
    frames: Math.round((10 * sent.length) / count) / 10,
  };
}

/** Of lookups that left their phone: hops to where they were answered. */
function meanHops(messages: readonly ObservedMessage[]): number {
  const hopsOf = new Map<number, number>();
  for (const { direction, message } of messages) {
    if (direction !== "in" || message.type !== "fetch" || message.hops === 0) continue;
    const hops = 1 + hopsAtStart - message.hops;
    hopsOf.set(message.transaction, Math.max(hops, hopsOf.get(message.transaction) ?? 0));
  }
  const all = [...hopsOf.values()];
  return Math.round((100 * all.reduce((sum, hops) => sum + hops, 0)) / Math.max(1, all.length)) / 100;
}
