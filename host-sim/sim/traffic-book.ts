import type { VirtualNetwork } from "../virtual/network.js";
import type { NodeSize } from "./node-size.js";
import type { SimNode } from "./sim-node.js";

/** Of one node since counting began. */
interface Account {
  bytesBefore: number;
  onSince: number | undefined;
  onMs: number;
}

/** Bytes of UDP payload that nodes send and get in their time on, once the first rush is over. */
export class TrafficBook {
  readonly #network: VirtualNetwork;
  readonly #accounts = new Map<SimNode, Account>();
  #isCounting = false;

  constructor(network: VirtualNetwork) {
    this.#network = network;
  }

  /** Counts from now on. */
  begin(nodes: readonly SimNode[], atMs: number): void {
    this.#isCounting = true;
    for (const node of nodes) {
      const onSince = node.isOn ? atMs : undefined;
      this.#accounts.set(node, { bytesBefore: this.#bytesOf(node), onSince, onMs: 0 });
    }
  }

  handleOn(node: SimNode, atMs: number): void {
    if (!this.#isCounting) return;
    const account = this.#accounts.get(node) ?? {
      bytesBefore: this.#bytesOf(node),
      onSince: undefined,
      onMs: 0,
    };
    account.onSince = atMs;
    this.#accounts.set(node, account);
  }

  handleOff(node: SimNode, atMs: number): void {
    const account = this.#accounts.get(node);
    if (account?.onSince === undefined) return;
    account.onMs += atMs - account.onSince;
    account.onSince = undefined;
  }

  /** Mean of all nodes of a size, bytes a minute; `undefined` where nothing was counted. */
  bytesPerMinute(size: NodeSize, atMs: number): number | undefined {
    let bytes = 0;
    let onMs = 0;
    for (const [node, account] of this.#accounts) {
      if (node.size !== size) continue;
      bytes += this.#bytesOf(node) - account.bytesBefore;
      onMs += account.onMs + (account.onSince === undefined ? 0 : atMs - account.onSince);
    }
    return onMs === 0 ? undefined : Math.round(bytes / (onMs / 60_000));
  }

  #bytesOf({ address }: SimNode): number {
    const { bytesSent, bytesReceived } = this.#network.trafficOf(address);
    return bytesSent + bytesReceived;
  }
}
