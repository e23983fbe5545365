import { after, earliest, type Deadline, type Instant } from "./core/time.js";
import type { Carrier } from "./carrier.js";
import type { CallChange, CallId } from "./phone/call-state.js";
import type { SpeechCodec } from "./phone/phone-event.js";
import type { Phone } from "./phone/phone.js";
import { SilenceWatch } from "./silence-watch.js";
import { LinkPath, type SpeechPath } from "./speech-path.js";
import type { NegotiatedMedia } from "./usage/sip/offer-answer.js";
import type { UserAgent } from "./usage/sip/user-agent.js";
import type { Voice } from "./voice.js";

/** What a conversation is had with. */
export interface ConversationParts {
  readonly phone: Phone;
  readonly voice: Voice;
  readonly carrier: Carrier;
  readonly agent: UserAgent;
}

/** What was wanted of the other side and is not answered yet. */
interface Wish {
  readonly change: CallChange;
  readonly ask: (now: Instant) => void;
  /** Times it met another change, and when it is asked for again. */
  meetings: number;
  retryAt?: Instant;
  /** Whether what was agreed on is it. */
  readonly isMet: (media: NegotiatedMedia) => boolean;
}

/**
 * A call that stands, in either world: who holds it, how its speech is coded, at which addresses its two ends are, and
 * whether the other end is still there.
 */
export class Conversation {
  readonly call: CallId;
  readonly peer: string;
  readonly #parts: ConversationParts;
  readonly #path: SpeechPath;
  readonly #watch: SilenceWatch;
  #media: NegotiatedMedia;
  #wish: Wish | undefined;
  /** An address of this phone's that the person is told of once the call has followed. */
  #movingTo: string | undefined;

  constructor(
    now: Instant,
    parts: ConversationParts,
    { call, peer, media }: { call: CallId; peer: string; media: NegotiatedMedia },
  ) {
    this.call = call;
    this.peer = peer;
    this.#parts = parts;
    this.#path = parts.carrier.speechPath(peer);
    this.#watch = new SilenceWatch(now);
    this.#media = media;
    parts.voice.begin(now, media, this.#path);
  }

  // What the person, or the network, wants -------------------------------------------------------------------

  /** Holds the call, or takes it up again: no speech is sent from now on, or once the other side has agreed. */
  hold(now: Instant, held: boolean): void {
    // From now on nothing is sent that was not meant for the other side, whatever it answers.
    if (held) this.#parts.voice.held = true;
    this.want(now, {
      change: held ? "hold" : "resume",
      ask: (at) => this.#parts.agent.hold(at, held),
      isMet: ({ direction }) => receives(direction) !== held || (!held && this.isHeldThere()),
      meetings: 0,
    });
  }

  /** Wants speech coded so, both ways; told once the other side has agreed. */
  recode(now: Instant, codec: SpeechCodec): void {
    this.want(now, {
      change: "codec",
      ask: (at) => this.#parts.agent.recode(at, codec),
      isMet: (media) => media.codec === codec,
      meetings: 0,
    });
  }

  /** This phone is at another address. */
  move(now: Instant, address: string): void {
    this.#movingTo = address;
    this.ask(now);
  }

  /** Asks the other phone whether it still knows the call: it is told again where this one takes speech. */
  ask(now: Instant): void {
    this.#watch.noteAsked(now);
    this.#parts.agent.move(now, this.#parts.carrier.mediaEndpoint(this.peer));
  }

  // What happens --------------------------------------------------------------------------------------------

  /** Both sides have agreed on this, whoever asked for it (RFC 3264 §8). */
  handleMediaChanged(now: Instant, media: NegotiatedMedia): void {
    const { phone, voice } = this.#parts;
    const before = this.#media;
    this.#media = media;
    this.#watch.noteAnswered(now);
    voice.agree(now, media);
    const met = this.#wish?.isMet(media) === true ? this.#wish.change : undefined;
    if (met !== undefined) this.#wish = undefined;
    if (met === "resume") voice.held = false;
    const heldThere = media.direction === "recvonly" || media.direction === "inactive";
    const heldHere = voice.held && this.#wish?.change !== "hold";
    phone.talking.handleHeld(this.call, heldHere, heldThere);
    this.#watch.setHeld(now, voice.held || heldThere);
    if (media.codec !== before.codec) phone.talking.handleRecoded(this.call, media.codec);
    this.tellMoves(before, media);
  }

  /** The other side did not agree; that it said so is a sign of life. What met another change is asked for again. */
  handleChangeRefused(now: Instant, status: number): void {
    const wish = this.#wish;
    this.#watch.noteAnswered(now);
    if (wish === undefined) return;
    if (status === 491 && wish.meetings++ < meetingsMax) {
      wish.retryAt = after(now, retryMs);
      return;
    }
    this.#wish = undefined;
    if (wish.change === "hold") this.#parts.voice.held = false;
    this.#parts.phone.talking.handleChangeRefused(this.call, wish.change);
  }

  /** The other end of the link is elsewhere now. */
  handlePeerMoved(from: string, to: string): void {
    if (!(this.#path instanceof LinkPath) || !this.#path.follow(from, to)) return;
    this.#parts.phone.talking.handleMoved(this.call, "there", to);
  }

  /** Looks whether the other side is heard; true when it is lost. */
  handleTime(now: Instant): boolean {
    const { phone, voice } = this.#parts;
    this.retry(now);
    if (voice.heardAt !== undefined) this.#watch.noteHeard(voice.heardAt);
    for (let step = this.#watch.step(now); step !== "nothing"; step = this.#watch.step(now)) {
      if (step === "lost") return true;
      if (step === "ask") this.ask(now);
      else phone.talking.handleSilent(this.call, step === "silent");
    }
    return false;
  }

  pollTimeout(): Deadline | undefined {
    const at = this.#wish?.retryAt;
    const retry = at === undefined ? undefined : { at, reason: "call: a change is asked for again" };
    return earliest(retry, this.#watch.pollTimeout());
  }

  private want(now: Instant, wish: Wish): void {
    this.#wish = wish;
    wish.ask(now);
  }

  private retry(now: Instant): void {
    const wish = this.#wish;
    if (wish?.retryAt === undefined || wish.retryAt > now) return;
    delete wish.retryAt;
    wish.ask(now);
  }

  private isHeldThere(): boolean {
    const { state } = this.#parts.phone;
    return state.kind === "talking" && state.heldThere;
  }

  private tellMoves(before: NegotiatedMedia, media: NegotiatedMedia): void {
    const { talking } = this.#parts.phone;
    const { address } = media.remote;
    if (address !== before.remote.address) talking.handleMoved(this.call, "there", address);
    if (this.#movingTo !== undefined) talking.handleMoved(this.call, "here", this.#movingTo);
    this.#movingTo = undefined;
  }
}

/** A change meets one that has no ACK yet: it waits so long, and so often, ms. */
const retryMs = 500;
const meetingsMax = 8;

function receives(direction: NegotiatedMedia["direction"]): boolean {
  return direction === "sendrecv" || direction === "recvonly";
}
