import type { Endpoint } from "../../core/endpoint.js";
import type { Deadline, Instant } from "../../core/time.js";
import type { SipResponse } from "../../wire/sip/message.js";
import type { CallContext } from "./call-context.js";
import type { DialogExchange } from "./dialog-exchange.js";
import type { TransactionFault } from "./effects.js";
import { headersOnly } from "./line.js";
import { afterCollision, type MediaChange, type MediaWish } from "./media-change.js";
import type { Ending } from "./outcome.js";
import type { SessionMedia } from "./session-media.js";
import type { TransactionId } from "./transaction-layer.js";
import type { CallId } from "./user-agent-event.js";

/** Whose changes they are. */
export interface ReInvitesOf {
  readonly call: CallId;
  readonly role: "caller" | "callee";
  readonly exchange: DialogExchange;
  readonly media: SessionMedia;
}

/** What came of a response: the session goes on, or ends so. */
export type ChangeResult = "goesOn" | Ending;

/**
 * The changes this phone asks for in a session, one at a time (RFC 3261 §14.1). A change of the person's is refused
 * while another is under way; a new address is told when that is over.
 */
export class ReInvites {
  readonly #context: CallContext;
  readonly #of: ReInvitesOf;
  #change: MediaChange | undefined;
  /** An address of this phone that the other side has not been told. */
  #moved: Endpoint | undefined;
  #stopped = false;

  constructor(context: CallContext, of: ReInvitesOf) {
    this.#context = context;
    this.#of = of;
  }

  /** Whether one waits for its final response: an INVITE from the other side meets it. */
  get waits(): boolean {
    return this.#change?.stage.kind === "sent";
  }

  /** Asks for a change; `free`: no answer of this phone's waits for its ACK. */
  ask(now: Instant, wish: MediaWish, free: boolean): void {
    if (this.#change !== undefined || !free) this.refuse(491);
    else this.send(now, wish, 0);
  }

  /** This phone is at another address. */
  move(now: Instant, endpoint: Endpoint, free: boolean): void {
    this.#moved = endpoint;
    this.#of.media.move(endpoint);
    this.goOn(now, free);
  }

  /** Tells a new address, if that may be said now. */
  goOn(now: Instant, free: boolean): void {
    if (this.#moved !== undefined && this.#change === undefined && free && !this.#stopped)
      this.send(now, {}, 0);
  }

  /** The session has ended for the person: nothing more is told, nothing more asked for. */
  stop(): void {
    this.#stopped = true;
    if (!this.waits) this.#change = undefined;
  }

  /** Nobody waits for an answer any more: one that is only promised (1xx) would keep its transaction for ever. */
  forget(): void {
    if (this.#change?.stage.kind === "sent")
      this.#context.transactions.forget(this.#change.stage.transaction);
    this.#change = undefined;
  }

  /** `undefined` if the response is to none of them. */
  handleResponse(now: Instant, transaction: TransactionId, response: SipResponse): ChangeResult | undefined {
    const change = this.#change;
    if (change?.stage.kind !== "sent" || change.stage.transaction !== transaction) return undefined;
    const { status } = response;
    if (status < 200) return "goesOn";
    this.#change = undefined;
    if (status < 300) return this.succeed(now, change, response);
    if (status === 481 || status === 408) return { outcome: "connectionLost", status };
    this.fail(now, change, status);
    return "goesOn";
  }

  /** No response came; `undefined` if the transaction is none of theirs. */
  handleFailed(transaction: TransactionId, fault: TransactionFault): Ending | undefined {
    const stage = this.#change?.stage;
    if (stage?.kind !== "sent" || stage.transaction !== transaction) return undefined;
    this.#change = undefined;
    return { outcome: "connectionLost", status: fault === "timedOut" ? 408 : 503 };
  }

  handleTimeout(now: Instant): void {
    const change = this.#change;
    if (change?.stage.kind !== "waiting" || change.stage.retryAt > now) return;
    this.send(now, change.wish, change.collisions);
  }

  pollTimeout(): Deadline | undefined {
    const stage = this.#change?.stage;
    return stage?.kind === "waiting" ? { at: stage.retryAt, reason: "SIP change retried" } : undefined;
  }

  private send(now: Instant, wish: MediaWish, collisions: number): void {
    const { exchange, media } = this.#of;
    const proposal = media.propose(wish);
    this.#change = undefined;
    this.#moved = undefined;
    const transaction = exchange.request(now, "INVITE", media.contentOf(proposal));
    if (transaction === undefined) this.refuse(503);
    else this.#change = { wish, proposal, collisions, stage: { kind: "sent", transaction } };
  }

  private succeed(now: Instant, change: MediaChange, response: SipResponse): ChangeResult {
    const { exchange, media } = this.#of;
    exchange.acknowledge(response, headersOnly());
    if (this.#stopped) return "goesOn";
    media.adopt(change.proposal);
    if (!media.takeAnswer(exchange.peer, response.body, change.proposal.direction))
      return { outcome: "notAcceptable", status: 488 };
    this.goOn(now, true);
    return "goesOn";
  }

  /** The session stays as it was (§14.1); what met a change from the other side is tried again. */
  private fail(now: Instant, change: MediaChange, status: number): void {
    const { role } = this.#of;
    const again = status === 491 ? afterCollision(change, role, this.#context.random, now) : undefined;
    this.#change = this.#stopped ? undefined : again;
    if (this.#change === undefined) this.refuse(status);
    this.goOn(now, true);
  }

  private refuse(status: number): void {
    if (!this.#stopped) this.#context.events.push({ kind: "changeRefused", call: this.#of.call, status });
  }
}
