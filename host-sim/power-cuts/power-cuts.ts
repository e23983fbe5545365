import { Prng } from "../virtual/prng.js";
import type { StorageWrite } from "../virtual/storage.js";
import { cutsOf, type Cut } from "./cut.js";
import { restart } from "./restart.js";
import { usedPhone, type Scenario } from "./scenarios.js";
import { PowerIsOff, Stage, victim } from "./stage.js";
import { storedState, unlikeOldAndNew, type Contents } from "./stored-state.js";

/** What became of one scenario. */
export interface ScenarioResult {
  readonly name: string;
  /** Writes of the phone when nothing fails. */
  readonly writes: number;
  /** Cuts after which the whole phone was started. */
  readonly cutPoints: number;
  /** Those after which it had an old or a new state of each item, started, was registered and was called. */
  readonly booted: number;
  /** Cuts that left a damaged value, all of which the phone reported. */
  readonly reported: number;
  /** What went wrong, a sentence each. */
  readonly failures: readonly string[];
}

/** Phones that are there, and what they have stored. */
export interface Cast {
  readonly seed: string;
  readonly used: Contents;
  readonly others: ReadonlyMap<string, Contents>;
}

/** One write of a scenario in which nothing fails. */
export interface ScenarioWrite extends StorageWrite {
  /** Everything that was stored before it. */
  readonly before: Contents;
}

/** Phones with their keys made, which is the slow part. */
export function makeCast(seed: number | string): Cast {
  const others = new Map<string, Contents>();
  const stage = new Stage(`${seed} others`, others);
  for (const name of ["bob", "carol"]) {
    stage.on(name);
    stage.expect(name, "registered");
    const memory = stage.lab.handsets.get(name)?.memory;
    if (memory !== undefined) others.set(name, memory.contents);
  }
  return { seed: String(seed), used: usedPhone(`${seed} used`, others), others };
}

/** What a scenario writes when nothing fails. */
export function writesOf(cast: Cast, scenario: Scenario): ScenarioWrite[] {
  const stage = stageOf(cast, scenario);
  const writes: ScenarioWrite[] = [];
  let before = stage.memory.contents;
  stage.memory.onWrite = (write) => {
    writes.push({ ...write, before });
    before = stage.memory.contents;
  };
  scenario.play(stage);
  return writes;
}

/** Cuts the power at every write of one scenario, in each way; or in those that `chosen` says, by their number. */
export function cutScenario(
  cast: Cast,
  scenario: Scenario,
  chosen: (cutPoint: number) => boolean = () => true,
): ScenarioResult {
  const prng = new Prng(`${cast.seed} ${scenario.name}`);
  const writes = writesOf(cast, scenario);
  const failures: string[] = [];
  let cutPoints = 0;
  let reported = 0;
  let number = 0;
  writes.forEach((write, index) => {
    for (const cut of cutsOf(write.value.length, prng)) {
      if (!chosen(number++)) continue;
      cutPoints++;
      try {
        if (cutOnce(cast, scenario, { write, index, cut })) reported++;
      } catch (fault) {
        const text = fault instanceof Error ? fault.message : String(fault);
        failures.push(`${scenario.name}, write ${index} (${write.key}), ${cut.name}: ${text}`);
      }
    }
  });
  const booted = cutPoints - failures.length;
  return { name: scenario.name, writes: writes.length, cutPoints, booted, reported, failures };
}

interface CutPoint {
  readonly write: ScenarioWrite;
  /** Which of the scenario's writes. */
  readonly index: number;
  readonly cut: Cut;
}

/** Plays a scenario to a cut, and starts the phone again; true: something was damaged, and the phone said so. */
function cutOnce(cast: Cast, scenario: Scenario, { write, index, cut }: CutPoint): boolean {
  const stage = stageOf(cast, scenario);
  stage.memory.setFaults({ cutNextWrite: { after: index, keep: cut.keep, cut: () => stage.cut() } });
  try {
    scenario.play(stage);
    throw new Error("the write never came");
  } catch (end) {
    if (!(end instanceof PowerIsOff)) throw end;
  }
  const left = storedState(stage.memory.contents);
  const old = storedState(write.before);
  const written = storedState(new Map([...write.before, [write.key, write.value]]));
  const wrong = unlikeOldAndNew(left, write.key, { old, written });
  if (wrong !== undefined) throw new Error(wrong);
  restart(stage, left);
  return left.faults.length > 0;
}

function stageOf(cast: Cast, scenario: Scenario): Stage {
  return stageWith(cast, scenario.name, scenario.before(cast.used));
}

/** A stage with all of the cast, where alice has this in her memory. */
export function stageWith({ seed, others }: Cast, title: string, contents: Contents): Stage {
  return new Stage(`${seed} ${title}`, new Map(others).set(victim, contents));
}
