import { natKinds, type NatName } from "../virtual/nat.js";
import { networkKinds, type NetworkName } from "../virtual/path.js";
import { CommandFault } from "../command-line.js";
import type { Action, AdversaryPlan, Churn, NatPlan, Scenario, Step, Timing, Victims } from "./scenario.js";
import { ObjectReader, type Range } from "./scenario-reader.js";

/** The scenario in the text of a file, which faults name by `file`: a CommandFault says what is wrong where. */
export function decodeScenario(file: string, text: string): Scenario {
  const reader = new ObjectReader(`${file}:`, parsed(file, text));
  const scenario: Scenario = {
    name: reader.text("name"),
    about: reader.text("about", ""),
    nodes: reader.number("nodes", count),
    minutes: reader.number("minutes", { least: 1, most: 1440 }),
    network: reader.choice("network", networkNames, "internet"),
    lan: reader.choice("lan", networkNames, "wifi-lan"),
    lossPercent: reader.has("lossPercent") ? reader.number("lossPercent", percent) : undefined,
    lanNodes: reader.number("lanNodes", { least: 1, most: 200, isWhole: true }, 30),
    islands: reader.number("islands", { least: 1, most: 3, isWhole: true }, 1),
    hostPeersPercent: reader.number("hostPeersPercent", percent, 10),
    lowPeersPercent: reader.number("lowPeersPercent", percent, 100),
    enrolled: reader.isSet("enrolled"),
    bootstraps: reader.number("bootstraps", { least: 0, most: 16, isWhole: true }, 3),
    switchOnSeconds: reader.number("switchOnSeconds", { least: 0, most: 3600 }, 60),
    lookupsPerNodeMinute: reader.number("lookupsPerNodeMinute", { least: 0, most: 600 }, 1),
    recordsMayBeLost: reader.isSet("recordsMayBeLost"),
    churn: reader.has("churn") ? decodeChurn(reader.object("churn")) : undefined,
    adversaries: reader.has("adversaries") ? decodeAdversaries(reader.object("adversaries")) : undefined,
    nats: reader.has("nats") ? decodeNats(reader.object("nats")) : undefined,
    steps: reader.objects("steps").map(decodeStep),
  };
  reader.finish();
  return scenario;
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (fault) {
    throw new CommandFault(
      "bad-scenario",
      `${file}: ${fault instanceof Error ? fault.message : String(fault)}`,
    );
  }
}

function decodeChurn(reader: ObjectReader): Churn {
  const churn: Churn = {
    meanSessionMinutes: reader.number("meanSessionMinutes", minutes),
    meanOffMinutes: reader.number("meanOffMinutes", minutes, 2),
    leavingPercent: reader.number("leavingPercent", percent, 50),
    returningPercent: reader.number("returningPercent", percent, 50),
  };
  reader.finish();
  return churn;
}

function decodeAdversaries(reader: ObjectReader): AdversaryPlan {
  const plan: AdversaryPlan = {
    kind: reader.choice("kind", ["liars", "sybil", "eclipse", "partition"]),
    percent: reader.number("percent", percent),
    perAddress: reader.number("perAddress", { least: 1, most: 64, isWhole: true }, 1),
    fromSeconds: reader.number("fromSeconds", { least: 0, most: 86_400 }, 0),
    crossing: reader.choice("crossing", ["pass", "deny", "drop", "forge"], "deny"),
  };
  reader.finish();
  return plan;
}

function decodeNats(reader: ObjectReader): NatPlan {
  const plan: NatPlan = {
    percent: reader.number("percent", percent),
    kinds: reader.choices("kinds", natNames),
    bindingSeconds: reader.number("bindingSeconds", seconds, 120),
    hairpins: reader.isSet("hairpins"),
  };
  reader.finish();
  return plan;
}

function decodeStep(reader: ObjectReader): Step {
  const action = decodeAction(reader);
  const times = reader.number("times", { least: 1, most: 10_000, isWhole: true }, 1);
  const timing: Timing = {
    atSeconds: reader.number("atSeconds", { least: 0, most: 86_400 }),
    times,
    everySeconds: times === 1 ? 0 : reader.number("everySeconds", seconds),
  };
  reader.finish();
  return { timing, action };
}

function decodeAction(reader: ObjectReader): Action {
  const what = reader.choice("do", actions);
  switch (what) {
    case "split":
      return { do: what, parts: reader.number("parts", { least: 2, most: 8, isWhole: true }, 2) };
    case "heal":
    case "bridge":
    case "whole":
      return { do: what };
    case "add":
      return {
        do: what,
        size: reader.choice("size", ["host", "phone"], "phone"),
        count: reader.number("count", count, 1),
      };
    case "crash":
      return {
        do: what,
        victims: decodeVictims(reader),
        backAfterSeconds: reader.has("backAfterSeconds")
          ? reader.number("backAfterSeconds", seconds)
          : undefined,
        state: reader.choice("state", ["kept", "lost"], "kept"),
      };
    case "clog":
      return { do: what, victims: decodeVictims(reader), seconds: reader.number("seconds", seconds) };
    case "cloneKey":
      return { do: what, victims: decodeVictims(reader) };
    case "hotKey":
      return {
        do: what,
        seconds: reader.number("seconds", seconds),
        everyMeanSeconds: reader.number("everyMeanSeconds", seconds),
      };
    case "resolve":
      return {
        do: what,
        names: reader.has("names") ? reader.number("names", count) : "all",
        withinSeconds: reader.number("withinSeconds", seconds),
      };
  }
}

function decodeVictims(reader: ObjectReader): Victims {
  return {
    count: reader.number("count", count, 1),
    size: reader.choice("size", ["any", "host", "phone"], "any"),
  };
}

const natNames = Object.keys(natKinds) as NatName[];
const networkNames = Object.keys(networkKinds) as NetworkName[];
const actions = [
  "split",
  "heal",
  "bridge",
  "add",
  "crash",
  "clog",
  "cloneKey",
  "hotKey",
  "resolve",
  "whole",
] as const;
const count: Range = { least: 1, most: 20_000, isWhole: true };
const percent: Range = { least: 0, most: 100 };
const minutes: Range = { least: 0.1, most: 1440 };
const seconds: Range = { least: 0.1, most: 86_400 };
