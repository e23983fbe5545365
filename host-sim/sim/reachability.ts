import { idKey } from "../../firmware/core/node-id.js";
import type { HeldDescription } from "../../firmware/overlay/description.js";
import { decodeRegistration, registrationKind } from "../../firmware/usage/registration.js";
import { Distribution } from "./distribution.js";
import { stores } from "../../firmware/overlay/neighbourhood.js";
import type { SimNode } from "./sim-node.js";

/** What reachability looks at. */
export interface ReachableNodes {
  readonly living: () => readonly SimNode[];
  readonly connects: (a: SimNode, b: SimNode) => boolean;
}

/**
 * For how long registered users could not be called: looked at from outside, in all nodes, as often as `check` is
 * called. A user can be called while a living peer holds the registration of his phone, and what the newest one says
 * is true: of a phone that is a peer, that it is one; of a client, that one of the peers it names serves it.
 */
export class Reachability {
  /** Of each time somebody could not be called, and can be again or is off, the seconds it lasted. */
  readonly unreachableSeconds = new Distribution();
  readonly #nodes: ReachableNodes;
  /** Users who can be called, and those who cannot with the moment since when. */
  readonly #since = new Map<SimNode, number | undefined>();

  constructor(nodes: ReachableNodes) {
    this.#nodes = nodes;
  }

  /** Looks at all of them: a user counts from the first time he can be called until he is switched off. */
  check(atMs: number): void {
    const living = this.#nodes.living();
    const holders = holdersOf(living);
    const byKey = new Map(living.map((node) => [idKey(node.nodeId), node]));
    for (const node of living) {
      const isReachable = (holders.get(idKey(node.nodeId)) ?? []).some(
        ({ holder, held }) => this.#nodes.connects(holder, node) && this.#leadsTo(node, held, byKey),
      );
      if (isReachable) this.#end(node, atMs);
      if (isReachable) this.#since.set(node, undefined);
      else if (this.#since.has(node)) this.#since.set(node, this.#since.get(node) ?? atMs);
    }
    for (const node of [...this.#since.keys()]) if (!node.isOn) this.handleOff(node, atMs);
  }

  /** A node was switched off. */
  handleOff(node: SimNode, atMs: number): void {
    this.#end(node, atMs);
    this.#since.delete(node);
  }

  /** The longest that anybody could not be called, seconds, those who cannot now among them. */
  maxSeconds(atMs: number): number {
    const now = [...this.#since.values()].map((since) => (since === undefined ? 0 : (atMs - since) / 1000));
    return Math.max(this.unreachableSeconds.max, ...now);
  }

  #end(node: SimNode, atMs: number): void {
    const since = this.#since.get(node);
    if (since !== undefined) this.unreachableSeconds.add((atMs - since) / 1000);
  }

  #leadsTo(owner: SimNode, held: HeldDescription, byKey: ReadonlyMap<string, SimNode>): boolean {
    const registration = held.value === null ? undefined : decodeRegistration(held.value);
    if (registration?.ok !== true) return false;
    const { ways } = registration.value;
    if (ways.length === 0) return owner.stage !== "client";
    return ways.some(([first]) => {
      const peer = first === undefined ? undefined : byKey.get(idKey(first));
      return peer !== undefined && this.#nodes.connects(peer, owner) && peer.serves(owner);
    });
  }
}

/** The newest registration of each device, by its Node-ID, with all living peers that hold it. */
function holdersOf(
  living: readonly SimNode[],
): ReadonlyMap<string, readonly { readonly holder: SimNode; readonly held: HeldDescription }[]> {
  const holders = new Map<string, { holder: SimNode; held: HeldDescription }[]>();
  for (const holder of living) {
    if (!stores(holder.stage)) continue;
    for (const held of holder.describe()?.held ?? []) {
      if (held.kind !== registrationKind) continue;
      const key = idKey(held.nodeId);
      const known = holders.get(key) ?? [];
      const newest = known[0]?.held.generation ?? -1;
      if (held.generation > newest) holders.set(key, [{ holder, held }]);
      else if (held.generation === newest) known.push({ holder, held });
    }
  }
  return holders;
}
