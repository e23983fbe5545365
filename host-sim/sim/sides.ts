import type { VirtualNetwork } from "../virtual/network.js";
import type { Prng } from "../virtual/prng.js";
import type { SimNode } from "./sim-node.js";

/** Who can reach whom: while the network is cut, each node is on one side. */
export class Sides {
  readonly #network: VirtualNetwork;
  readonly #prng: Prng;
  readonly #sides = new Map<SimNode, string>();
  #count = 1;

  constructor(network: VirtualNetwork, prng: Prng) {
    this.#network = network;
    this.#prng = prng;
  }

  /** Whether the network is cut now. */
  get isCut(): boolean {
    return this.#count > 1;
  }

  /** Puts a node on a side of its own choosing, as islands are. */
  put(node: SimNode, side: number, of: number): void {
    this.#count = of;
    this.#assign(node, side);
  }

  /** Puts each node on one of `parts` sides: as many on each, drawn by chance. */
  split(nodes: readonly SimNode[], parts: number): void {
    this.#count = parts;
    this.#prng.shuffle(nodes).forEach((node, at) => this.#assign(node, at % parts));
  }

  /** A node that comes while the network is cut is somewhere, too. */
  place(node: SimNode): void {
    if (this.isCut && !this.#sides.has(node)) this.#assign(node, this.#prng.below(this.#count));
  }

  heal(): void {
    this.#count = 1;
    this.#sides.clear();
    this.#network.heal();
  }

  /** Whether two nodes can reach each other. */
  connects(a: SimNode, b: SimNode): boolean {
    return this.#sides.get(a) === this.#sides.get(b);
  }

  /** The nodes by the sides they are on. */
  groups(nodes: readonly SimNode[]): SimNode[][] {
    const groups = new Map<string | undefined, SimNode[]>();
    for (const node of nodes) {
      const side = this.#sides.get(node);
      groups.set(side, [...(groups.get(side) ?? []), node]);
    }
    return [...groups.values()];
  }

  #assign(node: SimNode, side: number): void {
    const name = `side ${side}`;
    this.#sides.set(node, name);
    this.#network.setSide(name, [node.address]);
  }
}
