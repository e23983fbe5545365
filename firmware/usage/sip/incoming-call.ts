import type { Endpoint } from "../../core/endpoint.js";
import { sipRingCalleeMs } from "../../core/limits.js";
import { after, type Deadline, type Instant } from "../../core/time.js";
import { encodeSdp } from "../../wire/sdp.js";
import type { SipRequest } from "../../wire/sip/message.js";
import { type CallContext, ended, localMedia } from "./call-context.js";
import { dialogOfInvite, isWithin } from "./dialog.js";
import { headersOnly, responseTo, type SipPeer, sdpContent } from "./line.js";
import { answerOffer, makeOffer } from "./offer-answer.js";
import type { Ending, Outcome } from "./outcome.js";
import { senderIn } from "./sender.js";
import { Session } from "./session.js";
import type { TransactionId } from "./transaction-layer.js";
import type { CallId } from "./user-agent-event.js";

/** What an incoming call begins with. */
export interface IncomingStart {
  readonly call: CallId;
  readonly transaction: TransactionId;
  readonly request: SipRequest;
  readonly from: SipPeer;
}

/** A call that rings here: from the INVITE to this phone's final response (RFC 3261 §13.3). */
export class IncomingCall {
  readonly call: CallId;
  readonly #context: CallContext;
  readonly #start: IncomingStart;
  readonly #localTag: string;
  readonly #giveUpAt: Instant;
  #live = true;

  /** Rings, or refuses with 488 what no speech could come of: then it is not live when this returns. */
  constructor(context: CallContext, now: Instant, start: IncomingStart) {
    this.call = start.call;
    this.#context = context;
    this.#start = start;
    this.#localTag = context.line.token(8);
    this.#giveUpAt = after(now, sipRingCalleeMs);
    if (!this.isAcceptable()) {
      this.#live = false;
      this.respond(now, 488);
      return;
    }
    this.respond(now, 180);
    const sender = senderIn(start.request, start.from);
    context.events.push({ kind: "incomingCall", call: start.call, ...sender });
  }

  /** Whether it still rings. */
  get live(): boolean {
    return this.#live;
  }

  /** Whether a request is of the dialog that the 180 began. */
  isWithin(request: SipRequest, peer: string): boolean {
    const { request: invite, from } = this.#start;
    return isWithin(dialogOfInvite(invite, this.#localTag, from.nodeKey), this.#context.line, request, peer);
  }

  /** Who calls. */
  get peer(): string {
    return this.#start.from.nodeKey;
  }

  isInvitedBy(transaction: TransactionId): boolean {
    return this.#start.transaction === transaction;
  }

  /** The person answers; media is taken at `endpoint`. */
  answer(now: Instant, endpoint: Endpoint): Session {
    const { call, request, transaction, from } = this.#start;
    this.#live = false;
    const local = localMedia(this.#context, endpoint);
    const dialog = dialogOfInvite(request, this.#localTag, from.nodeKey);
    const session = new Session(this.#context, { call, with: from.userName, role: "callee", dialog, local });
    const answered = request.body.length === 0 ? undefined : answerOffer(request.body, local);
    const description = answered?.ok === true ? answered.value.answer : makeOffer(local);
    const content = sdpContent(this.#context.line.contact(), encodeSdp(description));
    session.accept(
      now,
      { transaction, request, content },
      answered?.ok === true ? answered.value : undefined,
    );
    return session;
  }

  /** The person does not want the call, or not now. */
  decline(now: Instant, as: "busy" | "decline"): void {
    const status = as === "busy" ? 486 : 603;
    this.refuse(now, status, { outcome: "declinedHere", status });
  }

  /** The caller gives up, or another device has the call: by CANCEL (§9.2), or by BYE in the early dialog (§15). */
  cancel(now: Instant, outcome: Outcome): void {
    this.refuse(now, 487, { outcome, status: 487 });
  }

  /** The caller's node is gone. */
  handlePeerUnreachable(peer: string): void {
    if (peer === this.#start.from.nodeKey) this.end({ outcome: "callerGaveUp", status: 503 });
  }

  handleTimeout(now: Instant): void {
    if (this.#live && this.#giveUpAt <= now) this.refuse(now, 480, { outcome: "missed", status: 480 });
  }

  pollTimeout(): Deadline | undefined {
    return this.#live ? { at: this.#giveUpAt, reason: "SIP ringing ends" } : undefined;
  }

  /** An INVITE without an offer is acceptable; one with an offer only if it can be answered. */
  private isAcceptable(): boolean {
    const { body } = this.#start.request;
    if (body.length === 0) return true;
    return answerOffer(body, localMedia(this.#context, { address: "0.0.0.0", port: 9 })).ok;
  }

  private refuse(now: Instant, status: number, ending: Ending): void {
    if (!this.#live) return;
    this.respond(now, status);
    this.end(ending);
  }

  private end(ending: Ending): void {
    if (!this.#live) return;
    this.#live = false;
    const { userName } = this.#start.from;
    this.#context.events.push({ kind: "ended", call: this.call, with: userName, ...ended(ending, userName) });
  }

  private respond(now: Instant, status: number): void {
    const { request, transaction } = this.#start;
    const content = headersOnly(this.#context.line.contact());
    this.#context.transactions.respond(
      now,
      transaction,
      responseTo(request, status, this.#localTag, content),
    );
  }
}
