import type { Datagram } from "../hal/datagram.js";
import type { FrameCodecOf } from "../hal/frame-codec.js";
import { BoundedQueue } from "./core/bounded.js";
import { toHex } from "./core/bytes.js";
import type { Endpoint } from "./core/endpoint.js";
import { nodeQueueMax } from "./core/limits.js";
import type { NodeId } from "./core/node-id.js";
import { earliest, type Deadline, type Instant } from "./core/time.js";
import { resourceIdOf } from "./identity/resource-id.js";
import { classify } from "./link/demux.js";
import type { AdoptionNews } from "./adoption.js";
import { Calls, type CallsOptions } from "./calls.js";
import { none } from "./core/none.js";
import type { LinkedPeer, NodeEvent, OverlayNews } from "./node-event.js";
import type { ProbeEvent } from "./node-notices.js";
import type { Node } from "./node.js";
import type { PhoneEvent } from "./phone/phone-event.js";
import { Phone } from "./phone/phone.js";
import type { StockPortName, StockPortNumbers } from "./stock-ports.js";
import { encodeRegistration, registrationKind, registrationLifetimeS } from "./usage/registration.js";
import { Voice } from "./voice.js";

/** What a telephone tells whoever shows it to a person. */
export type TelephoneEvent =
  | { readonly kind: "phone"; readonly event: PhoneEvent }
  | { readonly kind: "overlay"; readonly news: OverlayNews }
  | { readonly kind: "adoption"; readonly news: AdoptionNews }
  | { readonly kind: "peerLost"; readonly peer: LinkedPeer }
  | ProbeEvent
  | { readonly kind: "refused"; readonly from: Endpoint; readonly reason: string }
  | { readonly kind: "clonedKeyNoticed"; readonly nodeId: NodeId }
  | { readonly kind: "saveContacts" | "saveCallLog" };

/** What a telephone is made of beside its node. */
export interface TelephoneOptions extends CallsOptions {
  readonly bootCount: number;
  /** G.711 of the platform; absent: in script. */
  readonly frameCodec?: FrameCodecOf;
}

/**
 * A telephone on a node: registered under its user's name, with calls, speech and messages. It joins the
 * phone a person meets with calls and voice; each of them knows nothing of the others' insides.
 */
export class Telephone {
  readonly phone: Phone;
  readonly voice: Voice;
  readonly #options: TelephoneOptions;
  readonly #node: Node;
  readonly #calls: Calls;
  readonly #events: BoundedQueue<TelephoneEvent> = new BoundedQueue(nodeQueueMax);
  /** Peers this phone is attached to as a client. */
  #associates: readonly NodeId[] = none;
  /** Absent: not yet, there is no overlay; what was registered must be registered anew when it is "due". */
  #registration: "due" | "published" | undefined;
  #forwardTo: string | undefined;
  #fullName: string | undefined;

  constructor(node: Node, options: TelephoneOptions) {
    this.#options = options;
    this.#node = node;
    this.phone = new Phone(options.bootCount);
    this.voice = new Voice(options.random, options.frameCodec);
    this.#calls = new Calls(node, this, options);
  }

  /** Switches on: begins to join, and registers the user's name as soon as there is an overlay. */
  start(now: Instant, local: Endpoint, bootstraps: Parameters<Node["start"]>[1]): void {
    this.#calls.setLocal(now, local);
    this.#node.start(now, { local, ...bootstraps });
    this.settle(now);
  }

  /** The phone has another address: from now on this one is told to others, and to whom it talks with at once. */
  setLocal(now: Instant, local: Endpoint): void {
    this.#node.setLocal(local);
    this.#calls.setLocal(now, local);
  }

  get forwardTo(): string | undefined {
    return this.#forwardTo;
  }

  /** The user that calls go to for now; `undefined`: they come here. Others hear of it by the registration. */
  set forwardTo(name: string | undefined) {
    if (name === this.#forwardTo) return;
    this.#forwardTo = name;
    this.registerAnew();
  }

  get fullName(): string | undefined {
    return this.#fullName;
  }

  /** What the user calls himself beside his user name. Others see it in the registration and in calls from here. */
  set fullName(name: string | undefined) {
    if (name === this.#fullName) return;
    this.#fullName = name;
    this.#calls.setFullName(name ?? "");
    this.registerAnew();
  }

  /** The person wants this phone to adopt another one as its user's. */
  adopt(now: Instant): void {
    this.#calls.adopt(now);
  }

  /** The person wants this phone to be one of the user `name`; `code`: what that user's first phone shows. */
  joinUser(now: Instant, name: string, code: string): void {
    this.#calls.setup.joinUser(now, name, code);
  }

  /** How stock phones call this one, "sip:alice@192.0.2.3"; `undefined` while they cannot. */
  get stockAddress(): string | undefined {
    return this.#calls.stockAddress;
  }

  /** Whether there is a call with a stock phone. */
  get isWithStockPhone(): boolean {
    return this.#calls.isWithStockPhone;
  }

  /** There are ports for stock phones. */
  openStock(ports: StockPortNumbers): void {
    this.#calls.openStock(ports);
  }

  /**
   * A datagram as it came. True when it was speech, or nothing, and nothing else came of it: so it is a hundred times a
   * second, in a flood thousands, and then nobody else is asked what he wants. `through`: the port for stock phones it
   * came to; absent: the one of everything else.
   */
  handleDatagram(now: Instant, { from, bytes, toGroup }: Datagram, through?: StockPortName): boolean {
    if (through === "sip") {
      this.#calls.handleStockSip(now, from, bytes);
      return false;
    }
    if (through === undefined && classify(bytes) !== "media") {
      return !this.#node.handleDatagram(now, from, bytes, toGroup);
    }
    if (!toGroup) this.voice.handlePacket(now, from, bytes, through);
    return !this.voice.hasNews;
  }

  /** One tick of the audio clock; what was heard is sent at once. */
  handleFrame(now: Instant, heard: Int16Array | undefined): Int16Array | undefined {
    const played = this.voice.handleFrame(now, heard);
    this.sendSpeech();
    return played;
  }

  handleTimeout(now: Instant): void {
    this.#node.handleTimeout(now);
    this.#calls.handleTimeout(now);
    this.voice.handleTimeout(now);
    this.phone.handleTimeout(now);
    this.settle(now);
  }

  pollTimeout(): Deadline | undefined {
    const network = earliest(this.#node.pollTimeout(), this.#calls.pollTimeout());
    return earliest(network, earliest(this.voice.pollTimeout(), this.phone.pollTimeout()));
  }

  /** What calls, speech and messages take; all of it is zero in a phone that has been left alone for a minute. */
  occupancy(): Readonly<Record<string, number>> {
    const timers = [this.#calls.pollTimeout(), this.voice.pollTimeout(), this.phone.pollTimeout()];
    return {
      ...this.#calls.occupancy(),
      voices: this.voice.isOn ? 1 : 0,
      messagesAwaited: this.phone.messagesAwaited,
      callTimers: timers.filter((timer) => timer !== undefined).length,
    };
  }

  pollEvent(): TelephoneEvent | undefined {
    return this.#events.shift();
  }

  /**
   * Carries values between node, calls, voice and phone until none has more to say; to be called after one of
   * them was used.
   */
  settle(now: Instant): void {
    if (this.#registration === "due") this.register(now);
    while (this.turn(now));
    this.sendSpeech();
    for (let event = this.phone.pollEvent(); event !== undefined; event = this.phone.pollEvent()) {
      this.#events.push({ kind: "phone", event: this.#calls.withStatistics(event) });
    }
    for (let news = this.#calls.pollAdoption(); news !== undefined; news = this.#calls.pollAdoption())
      this.#events.push({ kind: "adoption", news });
  }

  private sendSpeech(): void {
    for (let packet = this.voice.pollTransmit(); packet !== undefined; packet = this.voice.pollTransmit())
      this.#node.sendPastLinks(packet);
  }

  /** One round; true when there was anything to carry. */
  private turn(now: Instant): boolean {
    let any = false;
    for (let event = this.#node.pollEvent(); event !== undefined; event = this.#node.pollEvent()) {
      this.handleNodeEvent(now, event);
      any = true;
    }
    for (let event = this.voice.pollEvent(); event !== undefined; event = this.voice.pollEvent()) {
      if (event.kind === "digitHeard") this.#calls.handleDigit(event.digit);
      else this.#calls.handleHeard(now);
    }
    for (let effect = this.phone.pollEffect(); effect !== undefined; effect = this.phone.pollEffect()) {
      if (effect.kind === "saveContacts" || effect.kind === "saveCallLog") this.#events.push(effect);
      else this.#calls.carryOut(now, effect);
      any = true;
    }
    return this.#calls.settle(now) || any;
  }

  private handleNodeEvent(now: Instant, event: NodeEvent): void {
    switch (event.kind) {
      case "sipArrived":
        this.#calls.handleSip(now, event.from, event.text);
        return;
      case "fetchFinished":
        this.#calls.handleFetched(now, event.request, event.outcome);
        this.#events.push(event);
        return;
      case "unreachable":
        this.#calls.handleUnreachable(now, toHex(event.nodeId));
        this.#events.push(event);
        return;
      case "peerLost":
        this.#calls.handlePeerLost(now, event.peer, event.reason);
        this.#events.push({ kind: "peerLost", peer: event.peer });
        return;
      case "peerMoved":
        this.#calls.handlePeerMoved(event.peer, event.from);
        return;
      case "overlay":
        this.handleOverlayNews(now, event.effect);
        this.#events.push({ kind: "overlay", news: event.effect });
        return;
      case "clonedKeyNoticed":
        this.#events.push(event);
        return;
      case "peerLinked":
        this.#calls.handlePeerLinked(now, event.peer);
        this.#events.push(event);
        return;
      case "ponged":
      case "traced":
      case "statFinished":
      case "refused":
        this.#events.push(event);
        return;
      case "appended":
        return;
    }
  }

  /**
   * A peer is reached by its Node-ID, a client by way of the peers it is attached to: others find that by its name. A
   * client that becomes a peer says so once it holds records: the peers it named before are mostly dead.
   */
  private handleOverlayNews(now: Instant, news: OverlayNews): void {
    const wasServed = this.#associates.length > 0;
    const isPeerAgain = news.kind === "stageChanged" && news.stage === "filling" && wasServed;
    if (isPeerAgain || (news.kind === "joined" && (wasServed || this.#registration === undefined)))
      this.#associates = none;
    else if (news.kind !== "associatesChanged" || news.associates.length === 0) return;
    else this.#associates = news.associates;
    this.register(now);
  }

  /** What is registered is true no more. */
  private registerAnew(): void {
    if (this.#registration === "published") this.#registration = "due";
  }

  private register(now: Instant): void {
    const { crypto, overlayId, keyRing } = this.#options;
    const forward = this.#forwardTo;
    const fullName = this.#fullName;
    this.#registration = "published";
    this.#node.publish(now, {
      resource: resourceIdOf(crypto, overlayId, "user", keyRing.userName),
      kind: registrationKind,
      key: keyRing.nodeId,
      value: encodeRegistration({
        ways: this.#associates.map((peer) => [peer]),
        ...(forward !== undefined && { forward }),
        ...(fullName !== undefined && { fullName }),
      }),
      lifetimeS: registrationLifetimeS,
    });
  }
}
