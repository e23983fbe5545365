import type { Endpoint } from "../../core/endpoint.js";
import { uniform } from "../../core/random.js";
import { type Deadline, earliest, type Instant } from "../../core/time.js";
import type { SipRequest, SipResponse } from "../../wire/sip/message.js";
import { field } from "../../wire/sip/message-text.js";
import { type AnswerRepetition, beginRepetition, repeated, repetitionDeadline } from "./answer-repetition.js";
import { type CallContext, ended } from "./call-context.js";
import type { Dialog } from "./dialog.js";
import { type Answer, DialogExchange } from "./dialog-exchange.js";
import type { TransactionFault } from "./effects.js";
import { headersOnly } from "./line.js";
import type { MediaWish } from "./media-change.js";
import type { AnsweredOffer, LocalMedia, NegotiatedMedia } from "./offer-answer.js";
import type { Ending } from "./outcome.js";
import { ReInvites } from "./re-invites.js";
import { SessionMedia } from "./session-media.js";
import type { TransactionId } from "./transaction-layer.js";
import type { CallId } from "./user-agent-event.js";

/** What a session begins with. */
export interface SessionStart {
  readonly call: CallId;
  /** The other's user name. */
  readonly with: string;
  readonly role: "caller" | "callee";
  readonly dialog: Dialog;
  readonly local: LocalMedia;
}

/**
 * An answered call: one dialog from its 2xx to the end of its BYE (RFC 3261 §13, §14, §15). The person hears of its
 * end at once; the session stays until the other side knows of it too.
 */
export class Session {
  readonly call: CallId;
  readonly #context: CallContext;
  readonly #exchange: DialogExchange;
  readonly #media: SessionMedia;
  readonly #reInvites: ReInvites;
  readonly #with: string;
  /** Our 2xx that no ACK came for yet. */
  #unacknowledged: AnswerRepetition | undefined;
  /** What was agreed with a caller who has not proven yet where he is. */
  #untold: NegotiatedMedia | undefined;
  #live = true;
  /** A BYE must not overtake the ACK of our own 2xx (§15). */
  #bye: "none" | "wanted" | "over" | TransactionId = "none";

  constructor(context: CallContext, start: SessionStart) {
    this.call = start.call;
    this.#context = context;
    this.#exchange = new DialogExchange(context, start.dialog);
    this.#with = start.with;
    this.#media = new SessionMedia(context, start.call, start.local);
    const { call, role } = start;
    this.#reInvites = new ReInvites(context, { call, role, exchange: this.#exchange, media: this.#media });
  }

  /** Whether the person is still in this call. */
  get live(): boolean {
    return this.#live;
  }

  /** Whether nothing is left to be said to the other side. */
  get finished(): boolean {
    return !this.#live && this.#bye === "over";
  }

  /** The other side, while it has an answer to acknowledge. */
  get awaited(): string | undefined {
    return this.#unacknowledged === undefined ? undefined : this.#exchange.peer;
  }

  /** Leaves nothing behind: the dialog is over, or there is no room for it. */
  forget(): void {
    this.#reInvites.forget();
  }

  isWithin(request: SipRequest, peer: string): boolean {
    return this.#exchange.isWithin(request, peer);
  }

  /** Takes the number of a request from the other side; false when it is no advance, to be answered 500 (§12.2.2). */
  advance(request: SipRequest, peer: string): boolean {
    return this.#exchange.advance(request, peer);
  }

  /** The caller's begin: the 2xx is acknowledged; with an answer that fits nothing, the call ends (§13.2.2.4). */
  confirm(now: Instant, response: SipResponse): void {
    this.#exchange.acknowledge(response, headersOnly());
    this.takeAnswer(now, response.body);
  }

  /** A 2xx that came too late to be wanted: acknowledged, and ended without a word to the person. */
  dismiss(now: Instant, response: SipResponse): void {
    this.#live = false;
    this.#exchange.acknowledge(response, headersOnly());
    this.endDialog(now);
  }

  /** The callee's begin: the 2xx goes out until it is acknowledged. `agreed` is absent if the offer is in that 2xx. */
  accept(now: Instant, answer: Answer, agreed: AnsweredOffer | undefined): void {
    this.sendAnswer(now, answer, agreed === undefined);
    if (agreed === undefined) return;
    this.#media.noteOffer(agreed.offered);
    if (this.#context.line.provenByAck) this.#untold = agreed.media;
    else this.#media.tell(this.#exchange.peer, agreed.media);
  }

  /** The person hangs up. */
  hangUp(now: Instant): void {
    this.endBoth(now, { outcome: "hungUp", status: 200 });
  }

  /** Asks for another direction or codec (§14.1). */
  change(now: Instant, wish: MediaWish): void {
    this.#reInvites.ask(now, wish, this.#unacknowledged === undefined);
  }

  /** This phone takes media elsewhere from now on. */
  move(now: Instant, endpoint: Endpoint): void {
    this.#reInvites.move(now, endpoint, this.#unacknowledged === undefined);
  }

  /** The other hangs up (§15.1.2). */
  handleBye(now: Instant, answer: Answer): void {
    this.#exchange.respond(now, answer, 200);
    this.#unacknowledged = undefined;
    this.end({ outcome: "remoteHungUp", status: 200 });
    this.#bye = "over";
  }

  /** The other changes the session (§14.2); nobody is asked. */
  handleInvite(now: Instant, answer: Answer): void {
    if (!this.#live) this.#exchange.respond(now, answer, 481);
    else if (this.#reInvites.waits) this.#exchange.respond(now, answer, 491);
    else if (this.#unacknowledged !== undefined) {
      const wait = field("Retry-After", `${uniform(this.#context.random, 11)}`);
      this.#exchange.respond(now, { ...answer, content: headersOnly(wait) }, 500);
    } else this.answerChange(now, answer);
  }

  /** The ACK of our 2xx, with the answer if that carried the offer. */
  handleAck(now: Instant, request: SipRequest): void {
    const answered = this.#unacknowledged;
    if (answered?.sequence !== request.cseq.sequence) return;
    this.#unacknowledged = undefined;
    if (this.#live) this.confirmed(now, answered, request);
    if (this.#bye === "wanted") this.sendBye(now);
    else this.#reInvites.goOn(now, this.#live);
  }

  /** A response to one of this session's requests; false if it is to none of them. */
  handleResponse(now: Instant, transaction: TransactionId, response: SipResponse): boolean {
    if (this.#bye === transaction) {
      if (response.status >= 200) this.#bye = "over";
      return true;
    }
    if (this.#exchange.repeatAck(response)) return true;
    const result = this.#reInvites.handleResponse(now, transaction, response);
    if (result === undefined) return false;
    if (result !== "goesOn") this.endBoth(now, result);
    return true;
  }

  /** No response came; false if the transaction is none of this session's. */
  handleFailed(now: Instant, transaction: TransactionId, fault: TransactionFault): boolean {
    if (this.#bye === transaction) {
      this.#bye = "over";
      return true;
    }
    const ending = this.#reInvites.handleFailed(transaction, fault);
    if (ending !== undefined) this.endBoth(now, ending);
    return ending !== undefined;
  }

  /** The other node is gone: nothing more can be said. */
  handlePeerUnreachable(peer: string): void {
    if (peer !== this.#exchange.peer) return;
    this.#unacknowledged = undefined;
    this.end({ outcome: "connectionLost", status: 503 });
    this.#bye = "over";
  }

  handleTimeout(now: Instant): void {
    const waiting = this.#unacknowledged;
    if (waiting !== undefined && waiting.until <= now) this.giveUp(now);
    else if (waiting !== undefined && waiting.resendAt <= now) {
      this.#context.transactions.repeat(now, waiting.transaction, waiting.response);
      this.#unacknowledged = repeated(waiting, this.#context.timers, now);
    }
    this.#reInvites.handleTimeout(now);
  }

  pollTimeout(): Deadline | undefined {
    const repetition = this.#unacknowledged && repetitionDeadline(this.#unacknowledged);
    return earliest(repetition, this.#reInvites.pollTimeout());
  }

  /** The answer has arrived: speech may flow. */
  private confirmed(now: Instant, answered: AnswerRepetition, ack: SipRequest): void {
    const untold = this.#untold;
    this.#untold = undefined;
    if (untold !== undefined) this.#media.tell(this.#exchange.peer, untold);
    if (answered.offered) this.takeAnswer(now, ack.body);
  }

  private takeAnswer(now: Instant, body: Uint8Array): void {
    if (this.#media.takeAnswer(this.#exchange.peer, body, this.#media.direction)) return;
    this.endBoth(now, { outcome: "notAcceptable", status: 488 });
  }

  /** No ACK came. Who has never proven to be anywhere is told nothing more (§13.3.1.4 has a BYE for all others). */
  private giveUp(now: Instant): void {
    this.#unacknowledged = undefined;
    if (this.#context.line.provenByAck && !this.#media.told) this.#bye = "over";
    this.endBoth(now, { outcome: "connectionLost", status: 408 });
  }

  private answerChange(now: Instant, change: Answer): void {
    const answered = this.#media.answer(change.request.body);
    if (answered === undefined) {
      this.#exchange.respond(now, change, 488);
      return;
    }
    this.sendAnswer(now, { ...change, content: answered.content }, answered.media === undefined);
    if (answered.media !== undefined) this.#media.tell(this.#exchange.peer, answered.media);
  }

  private sendAnswer(now: Instant, answer: Answer, offered: boolean): void {
    const response = this.#exchange.respond(now, answer, 200);
    const { transaction, request } = answer;
    const { sequence } = request.cseq;
    const repeated = { transaction, response, sequence, offered };
    this.#unacknowledged = beginRepetition(repeated, this.#context.timers, now);
  }

  /** Ends the call for the person and for the other side. */
  private endBoth(now: Instant, ending: Ending): void {
    this.end(ending);
    this.endDialog(now);
  }

  private end(ending: Ending): void {
    const userName = this.#with;
    const told = { kind: "ended", call: this.call, with: userName, ...ended(ending, userName) } as const;
    if (this.#live) this.#context.events.push(told);
    this.#live = false;
    this.#reInvites.stop();
  }

  private endDialog(now: Instant): void {
    if (this.#bye !== "none" && this.#bye !== "wanted") return;
    if (this.#unacknowledged !== undefined) this.#bye = "wanted";
    else this.sendBye(now);
  }

  private sendBye(now: Instant): void {
    this.#bye = this.#exchange.request(now, "BYE", headersOnly()) ?? "over";
  }
}
