import { replicasMax } from "../../firmware/core/limits.js";
import { compareDistance, idKey } from "../../firmware/core/node-id.js";
import { stores } from "../../firmware/overlay/neighbourhood.js";
import { registrationLifetimeS } from "../../firmware/usage/registration.js";
import { Distribution } from "./distribution.js";
import type { Failures } from "./failures.js";
import type { SimNode } from "./sim-node.js";

/** A registration that the overlay has said it keeps. */
export interface KeptRecord {
  readonly owner: SimNode;
  /** When the overlay last said so, and until when nothing excuses its loss, virtual ms. */
  storedAt: number;
  dueUntil: number;
}

/** The nodes of the run, as far as records have to do with them. */
export interface ModelledNodes {
  readonly living: () => readonly SimNode[];
  /** Whether two nodes, on or off, are on one side of the network. */
  readonly connects: (a: SimNode, b: SimNode) => boolean;
}

/**
 * What it means that no node asked for a record holds it: a failure; a figure; or that others have it and hide it, so
 * that it is sought as before.
 */
type Losses = "failures" | "counted" | "hidden";

/** Records that a dead node held, each being copied again. */
interface Repair {
  readonly diedAt: number;
  readonly record: KeptRecord;
}

/**
 * What must be true of records: from the moment the overlay says that it is stored until its lifetime ends, some living
 * node holds it. After a death its copies are three again, and how long that took is the repair time.
 */
export class RecordModel {
  readonly repairSeconds = new Distribution();
  readonly #failures: Failures;
  readonly #nodes: ModelledNodes;
  readonly #kept = new Map<string, KeptRecord>();
  #list: readonly KeptRecord[] | undefined;
  #repairs: Repair[] = [];
  #stored = 0;
  #lost = 0;
  #missing = 0;

  constructor(failures: Failures, nodes: ModelledNodes) {
    this.#failures = failures;
    this.#nodes = nodes;
  }

  /** Records the overlay took for the first time, or again after they were lost or had expired. */
  get stored(): number {
    return this.#stored;
  }

  /** Records that at some check nobody held. */
  get lost(): number {
    return this.#lost;
  }

  /** Records that nobody held at the last check. */
  get missing(): number {
    return this.#missing;
  }

  /** Repairs that have not come to their end. */
  get repairing(): number {
    return this.#repairs.length;
  }

  /** Records that must be found, in a fixed order. */
  get kept(): readonly KeptRecord[] {
    return (this.#list ??= [...this.#kept.values()]);
  }

  /** The registration of a node, if it must be found. */
  of(owner: SimNode): KeptRecord | undefined {
    return this.#kept.get(idKey(owner.nodeId));
  }

  /** The overlay tells the owner that its registration is stored. */
  handleStored(owner: SimNode, atMs: number): void {
    const key = idKey(owner.nodeId);
    const dueUntil = atMs + 1000 * registrationLifetimeS - marginMs;
    const known = this.#kept.get(key);
    if (known !== undefined) {
      known.storedAt = atMs;
      known.dueUntil = dueUntil;
      return;
    }
    this.#stored++;
    this.#kept.set(key, { owner, storedAt: atMs, dueUntil });
    this.#list = undefined;
  }

  /** A node ends without a word: what it held is missing a copy. `held` as it described it. */
  handleDeath(
    held: readonly { readonly key: Uint8Array; readonly isTombstone: boolean }[],
    atMs: number,
  ): void {
    for (const { key, isTombstone } of held) {
      const record = isTombstone ? undefined : this.#kept.get(idKey(key));
      if (record !== undefined && !this.#repairs.some((repair) => repair.record === record))
        this.#repairs.push({ diedAt: atMs, record });
    }
  }

  /** Looks whether what dead nodes held is on three living nodes again; to be called each second or so. */
  checkRepairs(atMs: number): void {
    if (this.#repairs.length === 0) return;
    const held = new Map<SimNode, ReadonlySet<string>>();
    this.#repairs = this.#repairs.filter(({ diedAt, record }) => {
      if (!this.#kept.has(idKey(record.owner.nodeId)) || record.dueUntil <= atMs) return false;
      const storing = this.#nodes
        .living()
        .filter((node) => stores(node.stage) && this.#nodes.connects(record.owner, node));
      if (copiesNear(record.owner, storing, held) < Math.min(replicasMax, storing.length)) return true;
      this.repairSeconds.add((atMs - diedAt) / 1000);
      return false;
    });
  }

  /** Looks whether some living node holds each record that must be held. */
  checkHeld(atMs: number, losses: Losses): void {
    this.#missing = 0;
    const held = new Set<string>();
    for (const node of this.#nodes.living()) for (const key of keysHeldBy(node)) held.add(key);
    for (const [key, record] of this.#kept) {
      if (record.dueUntil <= atMs) {
        this.#forget(key);
      } else if (!held.has(key)) {
        this.#missing++;
        if (losses === "hidden") continue;
        this.#lost++;
        if (losses === "failures")
          this.#failures.add(atMs, "record lost", `nobody holds the registration of ${record.owner.name}`);
        this.#forget(key);
      }
    }
  }

  #forget(key: string): void {
    this.#kept.delete(key);
    this.#list = undefined;
  }
}

/** Copies among the storing nodes nearest to where the record belongs. */
function copiesNear(
  owner: SimNode,
  storing: readonly SimNode[],
  held: Map<SimNode, ReadonlySet<string>>,
): number {
  const key = idKey(owner.nodeId);
  let copies = 0;
  for (const node of nearestTo(owner.resource, storing, nodesLookedAt)) {
    const keys = held.get(node) ?? new Set(keysHeldBy(node));
    held.set(node, keys);
    if (keys.has(key)) copies++;
  }
  return copies;
}

/** The `count` nodes nearest to a place, nearest first. */
export function nearestTo(place: Uint8Array, nodes: readonly SimNode[], count: number): SimNode[] {
  const nearest: SimNode[] = [];
  for (const node of nodes) {
    const last = nearest[count - 1];
    if (last !== undefined && compareDistance(place, node.nodeId, last.nodeId) >= 0) continue;
    let at = Math.min(nearest.length, count - 1);
    while (at > 0 && compareDistance(place, node.nodeId, (nearest[at - 1] as SimNode).nodeId) < 0) at--;
    nearest.splice(at, 0, node);
    nearest.length = Math.min(nearest.length, count);
  }
  return nearest;
}

/** Owners of the living records a node holds, as Map keys: the key of a registration is its device's Node-ID. */
function keysHeldBy(node: SimNode): string[] {
  const held = node.describe()?.held ?? [];
  return held.filter(({ isTombstone }) => !isTombstone).map(({ key }) => idKey(key));
}

/** A holder counts the lifetime from when it got the record: a little before its owner was told. */
const marginMs = 30_000;
/** Copies are with the three nearest; those on their way there or back may be with the next ones. */
const nodesLookedAt = 8;
