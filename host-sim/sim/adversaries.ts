import { idKey } from "../../firmware/core/node-id.js";
import { musterPort, siblingsMax } from "../../firmware/core/limits.js";
import { Conspiracy } from "./conspiracy.js";
import { liar } from "./liars.js";
import { LookupTally } from "./lookup-traffic.js";
import type { Malice } from "./lying-node.js";
import { Partition, type PartitionReport } from "./partition.js";
import { nearestTo } from "./record-model.js";
import type { AdversaryPlan } from "./scenario.js";
import type { SimNode } from "./sim-node.js";
import type { Simulation } from "./simulation.js";

/** What adversaries came to: the form of `adversaries` in the report. */
export interface AdversaryReport {
  readonly kind: AdversaryPlan["kind"];
  readonly count: number;
  /** Of the lookups of the honest for each other, in the end. */
  readonly foundPercent: number;
  /** Of the registrations of the honest: no honest node had them at the last check. */
  readonly hiddenPercent: number;
  /** Of the node that is to be eclipsed. */
  readonly victim?: {
    /** Attackers among the 8 nearest it is linked to, and among all. */
    readonly siblingsTaken: number;
    readonly linksTakenPercent: number;
    /** What it looks up, and who looks it up: found in the end. */
    readonly asksFoundPercent: number;
    readonly soughtFoundPercent: number;
  };
  /** Where they stand between the islands. */
  readonly partition?: PartitionReport;
}

/** The nodes of a run that are not honest, and what they achieve. */
export class Adversaries {
  readonly #simulation: Simulation;
  readonly #plan: AdversaryPlan;
  readonly #conspiracy = new Conspiracy();
  readonly #asks = new LookupTally();
  readonly #sought = new LookupTally();
  readonly #partition: Partition | undefined;
  #victim: SimNode | undefined;

  constructor(simulation: Simulation, plan: AdversaryPlan) {
    this.#simulation = simulation;
    this.#plan = plan;
    if (plan.kind === "partition") this.#partition = new Partition(simulation, plan);
  }

  /** Of `nodes` so many are not honest. */
  countOf(nodes: number): number {
    return Math.round((nodes * this.#plan.percent) / 100);
  }

  /** Makes them; an honest phone that is to be eclipsed must be there by now. Each with when it is switched on. */
  make(honest: readonly SimNode[]): void {
    const { kind, fromSeconds } = this.#plan;
    const { scenario, prng, bootstraps } = this.#simulation;
    const draw = prng.fork("adversaries");
    if (kind === "eclipse") {
      this.#victim = honest.find((node) => !bootstraps.includes(node) && node.size === "phone");
      this.#watchVictim();
    }
    for (let turn = 0; turn < this.countOf(scenario.nodes); turn++) {
      const node = this.#makeOne(turn);
      const told = this.#partition && honest.slice(turn % scenario.islands, (turn % scenario.islands) + 1);
      const atMs = 1000 * fromSeconds + draw.below(1 + Math.round(1000 * scenario.switchOnSeconds));
      this.#simulation.after(atMs, "switching on", () => this.#simulation.switchOn(node, told));
    }
    this.#partition?.watch(1000 * (fromSeconds + scenario.switchOnSeconds + settlingSeconds));
  }

  report(): AdversaryReport {
    const { lookups, records, scenario } = this.#simulation;
    const { kept } = records;
    const victim = this.#reportOfVictim();
    return {
      kind: this.#plan.kind,
      count: this.countOf(scenario.nodes),
      foundPercent: percentOf(lookups.found, lookups.count),
      hiddenPercent: percentOf(records.missing, records.missing + kept.length),
      ...(victim !== undefined && { victim }),
      ...(this.#partition && { partition: this.#partition.report() }),
    };
  }

  #makeOne(turn: number): SimNode {
    const { population, prng } = this.#simulation;
    const { kind, perAddress } = this.#plan;
    if (kind === "liars") {
      const conduct = liar(turn, prng.fork(`liar ${turn}`));
      return population.addAdversary({ malice: { conduct, port: musterPort } });
    }
    const host = Math.floor(turn / perAddress);
    const port = musterPort + (turn % perAddress);
    const near = this.#targetOf(turn);
    const node = population.addAdversary({
      malice: this.#maliceOf(turn, port),
      address: `10.200.${host >> 8}.${host & 0xff}`,
      ...(near !== undefined && { near }),
    });
    this.#conspiracy.add(node);
    return node;
  }

  /** By turns in each of the islands, where there are several. */
  #maliceOf(turn: number, port: number): Malice {
    const { islands } = this.#simulation.scenario;
    return { conduct: this.#partition?.conductIn(turn % islands) ?? this.#conspiracy.conduct, port };
  }

  /** By turns around the victim itself, and around where its registration is. */
  #targetOf(turn: number): Uint8Array | undefined {
    const victim = this.#victim;
    return turn % 2 === 0 ? victim?.nodeId : victim?.resource;
  }

  /** The victim begins anew once the attackers have settled; then it asks and is asked for. */
  #watchVictim(): void {
    const simulation = this.#simulation;
    const victim = this.#victim;
    if (victim === undefined) return;
    const restartMs = 1000 * (this.#plan.fromSeconds + simulation.scenario.switchOnSeconds + settlingSeconds);
    simulation.after(restartMs, "the victim begins anew", () => {
      simulation.crash(victim);
      simulation.after(victimOffMs, "back", () => simulation.switchOn(victim));
    });
    const draw = simulation.prng.fork("victim");
    simulation.after(restartMs + 1000 * settlingSeconds, "the victim is watched", () =>
      simulation.every(askEveryMs, "the victim asks", () => {
        const others = simulation.honest.filter((node) => node !== victim && isInPlace(node));
        if (others.length < 2) return;
        simulation.lookUp(victim, draw.pick(others), { tally: this.#asks });
        simulation.lookUp(draw.pick(others), victim, { tally: this.#sought });
      }),
    );
  }

  #reportOfVictim(): AdversaryReport["victim"] {
    const victim = this.#victim;
    const linked = new Set(victim?.describe()?.neighbours.map(({ nodeId }) => idKey(nodeId)));
    if (victim === undefined) return undefined;
    const links = this.#simulation.population.living.filter(({ nodeId }) => linked.has(idKey(nodeId)));
    const taken = (nodes: readonly SimNode[]): number => nodes.filter(({ malice }) => malice).length;
    return {
      siblingsTaken: taken(nearestTo(victim.nodeId, links, siblingsMax)),
      linksTakenPercent: percentOf(taken(links), links.length),
      asksFoundPercent: percentOf(this.#asks.found, this.#asks.count),
      soughtFoundPercent: percentOf(this.#sought.found, this.#sought.count),
    };
  }
}

/** A peer, or a client of some. */
function isInPlace({ stage }: SimNode): boolean {
  return stage === "peer" || stage === "client";
}

/** To a tenth; of nothing all. */
function percentOf(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.round((1000 * part) / whole) / 10;
}

/** From the last attacker's coming until the victim restarts, and from then until it is looked at. */
const settlingSeconds = 60;
const victimOffMs = 10_000;
const askEveryMs = 1000;
