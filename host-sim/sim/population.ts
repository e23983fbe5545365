import { hashesPerTurn } from "../../firmware/core/limits.js";
import { Identification } from "../../firmware/identification.js";
import type { KeyRing } from "../../firmware/identity/key-ring.js";
import type { NodeSize } from "./node-size.js";
import { SimNode, type SimWorld } from "./sim-node.js";

/** How many nodes there are, and how they are spread over LANs and islands. */
export interface PopulationPlan {
  /** Nodes of one LAN at most: those hear each other's beacons. */
  readonly lanNodes: number;
  /** Parts of the network that at first cannot reach each other. */
  readonly islands: number;
}

/**
 * The nodes of a run, on and off. Each has a name, an address in one of the LANs and keys of its own, all drawn from
 * the seed; addresses are given once.
 */
export class Population {
  readonly nodes: SimNode[] = [];
  readonly #world: SimWorld;
  readonly #plan: PopulationPlan;
  readonly #islandOf = new Map<SimNode, number>();
  /** Addresses given in each island. */
  readonly #given: number[];
  #living: readonly SimNode[] | undefined;

  constructor(world: SimWorld, plan: PopulationPlan) {
    this.#world = world;
    this.#plan = plan;
    this.#given = Array.from({ length: plan.islands }, () => 0);
  }

  /** Those that are on, in the order in which they were made. */
  get living(): readonly SimNode[] {
    return (this.#living ??= this.nodes.filter(({ isOn }) => isOn));
  }

  /** Somebody was switched on or off. */
  noteChange(): void {
    this.#living = undefined;
  }

  /** The island a node was made in. */
  islandOf(node: SimNode): number {
    return this.#islandOf.get(node) ?? 0;
  }

  /** Makes a node of a new name; `like` makes one with the same keys. */
  add(size: NodeSize, island: number, like?: SimNode): SimNode {
    const name = like?.name ?? `${size}${this.nodes.length}`;
    return this.#place(name, size, island, like?.keyRing ?? this.#keysOf(name, this.nodes.length));
  }

  /** Makes the node of a user who has lost all that was in the memory of his own: another key, the same name. */
  addSuccessor(of: SimNode): SimNode {
    return this.#place(of.name, of.size, this.islandOf(of), this.#keysOf(of.name, this.nodes.length));
  }

  #place(name: string, size: NodeSize, island: number, keyRing: KeyRing): SimNode {
    const { lanNodes } = this.#plan;
    const at = this.#given[island] ?? 0;
    this.#given[island] = at + 1;
    const lan = Math.floor(at / lanNodes);
    const address = `10.${64 * island + (lan >> 8)}.${lan & 0xff}.${10 + (at % lanNodes)}`;
    const node = new SimNode(this.#world, { name, size, address, keyRing });
    this.#world.network.setSegment(address, `lan ${island}.${lan}`);
    this.#islandOf.set(node, island);
    this.nodes.push(node);
    return node;
  }

  #keysOf(userName: string, number: number): KeyRing {
    const { crypto, overlayId, workBits, prng } = this.#world;
    const seed = prng.fork(`keys ${number} ${userName}`).fill(new Uint8Array(32));
    const work = new Identification(crypto, { userName, overlayId, workBits }, seed);
    for (let turn = 0; turn < turnsMax; turn++) {
      const keyRing = work.advance();
      if (keyRing !== undefined) return keyRing;
    }
    throw new Error(`no identity after ${turnsMax * hashesPerTurn} hashes`);
  }
}

const turnsMax = 10_000;
