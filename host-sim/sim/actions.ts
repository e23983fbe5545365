import { HotKey } from "./hot-key.js";
import type { PathOptions } from "../virtual/path.js";
import type { Prng } from "../virtual/prng.js";
import type { Action, Step, Victims } from "./scenario.js";
import type { SimNode } from "./sim-node.js";
import type { Simulation } from "./simulation.js";

/** Does what the steps of a scenario say. */
export class Actions {
  readonly #simulation: Simulation;
  readonly #prng: Prng;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    this.#prng = simulation.prng.fork("actions");
  }

  /** Puts a step on the clock, as often as it is to be taken. */
  schedule({ timing, action }: Step): void {
    let atMs = 1000 * timing.atSeconds;
    for (let time = 0; time < timing.times; time++) {
      this.#simulation.after(atMs, action.do, () => this.#take(action));
      atMs += timing.everySeconds * (500 + this.#prng.below(1001));
    }
  }

  #take(action: Action): void {
    const simulation = this.#simulation;
    switch (action.do) {
      case "split":
        simulation.sides.split(simulation.population.living, action.parts);
        return;
      case "heal":
        simulation.sides.heal();
        return;
      case "bridge":
        this.#bridge();
        return;
      case "add":
        for (let i = 0; i < action.count; i++) simulation.switchOn(simulation.population.add(action.size, 0));
        return;
      case "crash":
        for (const victim of this.#victims(action.victims)) this.#crash(victim, action);
        return;
      case "clog":
        for (const victim of this.#victims(action.victims)) this.#clog(victim, action.seconds);
        return;
      case "cloneKey":
        for (const victim of this.#victims(action.victims))
          simulation.switchOn(simulation.population.add(victim.size, 0, victim));
        return;
      case "resolve":
        this.#resolve(action);
        return;
      case "hotKey":
        simulation.hotKey = new HotKey(simulation, this.#prng.pick(simulation.records.kept).owner, action);
        simulation.hotKey.begin(this.#prng.fork("hot key"));
        return;
      case "whole":
        simulation.checkWhole();
    }
  }

  /** Of those that are on; bootstraps are spared where a size was asked for. */
  #victims({ count, size }: Victims): SimNode[] {
    const { honest, bootstraps } = this.#simulation;
    const fitting = honest.filter((node) => size === "any" || node.size === size);
    const others = fitting.filter((node) => size === "any" || !bootstraps.includes(node));
    return this.#prng.shuffle(others).slice(0, count);
  }

  #bridge(): void {
    const simulation = this.#simulation;
    const { sides, bootstraps, population, honest, scenario } = simulation;
    sides.heal();
    const told = bootstraps.length > 0 ? bootstraps : honest.slice(0, scenario.islands);
    simulation.switchOn(population.add("phone", 0), told);
  }

  #crash(victim: SimNode, action: Extract<Action, { do: "crash" }>): void {
    const simulation = this.#simulation;
    simulation.crash(victim);
    if (action.backAfterSeconds === undefined) return;
    simulation.after(1000 * action.backAfterSeconds, "back", () => {
      simulation.switchOn(action.state === "kept" ? victim : simulation.population.addSuccessor(victim));
    });
  }

  #clog({ address }: SimNode, seconds: number): void {
    const simulation = this.#simulation;
    simulation.network.setClog(address, cloggedPath);
    simulation.after(1000 * seconds, "no clog any more", () =>
      simulation.network.setClog(address, undefined),
    );
  }

  /** Lookups are spread over the time, each node's own beginning at a moment of its own. */
  #resolve({ names, withinSeconds }: Extract<Action, { do: "resolve" }>): void {
    const simulation = this.#simulation;
    const { honest, records, sides, lookups } = simulation;
    const owners = records.kept.map(({ owner }) => owner);
    for (const asker of honest) {
      const fitting = owners.filter((owner) => owner !== asker && sides.connects(asker, owner));
      const sought = names === "all" ? fitting : this.#prng.shuffle(fitting).slice(0, names);
      const spacingMs = (1000 * withinSeconds * shareForAsking) / Math.max(1, sought.length);
      const offsetMs = this.#prng.below(Math.max(1, Math.floor(spacingMs)));
      sought.forEach((owner, at) =>
        simulation.after(offsetMs + at * spacingMs, "a name is asked for", () => {
          if (asker.isOn) lookups.begin(asker, owner, simulation.clock.now(), { wanted: "resolve" });
        }),
      );
    }
  }
}

/** The rest of the time is for the last answers. */
const shareForAsking = 0.9;

const cloggedPath: PathOptions = {
  delayMeanMs: 1500,
  delayMinMs: 500,
  jitterMs: 1000,
  lossRatio: 0.5,
  duplicateRatio: 0,
  reorderRatio: 0.1,
};
