import type { Crypto } from "../hal/crypto.js";
import { toHex } from "./core/bytes.js";
import type { Endpoint } from "./core/endpoint.js";
import type { Random } from "./core/random.js";
import { earliest, type Deadline, type Instant } from "./core/time.js";
import type { KeyRing } from "./identity/key-ring.js";
import type { Digit } from "./media/dtmf.js";
import { endOf, mediaFacts, messageFaults } from "./call-ending.js";
import { FarEnds } from "./far-ends.js";
import { NameLookups, type LookupPurpose, type NameFound } from "./name-lookups.js";
import type { LinkedPeer } from "./node-event.js";
import type { Node } from "./node.js";
import type { FetchOutcome } from "./overlay/overlay.js";
import type { CallEnd, CallId } from "./phone/call-state.js";
import type { PhoneEffect, PhoneEvent } from "./phone/phone-event.js";
import type { Phone } from "./phone/phone.js";
import type { UserAgentEvent } from "./usage/sip/user-agent-event.js";
import { UserAgent } from "./usage/sip/user-agent.js";
import type { Voice } from "./voice.js";

/** What calls are made with. */
export interface CallsOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly keyRing: KeyRing;
  readonly overlayId: Uint8Array;
  readonly overlayName: string;
}

/** The one call: how the phone and how SIP name it, and which node it is with, once that is known. */
interface CurrentCall {
  readonly phone: CallId;
  sip: number | undefined;
  nodeKey: string | undefined;
}

/**
 * Calls and messages on a node: what the phone wants done becomes lookups and SIP, what SIP tells becomes the
 * phone's business, and speech is switched with it.
 */
export class Calls {
  readonly #node: Node;
  readonly #phone: Phone;
  readonly #voice: Voice;
  readonly #userAgent: UserAgent;
  readonly #lookups: NameLookups;
  readonly #farEnds: FarEnds;
  /** Messages under way: SIP's number to the phone's. */
  readonly #messages: Map<number, number> = new Map();
  #call: CurrentCall | undefined;
  /** The last call in which speech was on. */
  #talked: CallId | undefined;

  constructor(node: Node, parts: { readonly phone: Phone; readonly voice: Voice }, options: CallsOptions) {
    this.#node = node;
    this.#phone = parts.phone;
    this.#voice = parts.voice;
    this.#farEnds = new FarEnds(node);
    this.#lookups = new NameLookups(node, options, parts.phone.book);
    const { random, keyRing, overlayName } = options;
    const identity = { userName: keyRing.userName, overlayName, nodeKey: toHex(keyRing.nodeId) };
    this.#userAgent = new UserAgent({ identity, random });
  }

  /** Where this phone takes media from nodes that have not said how they see it. */
  setLocal(local: Endpoint): void {
    this.#farEnds.setLocal(local);
  }

  handleTimeout(now: Instant): void {
    this.#userAgent.handleTimeout(now);
    this.#farEnds.handleTimeout(now);
  }

  pollTimeout(): Deadline | undefined {
    return earliest(this.#userAgent.pollTimeout(), this.#farEnds.pollTimeout());
  }

  /** SIP that came over the link to a node. */
  handleSip(now: Instant, { credential }: LinkedPeer, text: Uint8Array): void {
    const from = { nodeKey: toHex(credential.nodeId), userName: credential.userName };
    this.#userAgent.handleMessage(now, from, text);
  }

  /** A node cannot be reached any more; Node-ID in hex. */
  handleUnreachable(now: Instant, nodeKey: string): void {
    this.#userAgent.handlePeerUnreachable(now, nodeKey);
  }

  /** The overlay's answer to a Fetch. */
  handleFetched(now: Instant, request: number, outcome: FetchOutcome): void {
    const found = this.#lookups.handleFinished(now, request, outcome);
    if (found !== undefined) this.handleFound(now, found);
  }

  /** Does what the phone wants done; what is to be saved is not for it. */
  carryOut(now: Instant, effect: PhoneEffect): void {
    switch (effect.kind) {
      case "placeCall":
        this.#call = { phone: effect.call, sip: undefined, nodeKey: undefined };
        this.lookUp(now, { kind: "call", call: effect.call, name: effect.name });
        return;
      case "chooseClaim": {
        const name = this.#lookups.nameOf(effect.call);
        if (name !== undefined) this.invite(now, name, this.#lookups.devicesOf(effect.call, effect.nodeId));
        return;
      }
      case "answerCall":
        this.#userAgent.answer(now, this.#farEnds.mediaEndpoint(this.#call?.nodeKey));
        return;
      case "declineCall":
        if (this.#call?.phone !== effect.call) return;
        this.#userAgent.decline(now, effect.reason === "busy" ? "busy" : "decline");
        this.#call = undefined;
        return;
      case "endCall":
        this.#userAgent.hangUp(now);
        this.stopVoice(now);
        this.#call = undefined;
        return;
      case "sendDigits":
        for (const digit of effect.digits) this.#voice.sendDigit(now, digit as Digit);
        return;
      case "sendMessage": {
        const { message, name, text } = effect;
        this.lookUp(now, { kind: "message", message, name, text });
        return;
      }
      case "saveContacts":
      case "saveCallLog":
    }
  }

  /** Takes what the user agent has to tell and to send; true when there was anything. */
  settle(now: Instant): boolean {
    let any = false;
    for (let event = this.#userAgent.pollEvent(); event !== undefined; event = this.#userAgent.pollEvent()) {
      this.handleEvent(now, event);
      any = true;
    }
    for (let sip = this.#userAgent.pollTransmit(); sip !== undefined; sip = this.#userAgent.pollTransmit()) {
      this.#node.sendSip(now, this.#farEnds.destination(sip.to), sip.bytes);
      any = true;
    }
    return any;
  }

  /** A key was pressed at the other end. */
  handleDigit(now: Instant, digit: Digit): void {
    if (this.#call !== undefined) this.#phone.handleDigit(now, this.#call.phone, digit);
  }

  /** The end of a call in which speech was on carries what was counted of its media. */
  withStatistics(event: PhoneEvent): PhoneEvent {
    const isItsEnd = event.event === "ended" && event.facts["call"] === this.#talked;
    const counted = this.#voice.statistics;
    if (!isItsEnd || this.#talked === undefined || counted === undefined) return event;
    this.#talked = undefined;
    return { ...event, facts: { ...event.facts, ...mediaFacts(counted) } };
  }

  // Names ---------------------------------------------------------------------------------------------------

  private lookUp(now: Instant, purpose: LookupPurpose): void {
    const refused = this.#lookups.begin(now, purpose);
    if (refused !== undefined) this.handleFound(now, refused);
  }

  private handleFound(now: Instant, found: NameFound): void {
    this.#farEnds.remember(now, found.credentials);
    if (found.purpose.kind === "call") this.callFound(now, found, found.purpose.call);
    else this.messageFound(now, found, found.purpose);
  }

  private callFound(now: Instant, { decision, purpose }: NameFound, call: CallId): void {
    if (this.#call?.phone !== call) return;
    switch (decision.kind) {
      case "reachable":
        this.invite(now, purpose.name, decision.nodeKeys);
        return;
      case "contested":
        this.#phone.handleContested(now, call, decision.claims);
        return;
      case "unknown":
        this.end(now, "not-found");
        return;
      case "failed":
        this.end(now, "unreachable");
    }
  }

  private messageFound(
    now: Instant,
    { decision }: NameFound,
    purpose: Extract<LookupPurpose, { kind: "message" }>,
  ): void {
    if (decision.kind !== "reachable") {
      this.#phone.handleMessageFailed(now, purpose.message, messageFaults[decision.kind]);
      return;
    }
    const sent = this.#userAgent.message(now, purpose.name, decision.nodeKeys, purpose.text);
    if (sent === undefined) {
      this.#phone.handleMessageFailed(now, purpose.message, "it is empty or too long");
    } else {
      this.#messages.set(sent, purpose.message);
    }
  }

  private invite(now: Instant, name: string, nodeKeys: readonly string[]): void {
    if (this.#call === undefined) return;
    const targets = nodeKeys.map((nodeKey) => ({ nodeKey, media: this.#farEnds.mediaEndpoint(nodeKey) }));
    this.#call.sip = this.#userAgent.invite(now, name, targets);
    if (this.#call.sip === undefined) this.end(now, "failed");
  }

  // SIP -----------------------------------------------------------------------------------------------------

  private handleEvent(now: Instant, event: UserAgentEvent): void {
    if ("call" in event) {
      this.handleCallEvent(now, event);
      return;
    }
    switch (event.kind) {
      case "callerTurnedAway":
        // Where this phone has a call, one more is missed; where it just ended, nobody is told.
        if (this.#call !== undefined)
          this.#phone.handleIncoming(now, turnedAway, this.#farEnds.party(event.peer, event.from));
        return;
      case "messageReceived":
        this.#phone.handleMessageReceived(now, this.#farEnds.party(event.peer, event.from), event.text);
        return;
      case "messageDelivered":
        this.#phone.handleMessageDelivered(now, this.takeMessage(event.message));
        return;
      case "messageFailed": {
        const reason = event.sentence.replace(/\.$/, "");
        this.#phone.handleMessageFailed(now, this.takeMessage(event.message), reason);
        return;
      }
      case "optionsAnswered":
      case "optionsFailed":
    }
  }

  private handleCallEvent(now: Instant, event: Extract<UserAgentEvent, { call: number }>): void {
    if (event.kind === "incomingCall") {
      this.ring(now, event);
      return;
    }
    if (this.#call?.sip !== event.call) return;
    switch (event.kind) {
      case "ringing":
        this.#phone.handleRinging(now, this.#call.phone);
        return;
      case "established":
        this.#call.nodeKey = event.peer;
        this.#talked = this.#call.phone;
        this.#voice.agree(now, event.media);
        this.#node.setBusy(true);
        this.#phone.handleAnswered(now, this.#call.phone, this.#farEnds.party(event.peer));
        return;
      case "mediaChanged":
        this.#voice.agree(now, event.media);
        return;
      case "ended":
        this.end(now, endOf(event.outcome));
        return;
      case "changeRefused":
    }
  }

  /** Somebody calls; while a call of this phone is still being looked up, too, he is told that it is busy. */
  private ring(now: Instant, { call, peer, from }: Extract<UserAgentEvent, { kind: "incomingCall" }>): void {
    const phone = this.#call === undefined ? `in-${call}` : turnedAway;
    if (this.#call === undefined) this.#call = { phone, sip: call, nodeKey: peer };
    else this.#userAgent.decline(now, "busy");
    this.#phone.handleIncoming(now, phone, this.#farEnds.party(peer, from));
  }

  private end(now: Instant, end: CallEnd): void {
    const ended = this.#call;
    this.stopVoice(now);
    this.#call = undefined;
    if (ended !== undefined) this.#phone.handleEnded(now, ended.phone, end);
  }

  private stopVoice(now: Instant): void {
    for (const { to, bytes } of this.#voice.stop(now)) this.#node.sendMedia(to, bytes);
    this.#node.setBusy(false);
  }

  private takeMessage(sent: number): number {
    const message = this.#messages.get(sent) ?? 0;
    this.#messages.delete(sent);
    return message;
  }
}

/** How the phone names a call that never rang here. */
const turnedAway = "turned-away";
