import type { Endpoint } from "../../core/endpoint.js";
import { sipSessionsMax } from "../../core/limits.js";
import { type Deadline, earliest, type Instant } from "../../core/time.js";
import type { SipRequest, SipResponse } from "../../wire/sip/message.js";
import type { CallContext } from "./call-context.js";
import { dialogOfResponse } from "./dialog.js";
import type { TransactionFault } from "./effects.js";
import { IncomingCall, type IncomingStart } from "./incoming-call.js";
import type { CallAnswer, OutgoingCall } from "./outgoing-call.js";
import type { OutgoingRequest } from "./outgoing-request.js";
import { Session } from "./session.js";
import type { TransactionId } from "./transaction-layer.js";

/** The calls of one phone: at most one that a person is in, and those that still end in the background. */
export class CallTable {
  readonly #context: CallContext;
  #incoming: IncomingCall | undefined;
  #outgoing: OutgoingCall[] = [];
  #sessions: Session[] = [];
  #requests: OutgoingRequest[] = [];
  #lastId = 0;

  constructor(context: CallContext) {
    this.#context = context;
  }

  /** Whether the person is in a call, making one or being called. */
  get busy(): boolean {
    if (this.incoming !== undefined || this.live !== undefined) return true;
    return this.#outgoing.some((call) => call.live);
  }

  /** The call that rings here. */
  get incoming(): IncomingCall | undefined {
    return this.#incoming?.live === true ? this.#incoming : undefined;
  }

  /** The call the person speaks in. */
  get live(): Session | undefined {
    return this.#sessions.find((session) => session.live);
  }

  /** How many there are of each, the finished not counted. */
  get sizes(): { incoming: number; outgoing: number; sessions: number; requests: number } {
    return {
      incoming: this.incoming === undefined ? 0 : 1,
      outgoing: this.#outgoing.length,
      sessions: this.#sessions.length,
      requests: this.#requests.length,
    };
  }

  /** A number for a call, a message or a question; never the same twice. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** Lets a call ring here, if it can be answered at all. */
  ring(now: Instant, start: IncomingStart): void {
    this.#incoming = new IncomingCall(this.#context, now, start);
  }

  addOutgoing(call: OutgoingCall): void {
    this.#outgoing.push(call);
  }

  addRequest(request: OutgoingRequest): void {
    this.#requests.push(request);
  }

  /** The person's new call: the longest-ended one is forgotten if there is no room, its BYE goes on by itself. */
  addSession(session: Session): void {
    const ended = this.#sessions.findIndex((each) => !each.live);
    if (this.#sessions.length >= sipSessionsMax && ended >= 0) this.#sessions.splice(ended, 1)[0]?.forget();
    this.#sessions.push(session);
  }

  /** The session whose dialog a request from `peer` is in. */
  sessionOf(request: SipRequest, peer: string): Session | undefined {
    return this.#sessions.find((session) => session.isWithin(request, peer));
  }

  /** `sender` is the user name that the sender's credential proves. */
  handleResponse(now: Instant, transaction: TransactionId, response: SipResponse, sender: string): void {
    if (this.#sessions.some((session) => session.handleResponse(now, transaction, response))) return;
    if (this.#requests.some((request) => request.handleResponse(transaction, response, sender))) return;
    const call = this.#outgoing.find((each) => each.owns(transaction));
    const answer = call?.handleResponse(now, transaction, response, sender);
    if (call !== undefined && answer !== undefined) this.answered(now, call, answer, response);
  }

  handleFailed(now: Instant, transaction: TransactionId, fault: TransactionFault): void {
    if (this.#sessions.some((session) => session.handleFailed(now, transaction, fault))) return;
    if (this.#requests.some((request) => request.handleFailed(transaction, fault))) return;
    this.#outgoing.find((each) => each.owns(transaction))?.handleFailed(transaction, fault);
  }

  handleTerminated(transaction: TransactionId): void {
    for (const call of this.#outgoing) call.handleTerminated(transaction);
  }

  handlePeerUnreachable(peer: string): void {
    this.incoming?.handlePeerUnreachable(peer);
    for (const session of this.#sessions) session.handlePeerUnreachable(peer);
  }

  handleTimeout(now: Instant): void {
    this.incoming?.handleTimeout(now);
    for (const call of this.#outgoing) call.handleTimeout(now);
    for (const session of this.#sessions) session.handleTimeout(now);
  }

  pollTimeout(): Deadline | undefined {
    let first = this.incoming?.pollTimeout();
    for (const call of this.#outgoing) first = earliest(first, call.pollTimeout());
    for (const session of this.#sessions) first = earliest(first, session.pollTimeout());
    return first;
  }

  /** This phone takes media at `endpoint` from now on: the call under way is told, now or once it is answered. */
  move(now: Instant, endpoint: Endpoint): void {
    this.live?.move(now, endpoint);
    for (const call of this.#outgoing) call.move(endpoint);
  }

  /** Ends whatever call the person is in: declines, cancels or hangs up. */
  hangUp(now: Instant): void {
    this.incoming?.decline(now, "decline");
    for (const call of this.#outgoing) if (call.live) call.cancel(now);
    this.live?.hangUp(now);
  }

  /** Forgets what is finished. */
  sweep(): void {
    if (this.#incoming?.live === false) this.#incoming = undefined;
    for (const session of this.#sessions) if (session.finished) this.finish(session);
    this.#outgoing = this.#outgoing.filter((call) => !call.finished);
    this.#sessions = this.#sessions.filter((session) => !session.finished);
    this.#requests = this.#requests.filter((request) => !request.finished);
  }

  /** The other device knows of the end: what is kept of the INVITE for other devices' answers goes, where none is. */
  private finish(session: Session): void {
    session.forget();
    if (this.#context.line.mayFork) return;
    for (const call of this.#outgoing) if (call.call === session.call) call.forget();
  }

  /** A 2xx makes a dialog even when nobody wants it any more; then it is ended by BYE (RFC 3261 §13.2.2.4, §15). */
  private answered(now: Instant, call: OutgoingCall, answer: CallAnswer, response: SipResponse): void {
    const { asked, peer, local, wanted } = answer;
    const dialog = dialogOfResponse(asked, response, peer);
    const session = new Session(this.#context, {
      call: call.call,
      with: call.to,
      role: "caller",
      dialog,
      local,
    });
    if (wanted) {
      this.addSession(session);
      session.confirm(now, response);
      if (call.moved !== undefined) session.move(now, call.moved);
    } else if (this.#sessions.length < sipSessionsMax) {
      this.#sessions.push(session);
      session.dismiss(now, response);
    }
  }
}
