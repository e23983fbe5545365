import { compareDistance } from "../../firmware/core/node-id.js";
import type { RoleChoice } from "../../firmware/overlay/role-state.js";
import type { KeyRing } from "../../firmware/identity/key-ring.js";
import type { Malice } from "./lying-node.js";
import { NattedLans } from "./natted-lans.js";
import type { NodeSize } from "./node-size.js";
import type { NatPlan } from "./scenario.js";
import { SimNode, type SimNodeMaking, type SimWorld } from "./sim-node.js";

/** How many nodes there are, and how they are spread over LANs and islands. */
export interface PopulationPlan {
  /** Nodes of one LAN at most: those hear each other's beacons. */
  readonly lanNodes: number;
  /** Parts of the network that at first cannot reach each other. */
  readonly islands: number;
  /** Of all nodes: host peers, and phones that are peers whatever is there. */
  readonly hostPeersPercent: number;
  readonly lowPeersPercent: number;
  readonly nats: NatPlan | undefined;
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
  readonly #natted: NattedLans | undefined;
  /** Addresses given in each island. */
  readonly #given: number[];
  /** Phones made in each island. */
  readonly #phones: number[];
  #living: readonly SimNode[] | undefined;

  constructor(world: SimWorld, plan: PopulationPlan) {
    this.#world = world;
    this.#plan = plan;
    const { nats } = plan;
    this.#natted = nats && new NattedLans(world.network, world.prng.fork("NATs"), nats);
    this.#given = Array.from({ length: plan.islands }, () => 0);
    this.#phones = Array.from({ length: plan.islands }, () => 0);
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
    const keyRing = like?.keyRing ?? this.#keysOf(name, this.nodes.length);
    const role = like?.role ?? this.#roleOf(size, island);
    return this.#place({ name, size, role, keyRing }, island);
  }

  /** Makes the node of a user who has lost all that was in the memory of his own: another key, the same name. */
  addSuccessor(of: SimNode): SimNode {
    const { name, size, role } = of;
    const keyRing = this.#keysOf(name, this.nodes.length);
    return this.#place({ name, size, role, keyRing }, this.islandOf(of));
  }

  /**
   * Makes an adversary: at an address of its own choice, else in a LAN of island 0 as others are. Of many keys it takes
   * the one whose Node-ID is nearest to `near`, where that is given; an authority signs one and does not let it choose.
   */
  addAdversary({ malice, address, near }: { malice: Malice; address?: string; near?: Uint8Array }): SimNode {
    const number = this.nodes.length;
    const name = `adversary${number}`;
    const role = "peer";
    let keyRing = this.#keysOf(name, number);
    const draws = near === undefined || this.#world.enrollment.isByAuthority ? 1 : keysDrawn;
    for (let draw = 1; near !== undefined && draw < draws; draw++) {
      const other = this.#keysOf(name, `${number}, draw ${draw}`);
      if (compareDistance(near, other.nodeId, keyRing.nodeId) < 0) keyRing = other;
    }
    if (address === undefined) return this.#place({ name, size: "phone", role, keyRing, malice }, 0);
    return this.#enter({ name, size: "host", role, keyRing, malice, address }, 0, `lan of ${address}`);
  }

  /** Gives it the next address of its island. */
  #place(making: Omit<SimNodeMaking, "address">, island: number): SimNode {
    const { lanNodes } = this.#plan;
    const at = this.#given[island] ?? 0;
    this.#given[island] = at + 1;
    const lan = Math.floor(at / lanNodes);
    const address = `10.${64 * island + (lan >> 8)}.${lan & 0xff}.${10 + (at % lanNodes)}`;
    const name = `lan ${island}.${lan}`;
    if (this.#natted?.has({ island, lan }) !== true) return this.#enter({ ...making, address }, island, name);
    if (making.size === "host") return this.#enter({ ...making, address }, island, `outside of ${name}`);
    const node = this.#enter({ ...making, address }, island, name);
    this.#natted.put(address, { island, lan });
    return node;
  }

  #enter(making: SimNodeMaking, island: number, lan: string): SimNode {
    const node = new SimNode(this.#world, making);
    this.#world.network.setSegment(making.address, lan);
    this.#islandOf.set(node, island);
    this.nodes.push(node);
    return node;
  }

  /** Phones that are peers by themselves are spread evenly among the others. */
  #roleOf(size: NodeSize, island: number): RoleChoice {
    if (size === "host") return "auto";
    const { hostPeersPercent, lowPeersPercent } = this.#plan;
    const share = Math.min(1, lowPeersPercent / Math.max(1, 100 - hostPeersPercent));
    const before = this.#phones[island] ?? 0;
    this.#phones[island] = before + 1;
    return Math.floor((before + 1) * share) > Math.floor(before * share) ? "peer" : "auto";
  }

  #keysOf(userName: string, number: number | string): KeyRing {
    const { enrollment, prng } = this.#world;
    return enrollment.keyRing(userName, prng.fork(`keys ${number} ${userName}`).fill(new Uint8Array(32)));
  }
}

/** An attacker's search for one place: some six bits nearer than chance. */
const keysDrawn = 64;
