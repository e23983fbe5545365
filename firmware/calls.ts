import type { Crypto } from "../hal/crypto.js";
import { toHex } from "./core/bytes.js";
import type { Endpoint } from "./core/endpoint.js";
import type { Random } from "./core/random.js";
import { earliest, type Deadline, type Instant } from "./core/time.js";
import type { KeyRing } from "./identity/key-ring.js";
import type { Digit } from "./media/dtmf.js";
import type { AdoptionNews } from "./adoption.js";
import { CallProgress, type CurrentCall } from "./call-progress.js";
import type { Carrier } from "./carrier.js";
import { CallSetup } from "./call-setup.js";
import type { LinkedPeer } from "./node-event.js";
import type { Node } from "./node.js";
import { OverlayCarrier } from "./overlay-carrier.js";
import type { FetchOutcome } from "./overlay/overlay.js";
import type { PhoneEffect, PhoneEvent } from "./phone/phone-event.js";
import type { Phone } from "./phone/phone.js";
import { StockCarrier } from "./stock-carrier.js";
import type { Voice } from "./voice.js";
import { MessageDelivery } from "./message-delivery.js";
import type { StockPortNumbers } from "./stock-ports.js";

/** What calls are made with. */
export interface CallsOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly keyRing: KeyRing;
  readonly overlayId: Uint8Array;
  readonly overlayName: string;
}

/** What the phone wants done in a call there is. */
type CallEffect = Extract<
  PhoneEffect,
  { kind: "answerCall" | "declineCall" | "endCall" | "holdCall" | "changeCodec" | "sendDigits" }
>;

/**
 * Calls and messages: what the phone wants done becomes lookups and SIP, what SIP tells becomes the phone's business,
 * and speech is switched with it. There is one call at a time, whichever of the two carriers it is on.
 */
export class Calls {
  readonly #phone: Phone;
  readonly #voice: Voice;
  readonly #overlay: OverlayCarrier;
  readonly #stock: StockCarrier;
  /** How names become calls, texts and adoptions. */
  readonly setup: CallSetup;
  readonly #messages: MessageDelivery;
  readonly #progress: CallProgress;

  constructor(node: Node, parts: { readonly phone: Phone; readonly voice: Voice }, options: CallsOptions) {
    this.#phone = parts.phone;
    this.#voice = parts.voice;
    this.#overlay = new OverlayCarrier(node, parts.phone.book, options);
    this.#stock = new StockCarrier(node, options.random, options.keyRing.userName);
    this.#messages = new MessageDelivery(parts.phone);
    this.#progress = new CallProgress({ node, ...parts, messages: this.#messages });
    this.setup = new CallSetup({
      phone: parts.phone,
      overlay: this.#overlay,
      stock: this.#stock,
      messages: this.#messages,
      progress: this.#progress,
      userName: options.keyRing.userName,
    });
  }

  /** How stock phones call this one, "sip:alice@192.0.2.3"; `undefined` while they cannot. */
  get stockAddress(): string | undefined {
    return this.#stock.address;
  }

  /** What this phone's user calls himself beside his user name; "": nothing. */
  setFullName(name: string): void {
    this.#overlay.setFullName(name);
    this.#stock.setFullName(name);
  }

  /** Whether there is a call with a stock phone, however far it has come. */
  get isWithStockPhone(): boolean {
    return this.#progress.current?.carrier === this.#stock;
  }

  /** There are ports for stock phones. */
  openStock(ports: StockPortNumbers): void {
    this.#stock.open(ports);
  }

  /** This phone's own address: a call under way is told. */
  setLocal(now: Instant, local: Endpoint): void {
    this.#overlay.farEnds.setLocal(local);
    this.#stock.setLocal(local);
    const call = this.#progress.current;
    if (call?.talk !== undefined) call.talk.move(now, local.address);
    else call?.carrier.agent?.move(now, call.carrier.mediaEndpoint(call.peer));
  }

  handleTimeout(now: Instant): void {
    this.#overlay.handleTimeout(now);
    this.#stock.handleTimeout(now);
    this.handleHeard(now);
  }

  pollTimeout(): Deadline | undefined {
    const carriers = earliest(this.#overlay.pollTimeout(), this.#stock.pollTimeout());
    return earliest(carriers, this.#progress.current?.talk?.pollTimeout());
  }

  /** What there is of SIP and of lookups: nothing of it outlives its call by more than a minute. */
  occupancy(): Readonly<Record<string, number>> {
    return { ...this.#overlay.occupancy(), ...this.#stock.occupancy(), messages: this.#messages.size };
  }

  // What comes in -------------------------------------------------------------------------------------------

  /** SIP that came over the link to a node. */
  handleSip(now: Instant, from: LinkedPeer, text: Uint8Array): void {
    this.#overlay.handleSip(now, from, text, this.#progress.isEngagedBeside(this.#overlay));
  }

  /** A datagram at the port of stock SIP. */
  handleStockSip(now: Instant, from: Endpoint, bytes: Uint8Array): void {
    this.#stock.handleDatagram(now, from, bytes, this.#progress.isEngagedBeside(this.#stock));
  }

  /**
   * A link ended. Who talks with that node hears for himself whether it is still there, and asks it. Where it only had
   * no room ("refused"), SIP says what it said once more.
   */
  handlePeerLost(now: Instant, { credential }: LinkedPeer, reason: string): void {
    const nodeKey = toHex(credential.nodeId);
    const talk = this.#progress.talkWith(this.#overlay, nodeKey);
    if (talk !== undefined && reason !== "left") talk.ask(now);
    // A node that has come anew knows nothing of the calls it was in.
    else if (reason === "silent" || reason === "left" || reason === "replaced")
      this.#overlay.agent.handlePeerUnreachable(now, nodeKey);
  }

  /** A link came up: one anew in a call may be to a phone that was restarted. */
  handlePeerLinked(now: Instant, { credential }: LinkedPeer): void {
    this.#progress.talkWith(this.#overlay, toHex(credential.nodeId))?.ask(now);
  }

  /** The other end of a link is at another address, `from` as it was. */
  handlePeerMoved({ credential, endpoint }: LinkedPeer, from: Endpoint): void {
    this.#progress
      .talkWith(this.#overlay, toHex(credential.nodeId))
      ?.handlePeerMoved(from.address, endpoint.address);
  }

  /** No link to a node can be had; a call that stands is not over for that. Node-ID in hex. */
  handleUnreachable(now: Instant, nodeKey: string): void {
    if (this.#progress.talkWith(this.#overlay, nodeKey) === undefined)
      this.#overlay.agent.handlePeerUnreachable(now, nodeKey);
  }

  /** The person wants this phone to adopt another one. */
  adopt(now: Instant): void {
    this.#overlay.adoption.open(now);
  }

  /** What there is to tell of adoptions. */
  pollAdoption(): AdoptionNews | undefined {
    return this.#overlay.pollAdoption();
  }

  /** The overlay's answer to a Fetch. */
  handleFetched(now: Instant, request: number, outcome: FetchOutcome): void {
    this.setup.handleFetched(now, request, outcome);
  }

  /** A key was pressed at the other end. */
  handleDigit(digit: Digit): void {
    const call = this.#progress.current?.phone;
    if (call !== undefined) this.#phone.talking.handleDigit(call, digit);
  }

  /** Looks whether the other side is heard: as time passes, and when its speech comes again. */
  handleHeard(now: Instant): void {
    const call = this.#progress.current;
    if (call?.talk?.handleTime(now) !== true) return;
    call.carrier.agent?.hangUp(now);
    this.#progress.end(now, "lost");
  }

  // What the phone wants ------------------------------------------------------------------------------------

  /** Does what the phone wants done; what is to be saved is not for it. */
  carryOut(now: Instant, effect: PhoneEffect): void {
    switch (effect.kind) {
      case "placeCall":
        this.setup.place(now, effect.call, effect.name);
        return;
      case "chooseClaim":
        this.setup.choose(now, effect);
        return;
      case "sendMessage":
        this.setup.write(now, effect);
        return;
      case "saveContacts":
      case "saveCallLog":
        return;
      default:
        if (this.#progress.current?.phone === effect.call)
          this.carryOutInCall(now, effect, this.#progress.current);
    }
  }

  private carryOutInCall(now: Instant, effect: CallEffect, { carrier, peer, talk }: CurrentCall): void {
    const { agent } = carrier;
    switch (effect.kind) {
      case "answerCall":
        agent?.answer(now, carrier.mediaEndpoint(peer));
        return;
      case "declineCall":
        agent?.decline(now, effect.reason === "busy" ? "busy" : "decline");
        this.#progress.clear(now);
        return;
      case "endCall":
        agent?.hangUp(now);
        this.#progress.clear(now);
        return;
      case "holdCall":
        talk?.hold(now, effect.held);
        return;
      case "changeCodec":
        talk?.recode(now, effect.codec);
        return;
      case "sendDigits":
        this.sendDigits(now, effect);
    }
  }

  private sendDigits(now: Instant, { call, digits }: Extract<PhoneEffect, { kind: "sendDigits" }>): void {
    for (const digit of digits) {
      if (this.#voice.sendDigit(now, digit as Digit)) continue;
      this.#phone.talking.handleDigitsRefused(call);
      return;
    }
  }

  /** Takes what the user agents have to tell and to send; true when there was anything. */
  settle(now: Instant): boolean {
    const overlay = this.settleCarrier(now, this.#overlay);
    return this.settleCarrier(now, this.#stock) || overlay;
  }

  /** The end of a call in which speech was on carries what was counted of its media. */
  withStatistics(event: PhoneEvent): PhoneEvent {
    return this.#progress.withStatistics(event);
  }

  private settleCarrier(now: Instant, carrier: Carrier): boolean {
    let any = false;
    for (let event = carrier.agent?.pollEvent(); event !== undefined; event = carrier.agent?.pollEvent()) {
      if (event.kind !== "documentReceived") this.#progress.handleEvent(now, carrier, event);
      else this.#overlay.handleDocument(now, event.peer, event.body);
      any = true;
    }
    return carrier.sendAll(now) || any;
  }
}
