import type { Endpoint } from "../../firmware/core/endpoint.js";
import { endpointText } from "../../firmware/core/endpoint.js";
import { phoneLimits, type LinkLimits } from "../../firmware/core/limits.js";
import type { NodeId } from "../../firmware/core/node-id.js";
import { instant, type Instant } from "../../firmware/core/time.js";
import type { HandshakeSide } from "../../firmware/identity/handshake.js";
import { Links, type LinkEvent, type LinksOptions } from "../../firmware/link/links.js";
import { MutationSource } from "../support/seed.js";
import { openOverlay, openSide, TestRandom, testWorkBits } from "../identity/fixtures.js";

/** A datagram under way. */
export interface Flying {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly bytes: Uint8Array;
}

/** What the network does with a datagram. */
export interface Weather {
  /** One way, ms: a fixed part and a random one, which reorders. */
  readonly delayMs: number;
  readonly jitterMs: number;
  /** Out of 100. */
  readonly lossPercent: number;
  readonly duplicatePercent: number;
}

/** Stands for where a frame comes from that came back through a tunnel of its receiver. */
export const returned: Endpoint = { address: "returned", port: 0 };

export const calm: Weather = { delayMs: 5, jitterMs: 0, lossPercent: 0, duplicatePercent: 0 };

/** A node of the tests: its links, where it is, what it has said. */
export interface TestNode {
  readonly name: string;
  readonly links: Links;
  readonly side: HandshakeSide;
  endpoint: Endpoint;
  readonly events: LinkEvent[];
  /** Calls of `handleTimeout`. */
  turns: number;
}

export function endpointOf(last: number, port = 6084): Endpoint {
  return { address: `192.0.2.${last}`, port };
}

/**
 * Links of several nodes on a network in virtual time: datagrams and deadlines are done in their order, all
 * randomness comes from one seed. A `tap` sees each datagram when it is sent and may drop or change it.
 */
export class TestNetwork {
  now: Instant = instant(1000);
  weather: Weather = calm;
  /** What becomes of a datagram: `undefined` drops it. */
  tap: (datagram: Flying) => Uint8Array | undefined = (datagram) => datagram.bytes;
  readonly sent: Flying[] = [];
  readonly nodes: TestNode[] = [];
  readonly #random: MutationSource;
  #flying: { at: number; order: number; datagram: Flying }[] = [];
  #order = 0;

  constructor(seed?: number) {
    this.#random = new MutationSource(seed);
  }

  /** A node of the open overlay. `as`: with the keys of another, a clone. */
  add(name: string, options: Partial<LinksOptions> & { limits?: LinkLimits; as?: string } = {}): TestNode {
    const side = sideOf(options.as ?? name);
    const links = new Links({
      crypto: side.crypto,
      random: new TestRandom(`links of ${name}`),
      keyRing: side.keyRing,
      overlayId: openOverlay,
      configSequence: 0,
      limits: phoneLimits,
      workBits: testWorkBits,
      ...options,
    });
    const endpoint = endpointOf(this.nodes.length + 1);
    const node: TestNode = { name, links, side, endpoint, events: [], turns: 0 };
    this.nodes.push(node);
    return node;
  }

  /** Switches a node off: what comes to it is lost. */
  remove(node: TestNode): void {
    this.nodes.splice(this.nodes.indexOf(node), 1);
  }

  /** Puts a datagram on the wire, past the weather. */
  inject(datagram: Flying, afterMs = 0): void {
    this.#flying.push({ at: this.now + afterMs, order: this.#order++, datagram });
  }

  /** Runs for a span of virtual time. */
  run(durationMs: number): void {
    const end = this.now + durationMs;
    this.#settle();
    for (let steps = 0; ; steps++) {
      if (steps > 2_000_000) throw new Error("the network does not come to rest");
      const at = this.#nextAt();
      if (at === undefined || at > end) break;
      this.now = instant(Math.max(this.now, at));
      this.#step();
      this.#settle();
    }
    this.now = instant(end);
  }

  /** Takes everything the nodes have to say, as the driver does after each of its calls. */
  #settle(): void {
    for (const node of this.nodes) {
      for (let event = node.links.pollEvent(); event !== undefined; event = node.links.pollEvent()) {
        node.events.push(event);
      }
      for (let out = node.links.pollTransmit(); out !== undefined; out = node.links.pollTransmit()) {
        this.#send({ from: node.endpoint, to: out.to, bytes: out.bytes });
      }
    }
  }

  #send(datagram: Flying): void {
    this.sent.push(datagram);
    const bytes = this.tap(datagram);
    if (bytes === undefined || this.#random.below(100) < this.weather.lossPercent) return;
    const copies = this.#random.below(100) < this.weather.duplicatePercent ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const jitter = this.weather.jitterMs === 0 ? 0 : this.#random.below(this.weather.jitterMs + 1);
      this.inject({ ...datagram, bytes }, this.weather.delayMs + jitter);
    }
  }

  #nextAt(): number | undefined {
    let next: number | undefined;
    for (const { at } of this.#flying) if (next === undefined || at < next) next = at;
    for (const node of this.nodes) {
      const deadline = node.links.pollTimeout();
      if (deadline !== undefined && (next === undefined || deadline.at < next)) next = deadline.at;
    }
    return next;
  }

  #step(): void {
    const due = this.#flying
      .filter(({ at }) => at <= this.now)
      .sort((a, b) => a.at - b.at || a.order - b.order);
    this.#flying = this.#flying.filter(({ at }) => at > this.now);
    for (const { datagram } of due) {
      const key = endpointText(datagram.to);
      const node = this.nodes.find(({ endpoint }) => endpointText(endpoint) === key);
      const from = datagram.from === returned ? undefined : datagram.from;
      node?.links.handleFrame(this.now, from, datagram.bytes);
      this.#settle();
    }
    for (const node of this.nodes) {
      const deadline = node.links.pollTimeout();
      if (deadline === undefined || deadline.at > this.now) continue;
      node.turns++;
      node.links.handleTimeout(this.now);
      this.#settle();
    }
  }
}

/** Key rings cost work: one for each name. */
const sides = new Map<string, HandshakeSide>();

function sideOf(name: string): HandshakeSide {
  const side = sides.get(name) ?? openSide(name);
  sides.set(name, side);
  return side;
}

/** The events of one kind a node has seen. */
export function eventsOf<K extends LinkEvent["kind"]>(
  node: TestNode,
  kind: K,
): Extract<LinkEvent, { kind: K }>[] {
  return node.events.filter((event): event is Extract<LinkEvent, { kind: K }> => event.kind === kind);
}

/** The links a node has, as names of the users at their other ends. */
export function linkedNames(node: TestNode): string[] {
  return node.links
    .describe()
    .map(({ userName }) => userName)
    .sort();
}

/** The link of one node to another; fails where there is none. */
export function linkTo(node: TestNode, other: TestNode): number {
  const found = node.links.describe().find(({ userName }) => userName === other.side.keyRing.userName);
  if (found === undefined) throw new Error(`${node.name} has no link to ${other.name}`);
  return found.link;
}

export function idOf(node: TestNode): NodeId {
  return node.side.keyRing.nodeId;
}

/** First byte and length of each datagram sent. */
export function wireOf(network: TestNetwork): string[] {
  return network.sent.map(({ bytes }) => `${(bytes[0] ?? 0).toString(16)}:${bytes.length}`);
}

/** Two nodes with a link between them, opened by the first. */
export function linkedPair(options: Partial<LinksOptions> = {}): {
  network: TestNetwork;
  alice: TestNode;
  bob: TestNode;
} {
  const network = new TestNetwork();
  const alice = network.add("alice", options);
  const bob = network.add("bob", options);
  alice.links.connect(network.now, { endpoint: bob.endpoint });
  network.run(200);
  return { network, alice, bob };
}
