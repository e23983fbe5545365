import { idKey, type ResourceId } from "../../firmware/core/node-id.js";
import { doubtsOf } from "../../firmware/doubts.js";
import { registrationKind } from "../../firmware/usage/registration.js";
import type { FetchAnswer, FetchRequest } from "../../firmware/wire/kinds/fetch.js";
import type { Record } from "../../firmware/wire/kinds/record.js";
import type { StoreRequest } from "../../firmware/wire/kinds/store.js";
import type { Message } from "../../firmware/wire/message.js";
import { denial, spoiled } from "./liars.js";
import { LookupTally } from "./lookup-traffic.js";
import type { Conduct } from "./lying-node.js";
import type { AdversaryPlan, Crossing } from "./scenario.js";
import type { SimNode } from "./sim-node.js";
import type { Simulation } from "./simulation.js";

/** What came of an attacker who stands between two parts of an overlay: a part of `AdversaryReport`. */
export interface PartitionReport {
  readonly crossing: Crossing;
  /** Lookups of the honest for names of their own island, and for those of the other. */
  readonly withinFoundPercent: number;
  readonly acrossFoundPercent: number;
  /** Of the honest, at the moment before an honest node links both: those whose `status` names somebody who lies. */
  readonly noticedPercent: number;
  /** From 60 s after then on, if there is such a step. */
  readonly bridged?: { readonly acrossFoundPercent: number };
}

/**
 * An attacker between two islands of an overlay, who alone knows of both (checklist S11). His nodes are good peers of
 * one island each: they route, store and copy as others do, and name whom they know there. So the islands are whole,
 * and what each can learn of the other is what he lets through: the answer to who asks for a name of the other island.
 */
export class Partition {
  readonly #simulation: Simulation;
  readonly #crossing: Crossing;
  readonly #within = new LookupTally();
  readonly #across = new LookupTally();
  readonly #bridged = new LookupTally();
  readonly #bridgedAtMs: number | undefined;
  /** What his nodes were given to keep, by where it belongs. */
  readonly #copied = new Map<string, Record>();
  #noticedPercent = 0;

  constructor(simulation: Simulation, { crossing }: AdversaryPlan) {
    this.#simulation = simulation;
    this.#crossing = crossing;
    const bridge = simulation.scenario.steps.find(({ action }) => action.do === "bridge");
    this.#bridgedAtMs = bridge && 1000 * bridge.timing.atSeconds;
  }

  /** What a node of his in `island` does. */
  conductIn(island: number): Conduct {
    return {
      hear: (message, counter) => this.#hear(island, message, counter),
      say: (message) => message,
    };
  }

  /** The honest of each island ask each other, and those of the other, each second from `fromMs` on. */
  watch(fromMs: number): void {
    const simulation = this.#simulation;
    const draw = simulation.prng.fork("partition");
    simulation.after(fromMs, "the islands are watched", () =>
      simulation.every(askEveryMs, "somebody asks within, and across", () => {
        const asker = draw.pick(simulation.honest);
        const others = simulation.honest.filter((node) => node !== asker);
        for (const isAcross of [false, true]) {
          const sought = others.filter((node) => this.#areApart(asker, node) === isAcross);
          const tally = isAcross ? this.#tallyNow() : this.#within;
          if (sought.length > 0 && tally !== undefined)
            simulation.lookUp(asker, draw.pick(sought), { tally });
        }
      }),
    );
    const noticedAtMs = this.#bridgedAtMs ?? 60_000 * simulation.scenario.minutes;
    simulation.after(noticedAtMs - 1, "who notices", () => {
      const { honest } = simulation;
      const noticing = honest.filter((node) => doubtsOf(node.describe() ?? { counts: {} }).length > 0);
      this.#noticedPercent = percentOf(noticing.length, honest.length);
    });
  }

  report(): PartitionReport {
    const isBridged = this.#bridged.count > 0;
    return {
      crossing: this.#crossing,
      withinFoundPercent: percentOf(this.#within.found, this.#within.count),
      acrossFoundPercent: percentOf(this.#across.found, this.#across.count),
      noticedPercent: this.#noticedPercent,
      ...(isBridged && {
        bridged: { acrossFoundPercent: percentOf(this.#bridged.found, this.#bridged.count) },
      }),
    };
  }

  /** Where a lookup across counts that begins now; `undefined`: an honest node is just coming between. */
  #tallyNow(): LookupTally | undefined {
    const sinceMs = this.#simulation.clock.now() - (this.#bridgedAtMs ?? Infinity);
    if (sinceMs < -lookupMsMax) return this.#across;
    return sinceMs < bridgingMs ? undefined : this.#bridged;
  }

  #areApart(a: SimNode, b: SimNode): boolean {
    const { population } = this.#simulation;
    return population.islandOf(a) !== population.islandOf(b);
  }

  #hear(island: number, message: Message, counter: number): readonly Message[] | undefined {
    if (message.type === "store") this.#copy(message);
    const sought = message.type === "fetch" ? this.#ownerOf(message) : undefined;
    if (message.type !== "fetch" || sought === undefined) return undefined;
    if (this.#simulation.population.islandOf(sought) === island) return undefined;
    switch (this.#crossing) {
      case "pass":
      case "forge":
        return [this.#answer(message, sought)];
      case "deny":
        return [denial(message)];
      case "drop":
        return [{ type: "hopAck", counters: [counter] }];
    }
  }

  #ownerOf({ destination }: FetchRequest): SimNode | undefined {
    const place = idKey(destination.first as ResourceId);
    return this.#simulation.honest.find(({ resource }) => idKey(resource) === place);
  }

  #copy({ destination, kind, record }: StoreRequest): void {
    if (kind === registrationKind)
      this.#copied.set(idKey(destination.first as ResourceId), structuredClone(record));
  }

  /** What his nodes on the other side have of it, as it is or spoiled, with the credential of who is linked to them. */
  #answer(request: FetchRequest, owner: SimNode): FetchAnswer {
    const copied = this.#copied.get(idKey(owner.resource));
    if (copied === undefined) return denial(request);
    const shown = this.#crossing === "forge" ? spoiled(copied) : copied;
    const { transaction, via } = request;
    const records = [{ ...shown, remainingS: copied.lifetimeS }];
    const credentials = [owner.keyRing.credential.bytes];
    return { type: "fetchAnswer", transaction, via, status: "ok", records, credentials };
  }
}

/** To a tenth; of nothing all. */
function percentOf(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.round((1000 * part) / whole) / 10;
}

const askEveryMs = 1000;
/** A lookup that begins so long before an honest node links both has ended by then. */
const lookupMsMax = 15_000;
/** For so long both islands become one. */
const bridgingMs = 60_000;
