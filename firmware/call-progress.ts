import type { Instant } from "./core/time.js";
import { endOf, mediaFacts } from "./call-ending.js";
import type { Carrier } from "./carrier.js";
import { Conversation } from "./conversation.js";
import type { MessageDelivery } from "./message-delivery.js";
import type { Node } from "./node.js";
import type { CallEnd, CallId } from "./phone/call-state.js";
import type { PhoneEvent } from "./phone/phone-event.js";
import type { Phone } from "./phone/phone.js";
import type { UserAgentEvent } from "./usage/sip/user-agent-event.js";
import type { Voice } from "./voice.js";

/** The one call: how the phone and how SIP name it, and whom it is with, as far as that is known. */
export interface CurrentCall {
  readonly phone: CallId;
  readonly carrier: Carrier;
  /** Who is called, or calls; of a call that was forwarded to whom it goes. */
  name: string;
  /** What he calls himself beside it. */
  fullName: string | undefined;
  sip: number | undefined;
  peer: string | undefined;
  talk: Conversation | undefined;
}

/** Who is told of the progress of calls. */
export interface ProgressParts {
  readonly node: Node;
  readonly phone: Phone;
  readonly voice: Voice;
  readonly messages: MessageDelivery;
}

/**
 * What the user agents tell becomes the phone's business: of the one call there is, whichever of the two carriers it
 * is on, of callers that are turned away, and of messages. Speech is switched with the call.
 */
export class CallProgress {
  current: CurrentCall | undefined;
  readonly #parts: ProgressParts;
  /** The last call in which speech was on. */
  #talked: CallId | undefined;

  constructor(parts: ProgressParts) {
    this.#parts = parts;
  }

  /** Whether there is a call that a carrier's agent knows nothing of. */
  isEngagedBeside(carrier: Carrier): boolean {
    return this.current !== undefined && (this.current.carrier !== carrier || this.current.sip === undefined);
  }

  /** The call that stands with a peer of a carrier. */
  talkWith(carrier: Carrier, peer: string): Conversation | undefined {
    return this.current?.carrier === carrier && this.current.peer === peer ? this.current.talk : undefined;
  }

  /** The end of a call in which speech was on carries what was counted of its media. */
  withStatistics(event: PhoneEvent): PhoneEvent {
    const isItsEnd = event.event === "ended" && event.facts["call"] === this.#talked;
    const counted = this.#parts.voice.statistics;
    if (!isItsEnd || this.#talked === undefined || counted === undefined) return event;
    this.#talked = undefined;
    return { ...event, facts: { ...event.facts, ...mediaFacts(counted) } };
  }

  /** What the user agent of a carrier tells; of a call that is no more it is passed over. */
  handleEvent(now: Instant, carrier: Carrier, event: PersonalEvent): void {
    switch (event.kind) {
      case "callerTurnedAway":
        // Where this phone has a call, one more is missed; where it just ended, nobody is told.
        if (this.current !== undefined)
          this.#parts.phone.handleIncoming(
            now,
            turnedAway,
            carrier.party(event.peer, event.from, event.fullName),
          );
        return;
      case "messageReceived":
      case "messageDelivered":
      case "messageFailed":
        this.#parts.messages.handleEvent(now, carrier, event);
        return;
      case "incomingCall":
        this.ring(now, carrier, event);
        return;
      case "optionsAnswered":
      case "optionsFailed":
        return;
      default:
        if (this.current?.carrier === carrier && this.current.sip === event.call)
          this.handleProgress(now, this.current, event);
    }
  }

  private handleProgress(now: Instant, call: CurrentCall, event: Progress): void {
    switch (event.kind) {
      case "ringing":
        this.#parts.phone.handleRinging(now, call.phone, call.fullName);
        return;
      case "established":
        this.begin(now, call, event);
        return;
      case "mediaChanged":
        call.talk?.handleMediaChanged(now, event.media);
        return;
      case "changeRefused":
        call.talk?.handleChangeRefused(now, event.status);
        return;
      case "ended":
        this.end(now, endOf(event.outcome));
    }
  }

  /** Somebody calls; while a call of this phone is still being looked up, too, he is told that it is busy. */
  private ring(now: Instant, carrier: Carrier, { call, peer, from, fullName }: Incoming): void {
    const phone = this.current === undefined ? `in-${call}` : turnedAway;
    if (this.current === undefined) {
      this.current = { phone, carrier, name: from, fullName, sip: call, peer, talk: undefined };
      carrier.hold([peer]);
    } else carrier.agent?.decline(now, "busy");
    this.#parts.phone.handleIncoming(now, phone, carrier.party(peer, from, fullName));
  }

  private begin(
    now: Instant,
    call: CurrentCall,
    { peer, media }: Extract<Progress, { kind: "established" }>,
  ): void {
    const { carrier, phone } = call;
    const { agent } = carrier;
    if (agent === undefined) return;
    call.peer = peer;
    carrier.hold([peer]);
    this.#talked = phone;
    const parts = { phone: this.#parts.phone, voice: this.#parts.voice, carrier, agent };
    call.talk = new Conversation(now, parts, { call: phone, peer, media });
    this.#parts.node.setBusy(true);
    this.#parts.phone.handleAnswered(now, phone, carrier.party(peer, call.name, call.fullName));
    if (media.direction !== "sendrecv") call.talk.handleMediaChanged(now, media);
  }

  /** The call is over, by the other side or the network. */
  end(now: Instant, end: CallEnd): void {
    const ended = this.current;
    this.clear(now);
    if (ended !== undefined) this.#parts.phone.handleEnded(now, ended.phone, end);
  }

  /** There is no call any more, and no speech. */
  clear(now: Instant): void {
    const { node, voice } = this.#parts;
    for (const transmit of voice.stop(now)) node.sendPastLinks(transmit);
    node.setBusy(false);
    node.hold([]);
    this.current = undefined;
  }
}

/** How the phone names a call that never rang here. */
const turnedAway = "turned-away";

/** All but what programs say to each other. */
type PersonalEvent = Exclude<UserAgentEvent, { kind: "documentReceived" }>;

type Incoming = Extract<UserAgentEvent, { kind: "incomingCall" }>;
type Progress = Exclude<Extract<UserAgentEvent, { call: number }>, Incoming>;
