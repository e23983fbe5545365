import { endpointText, type Endpoint } from "../../firmware/core/endpoint.js";
import { groupAddress } from "../../firmware/core/limits.js";
import { instant, type Instant } from "../../firmware/core/time.js";
import type { VirtualClock } from "./clock.js";
import { drawDelayMs, quietLan, type PathOptions } from "./path.js";
import { VirtualPort } from "./port.js";
import type { Prng } from "./prng.js";
import { TraceHash, type Fate, type TraceRecord } from "./trace.js";

/** What a network is made with; all but clock and chance have defaults. */
export interface NetworkOptions {
  readonly clock: VirtualClock;
  readonly prng: Prng;
  /** The path between any two nodes that `setPath` says nothing of. */
  readonly path?: PathOptions;
  /** What each node can send, bits a second, IP and UDP headers included; absent: without bound. */
  readonly bandwidthBitsPerSecond?: number;
  /** Bytes that wait at a node for its turn to send; what comes on top is dropped. */
  readonly queueBytesMax?: number;
  /** Copies a `sendToGroup` makes at each hearer: multicast and broadcast are two, as on a real LAN. */
  readonly groupCopies?: 1 | 2;
  readonly onTrace?: (record: TraceRecord) => void;
}

/** What a node sent and got: UDP payload only, as the budgets count it (design §8). */
export interface Traffic {
  datagramsSent: number;
  bytesSent: number;
  datagramsReceived: number;
  bytesReceived: number;
}

interface Node {
  readonly address: string;
  readonly ports: Map<number, VirtualPort>;
  readonly traffic: Traffic;
  up: boolean;
  side: string;
  /** When the last bit of what it has queued is sent. */
  sendsUntil: Instant;
}

interface Flight {
  readonly from: Node;
  readonly source: Endpoint;
  readonly to: Endpoint;
  readonly toGroup: boolean;
  readonly bytes: Uint8Array;
  readonly sentAt: Instant;
}

const headerBytes = 28;
const udpBytesMax = 65_507;
const broadcastAddress = "255.255.255.255";

/**
 * One LAN in virtual time. Every node has an address; any two have a path of their own each way. Chance is
 * drawn per pair, so that what one pair does never changes another's luck.
 */
export class VirtualNetwork {
  readonly #clock: VirtualClock;
  readonly #options: Required<Pick<NetworkOptions, "path" | "queueBytesMax" | "groupCopies">> &
    NetworkOptions;
  readonly #nodes = new Map<string, Node>();
  readonly #paths = new Map<string, PathOptions>();
  readonly #chance = new Map<string, Prng>();
  readonly #lastArrival = new Map<string, Instant>();
  readonly #hash = new TraceHash();
  #carriesGroups = true;

  constructor(options: NetworkOptions) {
    this.#clock = options.clock;
    this.#options = { path: quietLan, queueBytesMax: 256 * 1024, groupCopies: 2, ...options };
  }

  /** Opens a UDP port at an address; one that is open already (a phone switched off without closing) is replaced. */
  openPort(local: Endpoint, onReadable: () => void): VirtualPort {
    this.#nodeOf(local.address).ports.get(local.port)?.close();
    return this.#open(local, onReadable, true);
  }

  /** Opens one that hears no group; `undefined` where it is open already. */
  openPlainPort(local: Endpoint, onReadable: () => void): VirtualPort | undefined {
    if (this.#nodeOf(local.address).ports.has(local.port)) return undefined;
    return this.#open(local, onReadable, false);
  }

  /** Takes all ports of an address to another, where nobody is: a phone on another network. */
  move(from: string, to: string): void {
    const node = this.#nodeOf(from);
    const target = this.#nodeOf(to);
    for (const [number, port] of node.ports) {
      port.moveTo(to);
      target.ports.set(number, port);
    }
    node.ports.clear();
    for (const port of target.ports.values()) port.tellMoved();
  }

  /** A datagram whose sender has made up where it comes from; it counts as sent by that address. */
  inject(source: Endpoint, to: Endpoint, bytes: Uint8Array): void {
    this.#send(source, to, bytes);
  }

  /** Replaces what the path from one address to another does; `undefined` makes it the default again. */
  setPath(from: string, to: string, path: Partial<PathOptions> | undefined): void {
    if (path === undefined) this.#paths.delete(`${from}>${to}`);
    else this.#paths.set(`${from}>${to}`, { ...this.#options.path, ...path });
  }

  /** As `setPath`, both ways. */
  setPathBetween(a: string, b: string, path: Partial<PathOptions> | undefined): void {
    this.setPath(a, b, path);
    this.setPath(b, a, path);
  }

  /** Takes a node's interface down or up: nothing in, nothing out, and it does not notice. */
  setUp(address: string, up: boolean): void {
    this.#nodeOf(address).up = up;
  }

  /** Puts nodes on a side; only nodes of one side reach each other. All begin on side "". */
  setSide(side: string, addresses: readonly string[]): void {
    for (const address of addresses) this.#nodeOf(address).side = side;
  }

  /** Whether datagrams to the group get through: many an access point drops them. */
  setGroups(carried: boolean): void {
    this.#carriesGroups = carried;
  }

  /** Ends all partitions. */
  heal(): void {
    for (const node of this.#nodes.values()) node.side = "";
  }

  /** What a node sent and received so far; a copy. */
  trafficOf(address: string): Traffic {
    return { ...this.#nodeOf(address).traffic };
  }

  /** Equal for equal runs: every datagram with its time, fate and content goes in. */
  traceHash(): string {
    return this.#hash.digest();
  }

  /** Puts something else that must repeat into the trace hash: what a person typed or a phone printed. */
  note(text: string): void {
    this.#hash.addText(`${this.#clock.now()} ${text}`);
  }

  #open(local: Endpoint, onReadable: () => void, hearsGroup: boolean): VirtualPort {
    const port: VirtualPort = new VirtualPort(local, hearsGroup, {
      send: (to, bytes) => this.#send(port.local, to, bytes),
      sendToGroup: (bytes) => this.#sendToGroup(port, bytes),
      closed: () => {
        const { ports } = this.#nodeOf(port.local.address);
        if (ports.get(port.local.port) === port) ports.delete(port.local.port);
      },
      onReadable,
    });
    this.#nodeOf(local.address).ports.set(local.port, port);
    return port;
  }

  #nodeOf(address: string): Node {
    const known = this.#nodes.get(address);
    if (known !== undefined) return known;
    const node: Node = {
      address,
      ports: new Map(),
      traffic: { datagramsSent: 0, bytesSent: 0, datagramsReceived: 0, bytesReceived: 0 },
      up: true,
      side: "",
      sendsUntil: this.#clock.now(),
    };
    this.#nodes.set(address, node);
    return node;
  }

  #send(source: Endpoint, to: Endpoint, bytes: Uint8Array): void {
    const flight = this.#depart(source, { to, bytes, toGroup: false });
    if (flight === undefined) return;
    if (!this.#nodes.has(to.address)) this.#trace(flight, "no-route");
    else this.#carry(flight);
  }

  /** As the HAL does: one datagram to the multicast group and one to the subnet, each heard by all. */
  #sendToGroup(port: VirtualPort, bytes: Uint8Array): void {
    const addresses = [groupAddress, broadcastAddress].slice(0, this.#options.groupCopies);
    for (const address of addresses) {
      const flight = this.#depart(port.local, {
        to: { address, port: port.local.port },
        bytes,
        toGroup: true,
      });
      if (flight === undefined || !this.#carriesGroups) continue;
      for (const node of this.#nodes.values()) {
        if (node === flight.from || node.ports.get(port.local.port)?.hearsGroup !== true) continue;
        this.#carry({ ...flight, to: { address: node.address, port: port.local.port } });
      }
    }
  }

  /** Counts a datagram and puts it in its node's queue; `undefined` when it never got onto the wire. */
  #depart(source: Endpoint, what: Pick<Flight, "to" | "bytes" | "toGroup">): Flight | undefined {
    const from = this.#nodeOf(source.address);
    const now = this.#clock.now();
    const bytes = new Uint8Array(what.bytes);
    const sentAt = this.#queue(from, bytes.length + headerBytes);
    const flight = { ...what, from, source, bytes, sentAt: sentAt ?? now };
    from.traffic.datagramsSent++;
    from.traffic.bytesSent += bytes.length;
    this.#trace(flight, "sent");
    const problem: Fate | undefined = !from.up
      ? "switched-off"
      : bytes.length > udpBytesMax
        ? "too-long"
        : sentAt === undefined
          ? "queue-full"
          : undefined;
    if (problem === undefined) return flight;
    this.#trace(flight, problem);
    return undefined;
  }

  /** When the last bit leaves the node, or `undefined` when its queue is full. */
  #queue(node: Node, length: number): Instant | undefined {
    const rate = this.#options.bandwidthBitsPerSecond;
    const now = this.#clock.now();
    if (rate === undefined || !node.up) return now;
    const waitingMs = Math.max(0, node.sendsUntil - now);
    if ((waitingMs * rate) / 8000 + length > this.#options.queueBytesMax) return undefined;
    node.sendsUntil = instant(now + waitingMs + (8000 * length) / rate);
    return node.sendsUntil;
  }

  #carry(flight: Flight): void {
    const pair = `${flight.from.address}>${flight.to.address}`;
    const path = this.#paths.get(pair) ?? this.#options.path;
    const prng = this.#chanceOf(pair);
    if (prng.chance(path.lossRatio)) {
      this.#trace(flight, "lost");
      return;
    }
    const copies = prng.chance(path.duplicateRatio) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const arrival = this.#arrival(flight, pair, path);
      this.#clock.schedule(arrival, `datagram ${pair}`, () => this.#arrive(flight));
    }
  }

  /** In order with what was sent the same way before, unless chance lets it overtake. */
  #arrival(flight: Flight, pair: string, path: PathOptions): Instant {
    const prng = this.#chanceOf(pair);
    const arrival = instant(flight.sentAt + drawDelayMs(path, prng));
    if (prng.chance(path.reorderRatio))
      return instant(arrival + prng.below(1 + Math.round(2000 * path.delayMeanMs)) / 1000);
    const last = this.#lastArrival.get(pair);
    const inOrder = last !== undefined && last > arrival ? last : arrival;
    this.#lastArrival.set(pair, inOrder);
    return inOrder;
  }

  #arrive(flight: Flight): void {
    const node = this.#nodeOf(flight.to.address);
    const port = node.ports.get(flight.to.port);
    const fate: Fate =
      flight.from.side !== node.side
        ? "cut-off"
        : !node.up
          ? "switched-off"
          : port === undefined
            ? "nobody-there"
            : "delivered";
    this.#trace(flight, fate);
    if (fate !== "delivered" || port === undefined) return;
    node.traffic.datagramsReceived++;
    node.traffic.bytesReceived += flight.bytes.length;
    port.deliver({ from: flight.source, bytes: new Uint8Array(flight.bytes), toGroup: flight.toGroup });
  }

  #chanceOf(pair: string): Prng {
    const known = this.#chance.get(pair);
    if (known !== undefined) return known;
    const prng = this.#options.prng.fork(pair);
    this.#chance.set(pair, prng);
    return prng;
  }

  #trace(flight: Flight, fate: Fate): void {
    const { source, to, toGroup, bytes } = flight;
    const from = endpointText(source);
    const record = { at: this.#clock.now(), fate, from, to: endpointText(to), toGroup, bytes };
    this.#hash.add(record);
    this.#options.onTrace?.(record);
  }
}
