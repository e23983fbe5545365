import assert from "node:assert/strict";
import type { Endpoint } from "../../firmware/core/endpoint.js";
import { phoneOverlay, type OverlayLimits } from "../../firmware/core/limits.js";
import type { Instant } from "../../firmware/core/time.js";
import { Overlay, type FetchOutcome, type OverlayOptions } from "../../firmware/overlay/overlay.js";
import { XorTopology } from "../../firmware/overlay/xor-topology.js";
import { openOverlay, sodium, TestRandom, testWorkBits } from "../identity/fixtures.js";
import { MutationSource, seed as runSeed } from "../support/seed.js";
import { checkBounds } from "./checks.js";
import { FakeLinks } from "./fake-links.js";
import { testKinds } from "./kinds.js";
import { keyRingOf, resourceOf, type SwarmNode } from "./swarm-node.js";
import { Agenda, VirtualTime } from "./virtual-time.js";

/** How a node differs from the others. */
export interface NodeMaking {
  /** Absent: the device's name. */
  readonly userName?: string;
  readonly bootCount?: number;
  readonly storeBytes?: number;
  /** Bounds other than a phone's: a smaller table, a host's store. */
  readonly limits?: Partial<OverlayLimits>;
}

/** Which topology a node with so many rows has. */
export type TopologyOf = NonNullable<OverlayOptions["topologyOf"]>;

/**
 * Overlay machines in virtual time over made-up links; all chance comes from one seed. After each step its node is
 * checked.
 */
export class Swarm {
  readonly nodes: SwarmNode[] = [];
  readonly links: FakeLinks;
  readonly #time = new VirtualTime();
  /** Nodes to be woken; of each only the entry for its `wakesAt` counts. */
  readonly #sleepers = new Agenda<{ readonly node: SwarmNode; readonly at: number }>();
  #touches = 0;
  readonly #seed: number;
  readonly #topologyOf: TopologyOf;

  constructor(seed = runSeed, topologyOf: TopologyOf = (self, rows) => new XorTopology(self, rows)) {
    this.#seed = seed;
    this.#topologyOf = topologyOf;
    this.links = new FakeLinks(this.nodes, this.#time, new MutationSource(seed), (node, call) => {
      this.touch(node, call);
    });
  }

  get now(): Instant {
    return this.#time.now;
  }

  get living(): SwarmNode[] {
    return this.nodes.filter((node) => node.isAlive);
  }

  /** Adds a node; its keys are made from the name of the device. */
  add(device: string, making: NodeMaking = {}): SwarmNode {
    const { userName = device, bootCount = 1, storeBytes = phoneOverlay.storeBytes } = making;
    const keyRing = keyRingOf(device, userName);
    const limits = { ...phoneOverlay, storeBytes, ...making.limits };
    const node: SwarmNode = {
      name: device,
      userName,
      keyRing,
      endpoint: {
        address: `10.0.${Math.floor(this.nodes.length / 254)}.${(this.nodes.length % 254) + 1}`,
        port: 6084,
      },
      overlay: new Overlay({
        crypto: sodium,
        random: new TestRandom(`${device}/${this.#seed}/${bootCount}`),
        keyRing,
        overlayId: openOverlay,
        workBits: testWorkBits,
        bootCount,
        limits,
        kinds: testKinds,
        topologyOf: this.#topologyOf,
      }),
      limits,
      topology: this.#topologyOf(keyRing.nodeId, limits.neighbours),
      effects: [],
      resource: resourceOf(userName),
      isAlive: true,
      wakesAt: undefined,
      bytesOut: 0,
      flags: 0,
    };
    this.nodes.push(node);
    return node;
  }

  start(node: SwarmNode, known: { remembered?: Endpoint[]; configured?: Endpoint[] } = {}): void {
    const { remembered = [], configured = [] } = known;
    this.touch(node, () => {
      node.overlay.start(this.now, { local: node.endpoint, remembered, configured });
    });
  }

  /** Publishes the node's registration. */
  publish(node: SwarmNode, value = Uint8Array.of(0x80)): void {
    const { nodeId } = node.keyRing;
    this.touch(node, () => {
      const { resource } = node;
      node.overlay.publish(this.now, {
        resource,
        kind: registrationKind,
        key: nodeId,
        value,
        lifetimeS: 1800,
      });
    });
  }

  unpublish(node: SwarmNode): void {
    const { resource } = node;
    this.touch(node, () => {
      node.overlay.unpublish(this.now, { resource, kind: registrationKind, key: node.keyRing.nodeId });
    });
  }

  /** Looks up a user's registrations and runs until that has ended. */
  fetch(node: SwarmNode, userName: string): { outcome: FetchOutcome; tookMs: number } {
    const startedAt = this.now;
    let request = 0;
    this.touch(node, () => {
      request = node.overlay.fetch(this.now, { resource: resourceOf(userName), kind: registrationKind });
    });
    const outcomeOf = (): FetchOutcome | undefined => {
      const effect = node.effects.findLast(
        (each) => each.kind === "fetchFinished" && each.request === request,
      );
      return effect?.kind === "fetchFinished" ? effect.outcome : undefined;
    };
    assert.ok(
      this.runUntil(() => outcomeOf() !== undefined, 15_000),
      "a lookup ends",
    );
    const outcome = outcomeOf();
    assert.ok(outcome !== undefined);
    return { outcome, tookMs: this.now - startedAt };
  }

  /** Stops a node without a word. */
  kill(node: SwarmNode): void {
    node.isAlive = false;
    this.links.handleDeath(node);
  }

  run(durationMs: number): void {
    this.runUntil(() => false, durationMs);
  }

  /** Runs until `isDone`, asked after each step, or for `durationMs`; whether it was done. */
  runUntil(isDone: () => boolean, durationMs: number): boolean {
    const end = this.now + durationMs;
    while (!isDone()) {
      const sleeper = this.#nextSleeper();
      const wakesAt = this.#sleepers.nextAt;
      const at = Math.min(this.#time.nextAt, wakesAt);
      this.#time.advanceTo(Math.min(at, end));
      if (at > end) return isDone();
      if (this.#time.nextAt <= wakesAt) {
        this.#time.runNext();
      } else if (sleeper !== undefined) {
        this.#sleepers.take();
        sleeper.wakesAt = undefined;
        this.touch(sleeper, () => {
          sleeper.overlay.handleTimeout(this.now);
        });
      }
    }
    return true;
  }

  /** Calls a machine, carries out what it asks for, and checks its bounds. */
  touch(node: SwarmNode, call: () => void): void {
    if (!node.isAlive) return;
    call();
    for (let effect = node.overlay.pollEffect(); effect !== undefined; effect = node.overlay.pollEffect()) {
      this.links.carryOut(node, effect);
    }
    const wakesAt = node.overlay.pollTimeout()?.at;
    if (wakesAt !== undefined && wakesAt !== node.wakesAt) this.#sleepers.add(wakesAt, { node, at: wakesAt });
    node.wakesAt = wakesAt;
    if (this.nodes.length <= checkedAlways || this.#touches++ % checkedAlways === 0)
      checkBounds(node, this.now);
  }

  #nextSleeper(): SwarmNode | undefined {
    for (let first = this.#sleepers.next; first !== undefined; first = this.#sleepers.next) {
      if (first.node.isAlive && first.node.wakesAt === first.at) return first.node;
      this.#sleepers.take();
    }
    return undefined;
  }
}

/** Up to so many nodes, each is checked whenever it was touched; beyond, one touch in so many. */
const checkedAlways = 64;
const registrationKind = 1;
