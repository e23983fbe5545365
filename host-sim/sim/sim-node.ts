import type { Endpoint } from "../../firmware/core/endpoint.js";
import { musterPort } from "../../firmware/core/limits.js";
import { nodeId, sameId, type NodeId, type ResourceId } from "../../firmware/core/node-id.js";
import { instant, type Instant } from "../../firmware/core/time.js";
import type { KeyRing } from "../../firmware/identity/key-ring.js";
import { resourceIdOf } from "../../firmware/identity/resource-id.js";
import type { Opened } from "../../firmware/link/capture.js";
import { Node } from "../../firmware/node.js";
import type { NodeEvent, OverlayNews } from "../../firmware/node-event.js";
import type { NodeOptions } from "../../firmware/node-options.js";
import type { OverlayDescription } from "../../firmware/overlay/overlay.js";
import type { RoleChoice } from "../../firmware/overlay/role-state.js";
import {
  encodeRegistration,
  registrationKind,
  registrationLifetimeS,
} from "../../firmware/usage/registration.js";
import type { Stage } from "../../firmware/wire/kinds/neighbours.js";
import type { Timer } from "../../hal/clock.js";
import type { Crypto } from "../../hal/crypto.js";
import type { DatagramPort } from "../../hal/datagram.js";
import type { VirtualClock } from "../virtual/clock.js";
import type { VirtualNetwork } from "../virtual/network.js";
import { VirtualPlatform } from "../virtual/platform.js";
import type { Prng } from "../virtual/prng.js";
import { LyingNode, type Malice } from "./lying-node.js";
import type { SimEnrollment } from "./sim-enrollment.js";
import { capacities, type NodeSize } from "./node-size.js";

/** What all nodes of a run share, and who is told what happens at them. */
export interface SimWorld {
  readonly clock: VirtualClock;
  readonly network: VirtualNetwork;
  readonly crypto: Crypto;
  readonly prng: Prng;
  readonly overlayId: Uint8Array;
  /** Who has a key makes a node of it: for itself, or by an authority, where the overlay is an enrolled one. */
  readonly enrollment: SimEnrollment;
  /** Told of every message a node opens or is about to seal; its bytes are its own only until this returns. */
  readonly onOpened: (node: SimNode, opened: Opened) => void;
  readonly onEvent: (node: SimNode, event: NodeEvent) => void;
}

/** Who a simulated node is. */
export interface SimNodeMaking {
  readonly name: string;
  readonly size: NodeSize;
  /** Whether it finds its role by itself. */
  readonly role: RoleChoice;
  readonly address: string;
  /** Keys and credential, issued for `name`. */
  readonly keyRing: KeyRing;
  /** What makes it an adversary; absent: it is honest. */
  readonly malice?: Malice;
}

/**
 * One node of a simulated overlay: the firmware's `Node` with the loop that `driver.ts` has, and the registration that
 * a handset publishes. What it has in flash (keys, count of starts, remembered peers) outlives its sessions.
 */
export class SimNode {
  readonly name: string;
  readonly size: NodeSize;
  readonly role: RoleChoice;
  readonly address: string;
  readonly keyRing: KeyRing;
  /** Absent: it is honest. */
  readonly malice: Malice | undefined;
  /** Where the registrations of its user are. */
  readonly resource: ResourceId;
  /** When its session began or ended. */
  changedAt: Instant = instant(0);
  remembered: readonly Endpoint[] = [];
  readonly #world: SimWorld;
  #session: Session | undefined;
  #bootCount = 0;

  constructor(world: SimWorld, making: SimNodeMaking) {
    this.#world = world;
    this.name = making.name;
    this.size = making.size;
    this.role = making.role;
    this.address = making.address;
    this.keyRing = making.keyRing;
    this.malice = making.malice;
    this.resource = resourceIdOf(world.crypto, world.overlayId, "user", making.name);
  }

  get nodeId(): NodeId {
    return this.keyRing.nodeId;
  }

  get endpoint(): Endpoint {
    return { address: this.address, port: this.malice?.port ?? musterPort };
  }

  get isOn(): boolean {
    return this.#session !== undefined;
  }

  /** How far it is in becoming a peer; "joining" while it is off. */
  get stage(): Stage {
    return this.#session?.stage ?? "joining";
  }

  /** Begins a session; `configured` are the addresses everybody is told. */
  switchOn(configured: readonly Endpoint[]): void {
    if (this.#session !== undefined) return;
    this.#bootCount++;
    this.changedAt = this.#world.clock.now();
    const session = new Session(this.#world, this, this.#bootCount);
    this.#session = session;
    const others = configured.filter(({ address }) => address !== this.address);
    session.start(this.remembered, others);
  }

  /** Ends the session without a word to anybody. */
  crash(): void {
    this.#session?.end();
    this.#session = undefined;
    this.changedAt = this.#world.clock.now();
  }

  /** Takes leave of the others; the session ends once that is done. */
  leave(): void {
    this.#session?.leave();
  }

  /** Looks the registrations of a user up; the answer comes as an event with the number. */
  fetch(resource: ResourceId): number | undefined {
    return this.#session?.fetch(resource);
  }

  /** The state of its overlay machine, while it is on. */
  describe(): OverlayDescription | undefined {
    return this.#session?.describe();
  }

  /** Whether `client` is a client of this node now. */
  serves(client: SimNode): boolean {
    return this.describe()?.clients.some((id) => sameId(id, client.nodeId)) ?? false;
  }

  /** How full the tables of its links are. */
  occupancy(): Readonly<Record<string, number>> {
    return this.#session?.occupancy() ?? {};
  }

  /** Datagrams dropped in this session, by reason. */
  drops(): ReadonlyMap<string, number> {
    return this.#session?.drops() ?? new Map<string, number>();
  }
}

/** From switching on to switching off. */
class Session {
  stage: Stage = "joining";
  readonly #world: SimWorld;
  readonly #self: SimNode;
  readonly #platform: VirtualPlatform;
  readonly #node: Node;
  readonly #port: DatagramPort;
  readonly #timer: Timer;
  /** As it was registered last. */
  #associates: readonly NodeId[] | undefined;

  constructor(world: SimWorld, self: SimNode, bootCount: number) {
    const { clock, network, crypto, enrollment } = world;
    const { keyRing, address } = self;
    const random = world.prng.fork(`${self.name} ${address} ${bootCount}`);
    this.#world = world;
    this.#self = self;
    this.#platform = new VirtualPlatform({ clock, network, address, random, crypto });
    const options: NodeOptions = {
      crypto,
      random,
      keyRing,
      admission: enrollment.admission(),
      bootCount,
      capacity: capacities[self.size],
      capture: true,
      // A beacon is heard at the one port all have.
      beacons: self.endpoint.port === musterPort,
    };
    const { malice } = self;
    this.#node = malice === undefined ? new Node(options) : new LyingNode(options, malice.conduct);
    this.#port = this.#platform.openPort(self.endpoint.port, () => this.#handleDatagrams());
    this.#timer = this.#platform.openTimer(() => this.#handleTimer());
  }

  start(remembered: readonly Endpoint[], configured: readonly Endpoint[]): void {
    this.#node.setRole(this.#now(), this.#self.role);
    this.#node.start(this.#now(), { local: this.#port.local, remembered, configured });
    this.#settle();
  }

  end(): void {
    this.#platform.switchOff();
  }

  leave(): void {
    this.#node.leave(this.#now());
    this.#settle();
  }

  fetch(resource: ResourceId): number {
    const request = this.#node.fetch(this.#now(), { resource, kind: registrationKind });
    // Its end may be known at once: it is told when the number is known, too.
    this.#world.clock.schedule(this.#world.clock.now(), "a lookup goes out", () => {
      if (this.#platform.isOn) this.#settle();
    });
    return request;
  }

  describe(): OverlayDescription {
    return this.#node.describeOverlay(this.#now());
  }

  occupancy(): Readonly<Record<string, number>> {
    return this.#node.occupancy();
  }

  drops(): ReadonlyMap<string, number> {
    return this.#node.drops();
  }

  /** Whole milliseconds since switching on, as the driver of a device reads them. */
  #now(): Instant {
    return instant(Math.floor(this.#platform.clock.now()));
  }

  #handleDatagrams(): void {
    for (let datagram = this.#port.read(); datagram !== undefined; datagram = this.#port.read()) {
      const { from, bytes, toGroup } = datagram;
      if (this.#node.handleDatagram(this.#now(), from, bytes, toGroup)) this.#settle();
    }
  }

  #handleTimer(): void {
    this.#node.handleTimeout(this.#now());
    this.#settle();
  }

  #settle(): void {
    this.#drain();
    if (!this.#platform.isOn) return;
    const deadline = this.#node.pollTimeout();
    if (deadline === undefined) this.#timer.disarm();
    else this.#timer.arm(deadline.at);
  }

  /** What is to be sent goes out before anything that may end the session. */
  #drain(): void {
    const node = this.#node;
    for (;;) {
      for (let sent = node.pollTransmit(); sent !== undefined; sent = node.pollTransmit()) {
        if (sent.to === "group") this.#port.sendToGroup(sent.bytes);
        else this.#port.send(sent.to, sent.bytes);
      }
      for (let opened = node.pollOpened(); opened !== undefined; opened = node.pollOpened())
        this.#world.onOpened(this.#self, opened);
      const event = node.pollEvent();
      if (event === undefined) return;
      this.#handleEvent(event);
    }
  }

  #handleEvent(event: NodeEvent): void {
    if (event.kind === "overlay") {
      const { effect } = event;
      if (effect.kind === "stageChanged") this.stage = effect.stage;
      this.#handleOverlayNews(effect);
      if (effect.kind === "remember")
        this.#self.remembered = effect.contacts.map(({ endpoint }) => ({ ...endpoint }));
    }
    this.#world.onEvent(this.#self, event);
  }

  /** Registers as a telephone does: once it has joined, when other peers serve it, and when it takes over. */
  #handleOverlayNews(effect: OverlayNews): void {
    const wasServed = this.#associates !== undefined && this.#associates.length > 0;
    const isPeerAgain = effect.kind === "stageChanged" && effect.stage === "filling" && wasServed;
    if (isPeerAgain || (effect.kind === "joined" && (wasServed || this.#associates === undefined)))
      this.#register([]);
    else if (effect.kind === "associatesChanged" && effect.associates.length > 0)
      this.#register(effect.associates);
  }

  #register(associates: readonly NodeId[]): void {
    this.#associates = associates;
    this.#node.publish(this.#now(), {
      resource: this.#self.resource,
      kind: registrationKind,
      key: nodeId(this.#self.keyRing.nodeId),
      value: encodeRegistration({ ways: associates.map((id) => [nodeId(id)]) }),
      lifetimeS: registrationLifetimeS,
    });
  }
}
