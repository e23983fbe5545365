import { uniform } from "../../core/random.js";
import { type Deadline, earliest, type Instant } from "../../core/time.js";
import { encodeSdp } from "../../wire/sdp.js";
import type { Direction } from "../../wire/sdp-media.js";
import type { SipRequest, SipResponse } from "../../wire/sip/message.js";
import { field } from "../../wire/sip/message-text.js";
import { type AnswerRepetition, beginRepetition, repeated, repetitionDeadline } from "./answer-repetition.js";
import { type CallContext, ended } from "./call-context.js";
import type { Dialog } from "./dialog.js";
import { type Answer, DialogExchange } from "./dialog-exchange.js";
import type { TransactionFault } from "./effects.js";
import { headersOnly, sdpContent } from "./line.js";
import { afterCollision, type MediaChange } from "./media-change.js";
import { answerOffer, type LocalMedia, makeOffer, type NegotiatedMedia, readAnswer } from "./offer-answer.js";
import type { Ending } from "./outcome.js";
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
  readonly #with: string;
  readonly #role: "caller" | "callee";
  #local: LocalMedia;
  #established = false;
  /** Our 2xx that no ACK came for yet. */
  #unacknowledged: AnswerRepetition | undefined;
  #change: MediaChange | undefined;
  #live = true;
  /** A BYE must not overtake the ACK of our own 2xx (§15). */
  #bye: "none" | "wanted" | "over" | TransactionId = "none";

  constructor(context: CallContext, start: SessionStart) {
    this.call = start.call;
    this.#context = context;
    this.#exchange = new DialogExchange(context, start.dialog);
    this.#with = start.with;
    this.#role = start.role;
    this.#local = start.local;
  }

  /** Whether the person is still in this call. */
  get live(): boolean {
    return this.#live;
  }

  /** Whether nothing is left to be said to the other side. */
  get finished(): boolean {
    return !this.#live && this.#bye === "over";
  }

  isWithin(request: SipRequest, peer: string): boolean {
    return this.#exchange.isWithin(request, peer);
  }

  /** Takes the number of a request from the other side; false when it is no advance, to be answered 500 (§12.2.2). */
  advance(request: SipRequest): boolean {
    return this.#exchange.advance(request);
  }

  /** The caller's begin: the 2xx is acknowledged; with an answer that fits nothing, the call ends (§13.2.2.4). */
  confirm(now: Instant, response: SipResponse): void {
    this.#exchange.acknowledge(response, headersOnly());
    this.takeAnswer(now, response.body, this.#local.direction);
  }

  /** A 2xx that came too late to be wanted: acknowledged, and ended without a word to the person. */
  dismiss(now: Instant, response: SipResponse): void {
    this.#live = false;
    this.#exchange.acknowledge(response, headersOnly());
    this.endDialog(now);
  }

  /** The callee's begin: the 2xx goes out until it is acknowledged. `media` is absent if the offer is in that 2xx. */
  accept(now: Instant, answer: Answer, media: NegotiatedMedia | undefined): void {
    this.sendAnswer(now, answer, media === undefined);
    if (media !== undefined) this.tellMedia(media);
  }

  /** The person hangs up. */
  hangUp(now: Instant): void {
    this.end({ outcome: "hungUp", status: 200 });
    this.endDialog(now);
  }

  /** Asks for another direction: `sendonly` holds, `sendrecv` resumes (RFC 3264 §8.4). */
  change(now: Instant, direction: Direction): void {
    if (this.#change !== undefined || this.#unacknowledged !== undefined) this.refuseChange(491);
    else this.sendChange(now, direction, 0);
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
    else if (this.#change?.stage.kind === "sent") this.#exchange.respond(now, answer, 491);
    else if (this.#unacknowledged !== undefined) {
      const wait = field("Retry-After", `${uniform(this.#context.random, 11)}`);
      this.#exchange.respond(now, { ...answer, content: headersOnly(wait) }, 500);
    } else this.answerChange(now, answer);
  }

  /** The ACK of our 2xx, with the answer if that carried the offer. */
  handleAck(now: Instant, request: SipRequest): void {
    const answered = this.#unacknowledged;
    if (answered?.response.cseq.sequence !== request.cseq.sequence) return;
    this.#unacknowledged = undefined;
    if (answered.offered && this.#live) this.takeAnswer(now, request.body, this.#local.direction);
    if (this.#bye === "wanted") this.sendBye(now);
  }

  /** A response to one of this session's requests; false if it is to none of them. */
  handleResponse(now: Instant, transaction: TransactionId, response: SipResponse): boolean {
    if (this.#bye === transaction) {
      if (response.status >= 200) this.#bye = "over";
      return true;
    }
    if (this.#exchange.repeatAck(response)) return true;
    if (!this.isChange(transaction)) return false;
    if (response.status >= 200) this.finishChange(now, response);
    return true;
  }

  /** No response came; false if the transaction is none of this session's. */
  handleFailed(now: Instant, transaction: TransactionId, fault: TransactionFault): boolean {
    if (this.#bye === transaction) {
      this.#bye = "over";
      return true;
    }
    if (!this.isChange(transaction)) return false;
    this.#change = undefined;
    this.lose(now, fault === "timedOut" ? 408 : 503);
    return true;
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
    if (waiting !== undefined && waiting.until <= now) {
      this.#unacknowledged = undefined;
      this.lose(now, 408);
    } else if (waiting !== undefined && waiting.resendAt <= now) {
      this.#context.transactions.respond(now, waiting.transaction, waiting.response);
      this.#unacknowledged = repeated(waiting, this.#context.timers, now);
    }
    const change = this.#change;
    if (change?.stage.kind === "waiting" && change.stage.retryAt <= now) {
      this.sendChange(now, change.direction, change.collisions);
    }
  }

  pollTimeout(): Deadline | undefined {
    const repetition = this.#unacknowledged && repetitionDeadline(this.#unacknowledged);
    const stage = this.#change?.stage;
    const retry = stage?.kind === "waiting" ? { at: stage.retryAt, reason: "SIP change retried" } : undefined;
    return earliest(repetition, retry);
  }

  private takeAnswer(now: Instant, body: Uint8Array, offered: Direction): void {
    const answer = readAnswer(body, offered);
    if (answer.ok) {
      this.tellMedia(answer.value);
      return;
    }
    this.end({ outcome: "notAcceptable", status: 488 });
    this.endDialog(now);
  }

  private tellMedia(media: NegotiatedMedia): void {
    const { call } = this;
    const { events } = this.#context;
    if (this.#established) events.push({ kind: "mediaChanged", call, media });
    else events.push({ kind: "established", call, peer: this.#exchange.peer, media });
    this.#established = true;
  }

  private answerChange(now: Instant, change: Answer): void {
    const next = { ...this.#local, version: this.#local.version + 1 };
    const contact = this.#context.line.contact();
    if (change.request.body.length === 0) {
      this.#local = next;
      this.sendAnswer(now, { ...change, content: sdpContent(contact, encodeSdp(makeOffer(next))) }, true);
      return;
    }
    const answer = answerOffer(change.request.body, next);
    if (!answer.ok) {
      this.#exchange.respond(now, change, 488);
      return;
    }
    this.#local = next;
    this.sendAnswer(now, { ...change, content: sdpContent(contact, encodeSdp(answer.value.answer)) }, false);
    this.tellMedia(answer.value.media);
  }

  private sendAnswer(now: Instant, answer: Answer, offered: boolean): void {
    const response = this.#exchange.respond(now, answer, 200);
    const { transaction } = answer;
    this.#unacknowledged = beginRepetition({ transaction, response, offered }, this.#context.timers, now);
  }

  private isChange(transaction: TransactionId): boolean {
    const stage = this.#change?.stage;
    return stage?.kind === "sent" && stage.transaction === transaction;
  }

  private sendChange(now: Instant, direction: Direction, collisions: number): void {
    this.#change = undefined;
    this.#local = { ...this.#local, version: this.#local.version + 1 };
    const offer = encodeSdp(makeOffer({ ...this.#local, direction }));
    const transaction = this.#exchange.request(
      now,
      "INVITE",
      sdpContent(this.#context.line.contact(), offer),
    );
    if (transaction === undefined) this.refuseChange(503);
    else this.#change = { direction, collisions, stage: { kind: "sent", transaction } };
  }

  private finishChange(now: Instant, response: SipResponse): void {
    const change = this.#change;
    this.#change = undefined;
    if (change === undefined) return;
    const { status } = response;
    if (status < 300) {
      this.#exchange.acknowledge(response, headersOnly());
      this.#local = { ...this.#local, direction: change.direction };
      if (this.#live) this.takeAnswer(now, response.body, change.direction);
    } else if (status === 491) {
      this.#change = this.#live ? afterCollision(change, this.#role, this.#context.random, now) : undefined;
      if (this.#change === undefined) this.refuseChange(status);
    } else if (status === 481 || status === 408) this.lose(now, status);
    else this.refuseChange(status);
  }

  private refuseChange(status: number): void {
    if (this.#live) this.#context.events.push({ kind: "changeRefused", call: this.call, status });
  }

  private lose(now: Instant, status: number): void {
    this.end({ outcome: "connectionLost", status });
    this.endDialog(now);
  }

  private end(ending: Ending): void {
    const userName = this.#with;
    const told = { kind: "ended", call: this.call, with: userName, ...ended(ending, userName) } as const;
    if (this.#live) this.#context.events.push(told);
    this.#live = false;
    if (this.#change?.stage.kind === "waiting") this.#change = undefined;
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
