import type { Endpoint } from "../../core/endpoint.js";
import { sipRingMs, sipTargetsMax } from "../../core/limits.js";
import { after, type Deadline, earliest, type Instant } from "../../core/time.js";
import { encodeSdp } from "../../wire/sdp.js";
import type { SipRequest, SipResponse } from "../../wire/sip/message.js";
import { cancelFor } from "./ack.js";
import { cancelReason } from "./cancel-reason.js";
import { type CallContext, ended, localMedia } from "./call-context.js";
import type { Asked } from "./dialog.js";
import type { TransactionFault } from "./effects.js";
import { forked, headersOnly, inviteContent, requestOutside } from "./line.js";
import { type LocalMedia, makeOffer } from "./offer-answer.js";
import { type Ending, endingOfFault, endingOfStatus, foremost } from "./outcome.js";
import { exchangeLimit } from "./timers.js";
import type { TransactionId } from "./transaction-layer.js";
import type { CallId } from "./user-agent-event.js";

/** One device of the user who is called. */
export interface CallTarget {
  /** Its Node-ID in hex, or the endpoint of a stock phone. */
  readonly nodeKey: string;
  /** Where this phone takes media from there: its own address as that link's other end sees it. */
  readonly media: Endpoint;
}

/** A 2xx that came: the dialog to be confirmed, or, when it is no longer wanted, to be ended at once. */
export interface CallAnswer {
  readonly asked: Asked;
  readonly peer: string;
  readonly local: LocalMedia;
  readonly wanted: boolean;
}

/** What a leg asks with; some kilobytes, of no use any more once the leg is over. */
interface Offer {
  readonly invite: SipRequest;
  readonly local: LocalMedia;
}

/** The INVITE to one device, until its final response has come or is no longer waited for. */
interface Leg {
  readonly peer: string;
  readonly transaction: TransactionId | undefined;
  /** While it waits for its final response. */
  offer: Offer | undefined;
  stage: "calling" | "proceeding" | "over";
  /** Whether no other 2xx can come, which would want an ACK, too (RFC 6026 §7.2): after a refusal, or so much later. */
  closed: boolean;
  rang: boolean;
  cancelled: boolean;
  /** When a cancelled INVITE counts as ended without a final response (RFC 3261 §9.1). */
  endAt?: Instant;
  ending?: Ending;
}

/**
 * A call this phone makes: an INVITE to each device of the user, the first answer wins, the others are cancelled
 * (RFC 3261 §13.2, §9.1, §16.7 where devices disagree). It stays after its end until every device knows.
 */
export class OutgoingCall {
  readonly call: CallId;
  readonly to: string;
  readonly #context: CallContext;
  readonly #legs: readonly Leg[];
  readonly #giveUpAt: Instant;
  #decided = false;
  /** What the device answered that has decided the call for all: the others are told. */
  #decidedBy: number | undefined;
  #moved: Endpoint | undefined;

  /** Rings `targets`; without any, or without room for any, the call has ended when this returns. */
  constructor(
    context: CallContext,
    now: Instant,
    start: { call: CallId; to: string; targets: readonly CallTarget[] },
  ) {
    this.call = start.call;
    this.to = start.to;
    this.#context = context;
    this.#giveUpAt = after(now, sipRingMs);
    const first = requestOutside(context.line, "INVITE", start.to, headersOnly());
    this.#legs = start.targets.slice(0, sipTargetsMax).map((target) => this.ring(now, first, target));
    this.settle();
  }

  /** Where this phone takes media, if not where its INVITEs say. */
  get moved(): Endpoint | undefined {
    return this.#moved;
  }

  /** This phone is at another address: whoever answers is told so then. */
  move(endpoint: Endpoint): void {
    this.#moved = endpoint;
  }

  /** Whether the person still waits for it. */
  get live(): boolean {
    return !this.#decided;
  }

  /** Whether no device can say anything more that would want an answer. */
  get finished(): boolean {
    return this.#decided && this.#legs.every((leg) => leg.stage === "over" && leg.closed);
  }

  /** Waits no longer for answers that would come late. */
  forget(): void {
    for (const leg of this.#legs) {
      if (leg.stage !== "over" || leg.closed || leg.transaction === undefined) continue;
      leg.closed = true;
      this.#context.transactions.forget(leg.transaction);
    }
  }

  /** Whose transaction it is; a final response may be repeated after the leg is over. */
  owns(transaction: TransactionId): boolean {
    return this.#legs.some((leg) => leg.transaction === transaction);
  }

  /** A response from a device; `sender` is the name its credential proves, which must be that of the user called. */
  handleResponse(
    now: Instant,
    transaction: TransactionId,
    response: SipResponse,
    sender: string,
  ): CallAnswer | undefined {
    const leg = this.#legs.find((each) => each.transaction === transaction);
    if (leg === undefined) return undefined;
    const trusted = this.#context.line.answersFor(sender, this.to);
    if (!trusted) leg.ending ??= { outcome: "impostor", status: 403 };
    if (response.status < 200) this.proceed(now, leg, response.status);
    else if (response.status < 300) return this.answer(now, leg, response, trusted);
    else this.refuse(now, leg, response.status);
    return undefined;
  }

  handleFailed(transaction: TransactionId, fault: TransactionFault): void {
    const leg = this.#legs.find((each) => each.transaction === transaction);
    if (leg === undefined || leg.stage === "over") return;
    finish(leg);
    leg.ending ??= endingOfFault(fault);
    this.settle();
  }

  /** The transaction of a leg has ended. */
  handleTerminated(transaction: TransactionId): void {
    for (const leg of this.#legs) if (leg.transaction === transaction) leg.closed = true;
  }

  /** The person ends the call before it is answered. */
  cancel(now: Instant): void {
    this.end({ outcome: "cancelled", status: 487 });
    this.cancelLegs(now);
  }

  handleTimeout(now: Instant): void {
    if (!this.#decided && this.#giveUpAt <= now) {
      this.end({ outcome: "noAnswer", status: 487 });
      this.cancelLegs(now);
    }
    for (const leg of this.#legs) {
      if (leg.stage === "over" || leg.endAt === undefined || leg.endAt > now) continue;
      finish(leg);
      leg.closed = true;
      if (leg.transaction !== undefined) this.#context.transactions.forget(leg.transaction);
    }
    this.settle();
  }

  pollTimeout(): Deadline | undefined {
    let first: Deadline | undefined = this.#decided
      ? undefined
      : { at: this.#giveUpAt, reason: "SIP ringing ends" };
    for (const { stage, endAt } of this.#legs) {
      if (stage !== "over" && endAt !== undefined)
        first = earliest(first, { at: endAt, reason: "SIP cancelled call" });
    }
    return first;
  }

  private ring(now: Instant, first: SipRequest, target: CallTarget): Leg {
    const { line, transactions } = this.#context;
    const local = localMedia(this.#context, target.media);
    const invite = { ...forked(line, first), ...inviteContent(line, encodeSdp(makeOffer(local))) };
    const peer = target.nodeKey;
    const transaction = transactions.request(now, peer, invite);
    const leg = {
      peer,
      transaction,
      rang: false,
      cancelled: false,
      closed: transaction === undefined,
    };
    if (transaction !== undefined) return { ...leg, offer: { invite, local }, stage: "calling" };
    return { ...leg, offer: undefined, stage: "over", ending: { outcome: "lineFull", status: 503 } };
  }

  private proceed(now: Instant, leg: Leg, status: number): void {
    if (leg.stage === "over") return;
    leg.stage = "proceeding";
    if (leg.cancelled || leg.ending !== undefined) this.sendCancel(now, leg);
    else if (status > 100 && !leg.rang && !this.#decided) {
      leg.rang = true;
      this.#context.events.push({ kind: "ringing", call: this.call, peer: leg.peer });
    }
  }

  /** One that comes when the leg is over (RFC 3261 §13.2.2.4) tells by itself what was asked. */
  private answer(now: Instant, leg: Leg, response: SipResponse, trusted: boolean): CallAnswer {
    const wanted = trusted && !this.#decided;
    const asked = leg.offer?.invite ?? { ...response, uri: response.to.uri };
    const local = leg.offer?.local ?? localMedia(this.#context, nowhere);
    finish(leg);
    if (wanted) {
      this.#decided = true;
      this.#decidedBy = 200;
      this.cancelLegs(now);
    }
    this.settle();
    return { asked, peer: leg.peer, local, wanted };
  }

  private refuse(now: Instant, leg: Leg, status: number): void {
    if (leg.stage === "over") return;
    finish(leg);
    leg.closed = true;
    leg.ending ??= endingOfStatus(status);
    if (status >= 600 && !this.#decided) {
      this.end(leg.ending);
      this.#decidedBy = status;
      this.cancelLegs(now);
    }
    this.settle();
  }

  private cancelLegs(now: Instant): void {
    for (const leg of this.#legs) {
      if (leg.stage === "over" || leg.cancelled) continue;
      leg.cancelled = true;
      if (leg.stage === "proceeding") this.sendCancel(now, leg);
    }
  }

  /** A CANCEL waits for a provisional response: what has not arrived cannot be cancelled (RFC 3261 §9.1). */
  private sendCancel(now: Instant, leg: Leg): void {
    if (leg.endAt !== undefined || leg.offer === undefined) return;
    leg.cancelled = true;
    leg.endAt = after(now, exchangeLimit(this.#context.timers));
    const why = this.#decidedBy === undefined ? [] : [cancelReason(this.#decidedBy)];
    this.#context.transactions.request(now, leg.peer, cancelFor(leg.offer.invite, ...why));
  }

  /** With every device heard and none willing, the call has ended. */
  private settle(): void {
    if (this.#decided || this.#legs.some((leg) => leg.stage !== "over")) return;
    this.end(foremost(this.#legs.map((leg) => leg.ending ?? { outcome: "unreachable", status: 408 })));
  }

  private end(ending: Ending): void {
    this.#decided = true;
    this.#context.events.push({ kind: "ended", call: this.call, with: this.to, ...ended(ending, this.to) });
  }
}

/** Nothing more is asked of a leg. */
function finish(leg: Leg): void {
  leg.stage = "over";
  leg.offer = undefined;
}

/** For an answer that no speech comes of. */
const nowhere: Endpoint = { address: "0.0.0.0", port: 9 };
