import { endpointText, type Endpoint } from "../../firmware/core/endpoint.js";
import type { SwarmNode } from "./swarm-node.js";

/** Which node is at an address, of a list that grows. */
export class Addresses {
  readonly #nodes: readonly SwarmNode[];
  readonly #byAddress = new Map<string, SwarmNode>();
  #known = 0;

  constructor(nodes: readonly SwarmNode[]) {
    this.#nodes = nodes;
  }

  nodeAt(endpoint: Endpoint): SwarmNode | undefined {
    for (const node of this.#nodes.slice(this.#known)) this.#byAddress.set(endpointText(node.endpoint), node);
    this.#known = this.#nodes.length;
    return this.#byAddress.get(endpointText(endpoint));
  }
}
