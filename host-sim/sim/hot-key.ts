import { sameId } from "../../firmware/core/node-id.js";
import type { Opened } from "../../firmware/link/capture.js";
import { decodeMessage } from "../../firmware/wire/message.js";
import { markOf, marked } from "../table.js";
import type { Prng } from "../virtual/prng.js";
import { LookupTally } from "./lookup-traffic.js";
import type { Action } from "./scenario.js";
import type { SimNode } from "./sim-node.js";
import type { Simulation } from "./simulation.js";

/** What one name that everybody looks up has cost. */
export interface HotKeyReport {
  readonly lookups: number;
  readonly found: number;
  /** Lookups that a peer had to answer or to pass on: in the mean of those that are on at the end, and the most. */
  readonly mean: number;
  readonly max: number;
  readonly maxOverMean: number | null;
}

/**
 * Every node looks up one and the same name, again and again (protocol §4, hot keys). Counted is what each peer has to
 * do for that: the Fetches for the name that reach it, and those of its own lookups that it can answer itself.
 */
export class HotKey {
  readonly #simulation: Simulation;
  readonly #sought: SimNode;
  readonly #tallies: Map<SimNode, LookupTally> = new Map();
  readonly #reached: Map<SimNode, number> = new Map();
  /** Of the lookups of a node itself, those that went to others: their transactions. */
  readonly #sent: Map<SimNode, Set<number>> = new Map();
  readonly #meanMs: number;
  readonly #endsAtMs: number;

  constructor(simulation: Simulation, sought: SimNode, action: Extract<Action, { do: "hotKey" }>) {
    this.#simulation = simulation;
    this.#sought = sought;
    this.#meanMs = 1000 * action.everyMeanSeconds;
    this.#endsAtMs = simulation.clock.now() + 1000 * action.seconds;
  }

  /** Each node that is on now begins at a moment of its own. */
  begin(draw: Prng): void {
    for (const asker of this.#simulation.honest)
      this.#scheduleNext(draw, asker, draw.below(Math.ceil(this.#meanMs)));
  }

  /** A message that a node has opened, or is about to seal. */
  handleOpened(node: SimNode, { direction, plaintext }: Opened): void {
    // Of a fixed CBOR array: the second byte is the type.
    if (plaintext[1] !== fetchType) return;
    const message = decodeMessage(plaintext);
    if (!message.ok || message.value.type !== "fetch") return;
    const { destination, via, transaction } = message.value;
    if (!sameId(destination.first, this.#sought.resource)) return;
    if (direction === "in") this.#reached.set(node, (this.#reached.get(node) ?? 0) + 1);
    else if (via.length === 0)
      this.#sent.set(node, (this.#sent.get(node) ?? new Set<number>()).add(transaction));
  }

  report(): HotKeyReport {
    const peers = this.#simulation.honest.filter(({ stage }) => stage === "peer");
    const counts = peers.map((peer) => (this.#reached.get(peer) ?? 0) + this.#answeredItself(peer));
    const max = Math.max(0, ...counts);
    const mean = counts.reduce((sum, each) => sum + each, 0) / Math.max(1, counts.length);
    const tallies = [...this.#tallies.values()];
    return {
      lookups: tallies.reduce((sum, { count }) => sum + count, 0),
      found: tallies.reduce((sum, { found }) => sum + found, 0),
      mean: rounded(mean),
      max,
      maxOverMean: mean === 0 ? null : rounded(max / mean),
    };
  }

  #answeredItself(peer: SimNode): number {
    const begun = this.#tallies.get(peer)?.count ?? 0;
    return Math.max(0, begun - (this.#sent.get(peer)?.size ?? 0));
  }

  #scheduleNext(draw: Prng, asker: SimNode, waitMs: number): void {
    const simulation = this.#simulation;
    if (simulation.clock.now() + waitMs >= this.#endsAtMs) return;
    simulation.after(waitMs, "everybody asks for one name", () => {
      const tally = this.#tallies.get(asker) ?? new LookupTally();
      this.#tallies.set(asker, tally);
      simulation.lookUp(asker, this.#sought, { tally });
      this.#scheduleNext(draw, asker, (this.#meanMs * (500 + draw.below(1001))) / 1000);
    });
  }
}

/** The report for people: rows of its table. */
export function hotKeyRows({ lookups, found, mean, max, maxOverMean }: HotKeyReport): string[][] {
  const share = markOf(maxOverMean === null || maxOverMean <= maxOverMeanGoal);
  const text = `a peer was asked ${mean} times, the hottest ${max} times: ${maxOverMean ?? "no"} x the mean`;
  return [
    ["hot name", `${lookups} lookups, ${found} found`],
    ["", marked(text, share)],
  ];
}

function rounded(figure: number): number {
  return Math.round(10 * figure) / 10;
}

/** Protocol §4. */
const maxOverMeanGoal = 8;
/** As muster.cddl numbers it. */
const fetchType = 8;
