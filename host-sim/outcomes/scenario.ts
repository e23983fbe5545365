import type { VirtualStart } from "../virtual/lab.js";
import { Stage } from "./stage.js";

/** What comes of a call: what each person is told, and what the logs say. Phones that are not named are not judged. */
export interface Expected {
  /** Sentences in order. */
  readonly sees: Readonly<Record<string, readonly string[]>>;
  /** Endings in the log, the newest first. */
  readonly logs: Readonly<Record<string, readonly string[]>>;
}

/** One row of the table: alice calls bob, and something happens. */
export interface Scenario {
  readonly group: string;
  readonly title: string;
  /** Phones besides those of alice, bob and carol, or other ones, and how they are switched on. */
  readonly phones?: () => Readonly<Record<string, VirtualStart>>;
  readonly play: (stage: Stage) => void;
  /** What is to come of it; where chance decides, each of the ways it may go. */
  readonly expected: Expected | readonly Expected[];
  /** Messages that the play loses. */
  readonly losses?: number;
  /** Who calls whom afterwards, to show that nothing of the call is left; absent: alice calls bob. */
  readonly after?: readonly [string, string];
}

/** What came of it. */
export interface Row {
  readonly group: string;
  readonly title: string;
  readonly sees: Readonly<Record<string, readonly string[]>>;
  readonly states: Readonly<Record<string, string>>;
  readonly logs: Readonly<Record<string, readonly string[]>>;
  readonly ok: boolean;
  /** What was not as expected, sentences. */
  readonly faults: readonly string[];
}

const three: Readonly<Record<string, VirtualStart>> = { alice: {}, bob: {}, carol: {} };

/** Plays a scenario; the same seed plays it the same way. */
export function play(scenario: Scenario, seed: number | string): Row {
  const stage = new Stage(`${seed} ${scenario.title}`);
  const faults: string[] = [];
  const attempt = (action: () => void): void => {
    try {
      action();
    } catch (fault) {
      faults.push(fault instanceof Error ? fault.message : String(fault));
    }
  };
  attempt(() => {
    stage.join(scenario.phones?.() ?? three);
    stage.noteNodeIds();
    scenario.play(stage);
  });
  const judged = Object.keys(firstOf(scenario.expected).sees);
  const row = { sees: {}, states: {}, logs: {} } as Record<"sees" | "logs", Record<string, string[]>> & {
    states: Record<string, string>;
  };
  for (const name of judged) {
    row.sees[name] = stage.seen(name);
    row.states[name] = stage.state(name);
    row.logs[name] = stage.logged(name);
  }
  faults.push(...differences(scenario.expected, row));
  const { losses = 0 } = scenario;
  if (stage.lost !== losses) faults.push(`${stage.lost} messages were lost, not ${losses}`);
  attempt(() => provesFree(stage, scenario));
  const { group, title } = scenario;
  return { group, title, ...row, ok: faults.length === 0, faults };
}

/** Nothing of a call is left: no phone shows one, no loudspeaker plays, and a new call comes about and ends. */
function provesFree(stage: Stage, { after = ["alice", "bob"] }: Scenario): void {
  for (const name of stage.phones) {
    const state = stage.state(name);
    if (state !== "free" && state !== "off") throw new Error(`${name} is left ${state}`);
    if (stage.plays(name)) throw new Error(`the audio of ${name} still runs`);
  }
  for (const name of stage.phones) stage.forget(name);
  const [from, to] = after;
  stage.talk(from, to, to.replace(/-.*/, ""));
  stage.type(from, "hangup");
  stage.next(from, "ended");
  stage.next(to, "ended");
}

function firstOf(expected: Scenario["expected"]): Expected {
  const [first] = [expected].flat();
  if (first === undefined) throw new Error("nothing is expected");
  return first;
}

function differences(expected: Scenario["expected"], got: Expected): string[] {
  const ways = [expected].flat();
  if (ways.some((way) => differ(way, got).length === 0)) return [];
  return differ(firstOf(expected), got);
}

function differ(expected: Expected, got: Expected): string[] {
  const faults: string[] = [];
  for (const part of ["sees", "logs"] as const) {
    for (const [name, lines] of Object.entries(expected[part])) {
      const found = got[part][name]?.join(" | ") ?? "";
      if (found !== lines.join(" | "))
        faults.push(
          `${name} ${part === "sees" ? "is told" : "has in the log"}: ${found}; expected: ${lines.join(" | ")}`,
        );
    }
  }
  return faults;
}
