import type { Stage } from "../../firmware/wire/kinds/neighbours.js";
import type { VirtualNetwork } from "../virtual/network.js";
import type { SimNode } from "./sim-node.js";

/** What a node is to the overlay: a client, a phone that is a peer, or a host peer. */
export type Part = "client" | "lowPeer" | "highPeer";

/** What all nodes of a part have spent together. */
interface Total {
  bytes: number;
  onMs: number;
}

/** A node in one part, since it is on or has become it; the part is open until the node has found its role. */
interface Account {
  part: Part | undefined;
  readonly sinceMs: number;
  readonly bytesBefore: number;
}

/**
 * Bytes of UDP payload that nodes send and get in their time on, once the first rush is over, each in the part it has
 * then; and how often nodes change from one part to another.
 */
export class TrafficBook {
  readonly #network: VirtualNetwork;
  readonly #accounts = new Map<SimNode, Account>();
  readonly #totals: { readonly [part in Part]: Total } = {
    client: { bytes: 0, onMs: 0 },
    lowPeer: { bytes: 0, onMs: 0 },
    highPeer: { bytes: 0, onMs: 0 },
  };
  #isCounting = false;
  #roleChanges = 0;

  constructor(network: VirtualNetwork) {
    this.#network = network;
  }

  /** Clients that became peers and peers that became clients since counting began. */
  get roleChanges(): number {
    return this.#roleChanges;
  }

  /** Counts from now on. */
  begin(nodes: readonly SimNode[], atMs: number): void {
    this.#isCounting = true;
    for (const node of nodes) if (node.isOn) this.#open(node, partOf(node, node.stage), atMs);
  }

  handleOn(node: SimNode, atMs: number): void {
    if (this.#isCounting) this.#open(node, partOf(node, node.stage), atMs);
  }

  /** A node is at another stage: what it was before it had a role belongs to the role it has found. */
  handleStage(node: SimNode, stage: Stage, atMs: number): void {
    const account = this.#accounts.get(node);
    const part = partOf(node, stage);
    if (account === undefined || part === undefined || part === account.part) return;
    if (account.part === undefined) {
      account.part = part;
      return;
    }
    this.#roleChanges++;
    this.#close(node, account, atMs);
    this.#open(node, part, atMs);
  }

  handleOff(node: SimNode, atMs: number): void {
    const account = this.#accounts.get(node);
    if (account === undefined) return;
    this.#close(node, account, atMs);
    this.#accounts.delete(node);
  }

  /** Mean of all nodes of a part, bytes a minute; `undefined` where nothing was counted. */
  bytesPerMinute(part: Part, atMs: number): number | undefined {
    let { bytes, onMs } = this.#totals[part];
    for (const [node, account] of this.#accounts) {
      if (account.part !== part) continue;
      bytes += this.#bytesOf(node) - account.bytesBefore;
      onMs += atMs - account.sinceMs;
    }
    return onMs === 0 ? undefined : Math.round(bytes / (onMs / 60_000));
  }

  /** Role changes per hour that a phone was on; `undefined` where nothing was counted. */
  roleChangesPerNodeHour(atMs: number): number | undefined {
    let onMs = this.#totals.client.onMs + this.#totals.lowPeer.onMs;
    for (const [node, { sinceMs }] of this.#accounts) if (node.size === "phone") onMs += atMs - sinceMs;
    return onMs === 0 ? undefined : this.#roleChanges / (onMs / 3_600_000);
  }

  #open(node: SimNode, part: Part | undefined, atMs: number): void {
    this.#accounts.set(node, { part, sinceMs: atMs, bytesBefore: this.#bytesOf(node) });
  }

  #close(node: SimNode, { part = "lowPeer", sinceMs, bytesBefore }: Account, atMs: number): void {
    const total = this.#totals[part];
    total.bytes += this.#bytesOf(node) - bytesBefore;
    total.onMs += atMs - sinceMs;
  }

  #bytesOf({ address }: SimNode): number {
    const { bytesSent, bytesReceived } = this.#network.trafficOf(address);
    return bytesSent + bytesReceived;
  }
}

/** The part of a node at a stage; a phone has found none while it is joining, and keeps its last one while leaving. */
function partOf(node: SimNode, stage: Stage): Part | undefined {
  if (node.size === "host") return "highPeer";
  if (stage === "client") return "client";
  return stage === "filling" || stage === "peer" ? "lowPeer" : undefined;
}
