import type { Prng } from "../virtual/prng.js";
import type { Churn } from "./scenario.js";
import type { SimNode } from "./sim-node.js";
import type { Simulation } from "./simulation.js";

/** Ends sessions and begins others, as the scenario's means have it. */
export class ChurnClock {
  readonly #simulation: Simulation;
  readonly #churn: Churn;
  readonly #prng: Prng;

  constructor(simulation: Simulation, churn: Churn) {
    this.#simulation = simulation;
    this.#churn = churn;
    this.#prng = simulation.prng.fork("churn");
  }

  /** A session has begun: its end is drawn. */
  handleOn(node: SimNode): void {
    const simulation = this.#simulation;
    if (simulation.bootstraps.includes(node)) return;
    const begunAt = node.changedAt;
    simulation.after(this.#drawMs(this.#churn.meanSessionMinutes), "a session ends", () => {
      if (!node.isOn || node.changedAt !== begunAt) return;
      if (this.#prng.chance(this.#churn.leavingPercent / 100)) node.leave();
      else simulation.crash(node);
    });
  }

  /** One has ended: later the node comes back, or another in its place. */
  handleOff(node: SimNode): void {
    const simulation = this.#simulation;
    const { population } = simulation;
    const isBack = this.#prng.chance(this.#churn.returningPercent / 100);
    simulation.after(this.#drawMs(this.#churn.meanOffMinutes), "a session begins", () => {
      simulation.switchOn(isBack ? node : population.add(node.size, population.islandOf(node)));
    });
  }

  /** Exponentially distributed. */
  #drawMs(meanMinutes: number): number {
    const even = (1 + this.#prng.uint32()) / 0x1_0000_0001;
    return Math.round(-Math.log(even) * meanMinutes * 60_000);
  }
}
