import { endpointText, type Endpoint } from "../../firmware/core/endpoint.js";
import { groupAddress } from "../../firmware/core/limits.js";
import type { VirtualClock } from "./clock.js";
import { NatBorders, type Nat } from "./nat.js";
import type { NetworkOptions } from "./network-options.js";
import { quietLan, type PathOptions } from "./path.js";
import { VirtualPort } from "./port.js";
import {
  arrivalOf,
  newStation,
  queue,
  type Flight,
  type Route,
  type Station,
  type Traffic,
} from "./station.js";
import { TraceHash, type Fate } from "./trace.js";

export type { Traffic } from "./station.js";

const headerBytes = 28;
const udpBytesMax = 65_507;
const broadcastAddress = "255.255.255.255";
/** In the trace hash: an address where nothing is, or that of the group. */
const unknownStation = -1;

/**
 * A network in virtual time: one LAN, or several with every address reachable from every other, but for what NATs do.
 * Any two nodes have a path of their own each way. Chance is drawn per pair, so that what one pair does never changes
 * another's luck.
 */
export class VirtualNetwork {
  readonly #clock: VirtualClock;
  readonly #options: Required<Pick<NetworkOptions, "path" | "queueBytesMax" | "groupCopies">> &
    NetworkOptions;
  readonly #stations = new Map<string, Station>();
  /** The stations of each LAN that have a port which hears the group. */
  readonly #hearers = new Map<string, Set<Station>>();
  readonly #hash = new TraceHash();
  /** Absent: there are no NATs. */
  #borders: NatBorders | undefined;
  #carriesGroups = true;

  constructor(options: NetworkOptions) {
    this.#clock = options.clock;
    this.#options = { path: quietLan, queueBytesMax: 256 * 1024, groupCopies: 2, ...options };
  }

  /** Opens a UDP port at an address; one that is open already (a phone switched off without closing) is replaced. */
  openPort(local: Endpoint, onReadable: () => void): VirtualPort {
    this.#stationOf(local.address).ports.get(local.port)?.close();
    return this.#open(local, onReadable, true);
  }

  /** Opens one that hears no group; `undefined` where it is open already. */
  openPlainPort(local: Endpoint, onReadable: () => void): VirtualPort | undefined {
    if (this.#stationOf(local.address).ports.has(local.port)) return undefined;
    return this.#open(local, onReadable, false);
  }

  /** Takes all ports of an address to another, where nobody is: a phone on another network. */
  move(from: string, to: string): void {
    const node = this.#stationOf(from);
    const target = this.#stationOf(to);
    for (const [number, port] of node.ports) {
      port.moveTo(to);
      target.ports.set(number, port);
    }
    node.ports.clear();
    this.#noteHearer(target);
    for (const port of target.ports.values()) port.tellMoved();
  }

  /** A datagram whose sender has made up where it comes from; it counts as sent by that address. */
  inject(source: Endpoint, to: Endpoint, bytes: Uint8Array): void {
    this.#send(source, to, bytes);
  }

  /** Replaces what the path from one address to another does; `undefined` makes it the default again. */
  setPath(from: string, to: string, path: Partial<PathOptions> | undefined): void {
    const route = this.#routeTo(this.#stationOf(from), this.#stationOf(to));
    route.path = path === undefined ? undefined : { ...this.#options.path, ...path };
  }

  /** As `setPath`, both ways. */
  setPathBetween(a: string, b: string, path: Partial<PathOptions> | undefined): void {
    this.setPath(a, b, path);
    this.setPath(b, a, path);
  }

  /** Takes a node's interface down or up: nothing in, nothing out, and it does not notice. */
  setUp(address: string, up: boolean): void {
    this.#stationOf(address).up = up;
  }

  /** Replaces all paths to and from a node: it is clogged; `undefined` ends it. */
  setClog(address: string, path: PathOptions | undefined): void {
    this.#stationOf(address).clog = path;
  }

  /** Puts a node into a LAN: group datagrams are heard in the sender's own only. All begin in the LAN "". */
  setSegment(address: string, segment: string): void {
    const station = this.#stationOf(address);
    this.#hearers.get(station.segment)?.delete(station);
    station.segment = segment;
    this.#noteHearer(station);
  }

  /** Puts a node behind a NAT, which is in its LAN. */
  setNat(address: string, nat: Nat): void {
    this.#borders ??= new NatBorders();
    this.#borders.put(address, nat);
    this.#stationOf(nat.address).segment = this.#stationOf(address).segment;
  }

  /** Puts nodes on a side; only nodes of one side reach each other. All begin on side "". */
  setSide(side: string, addresses: readonly string[]): void {
    for (const address of addresses) this.#stationOf(address).side = side;
  }

  /** Whether datagrams to the group get through: many an access point drops them. */
  setGroups(carried: boolean): void {
    this.#carriesGroups = carried;
  }

  /** Ends all partitions. */
  heal(): void {
    for (const node of this.#stations.values()) node.side = "";
  }

  /** What a node sent and received so far; a copy. */
  trafficOf(address: string): Traffic {
    return { ...this.#stationOf(address).traffic };
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
        const { ports } = this.#stationOf(port.local.address);
        if (ports.get(port.local.port) === port) ports.delete(port.local.port);
      },
      onReadable,
    });
    const station = this.#stationOf(local.address);
    station.ports.set(local.port, port);
    if (hearsGroup) this.#noteHearer(station);
    return port;
  }

  #noteHearer(station: Station): void {
    const hearers = this.#hearers.get(station.segment) ?? new Set();
    this.#hearers.set(station.segment, hearers.add(station));
  }

  #stationOf(address: string): Station {
    const known = this.#stations.get(address);
    if (known !== undefined) return known;
    const station = newStation(address, this.#stations.size, this.#clock.now());
    this.#stations.set(address, station);
    return station;
  }

  #routeTo(from: Station, to: Station): Route {
    const known = from.routes.get(to.address);
    if (known !== undefined) return known;
    const pair = `${from.address}>${to.address}`;
    const prng = this.#options.prng.fork(pair);
    const route: Route = { to, prng, label: `datagram ${pair}`, path: undefined, lastArrival: undefined };
    from.routes.set(to.address, route);
    return route;
  }

  #pathOf(from: Station, { to, path }: Route): PathOptions {
    const { path: usual, lanPath } = this.#options;
    const between = lanPath !== undefined && from.segment === to.segment ? lanPath : usual;
    return path ?? from.clog ?? to.clog ?? between;
  }

  #send(source: Endpoint, to: Endpoint, bytes: Uint8Array): void {
    const flight = this.#depart(source, { to, bytes, toGroup: false });
    if (flight === undefined) return;
    const station = this.#stations.get(to.address);
    const seen = this.#borders === undefined ? source : this.#borders.leave(this.#clock.now(), source, to);
    if (station === undefined || seen === undefined) this.#trace(flight, "no-route");
    else this.#carry(seen === source ? flight : { ...flight, source: seen }, station);
  }

  /** As the HAL does: one datagram to the multicast group and one to the subnet, each heard by all of the LAN. */
  #sendToGroup(port: VirtualPort, bytes: Uint8Array): void {
    const addresses = [groupAddress, broadcastAddress].slice(0, this.#options.groupCopies);
    const { port: number } = port.local;
    for (const address of addresses) {
      const flight = this.#depart(port.local, { to: { address, port: number }, bytes, toGroup: true });
      if (flight === undefined || !this.#carriesGroups) continue;
      for (const station of this.#hearers.get(flight.from.segment) ?? []) {
        if (station === flight.from || station.ports.get(number)?.hearsGroup !== true) continue;
        this.#carry({ ...flight, to: { address: station.address, port: number } }, station);
      }
    }
  }

  /** Counts a datagram and puts it in its node's queue; `undefined` when it never got onto the wire. */
  #depart(source: Endpoint, what: Pick<Flight, "to" | "bytes" | "toGroup">): Flight | undefined {
    const from = this.#stationOf(source.address);
    const { to, toGroup } = what;
    const bytes = new Uint8Array(what.bytes);
    const sentAt = queue(from, bytes.length + headerBytes, this.#clock.now(), this.#options);
    const flight = { from, source, to, toGroup, bytes, sentAt: sentAt ?? this.#clock.now() };
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

  #carry(flight: Flight, to: Station): void {
    const route = this.#routeTo(flight.from, to);
    const path = this.#pathOf(flight.from, route);
    const { prng } = route;
    if (prng.chance(path.lossRatio)) {
      this.#trace(flight, "lost");
      return;
    }
    const copies = prng.chance(path.duplicateRatio) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      // Where somebody else gets the bytes, too, each has his own.
      const bytes = flight.toGroup || copy > 0 ? new Uint8Array(flight.bytes) : flight.bytes;
      this.#clock.schedule(arrivalOf(flight, route, path), route.label, () =>
        this.#arrive(flight, to, bytes),
      );
    }
  }

  #arrive(flight: Flight, there: Station, bytes: Uint8Array): void {
    const { source } = flight;
    const to =
      this.#borders === undefined ? flight.to : this.#borders.enter(this.#clock.now(), source, flight.to);
    if (to === undefined) {
      this.#trace(flight, "filtered");
      return;
    }
    const node = to === flight.to ? there : this.#stationOf(to.address);
    const port = node.ports.get(to.port);
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
    node.traffic.bytesReceived += bytes.length;
    port.deliver({ from: source, bytes, toGroup: flight.toGroup });
  }

  /** The content counts once, when it is sent; what becomes of it is known by the numbers of its ends. */
  #trace(flight: Flight, fate: Fate): void {
    const { from, source, to, toGroup, bytes } = flight;
    const at = this.#clock.now();
    const toIndex = this.#stations.get(to.address)?.index ?? unknownStation;
    this.#hash.addRecord(at, fate, [
      from.index,
      source.port,
      toIndex,
      to.port,
      toGroup ? 1 : 0,
      bytes.length,
    ]);
    if (fate === "sent") this.#hash.addBytes(bytes);
    if (this.#options.onTrace === undefined) return;
    this.#options.onTrace({ at, fate, from: endpointText(source), to: endpointText(to), toGroup, bytes });
  }
}
