import { decodeText } from "../../core/text.js";
import type { Instant } from "../../core/time.js";
import { contentType } from "../../wire/sip/header-values.js";
import type { SipRequest } from "../../wire/sip/message.js";
import { field } from "../../wire/sip/message-text.js";
import { tagOf } from "../../wire/sip/name-address.js";
import type { CallContext } from "./call-context.js";
import type { CallTable } from "./call-table.js";
import { cancelledOutcome } from "./cancel-reason.js";
import { allowField, type Content, headersOnly, responseTo, type SipPeer } from "./line.js";
import { checkRequest } from "./request-check.js";
import { senderIn } from "./sender.js";
import type { TransactionId } from "./transaction-layer.js";

/** A request that is new here, and who sent it. */
export interface ArrivedRequest {
  readonly transaction: TransactionId;
  readonly request: SipRequest;
  readonly from: SipPeer;
  /** It came before by another way (RFC 3261 §8.2.2.2). */
  readonly merged: boolean;
  /** This phone is in a call of another kind. */
  readonly engaged: boolean;
}

/**
 * The user agent server: looks at each new request and answers it, or hands it to the call it belongs to (RFC 3261
 * §8.2).
 */
export class RequestServer {
  readonly #context: CallContext;
  readonly #calls: CallTable;

  constructor(context: CallContext, calls: CallTable) {
    this.#context = context;
    this.#calls = calls;
  }

  handle(now: Instant, arrived: ArrivedRequest): void {
    const { request, from } = arrived;
    const refusal = checkRequest(request, from, this.#context.line);
    if (refusal !== undefined) this.respond(now, arrived, refusal.status, headersOnly(...refusal.fields));
    else if (arrived.merged) this.respond(now, arrived, 482);
    else if (request.method === "CANCEL") this.handleCancel(now, arrived);
    else if (tagOf(request.to) === "") this.handleNew(now, arrived);
    else this.handleInside(now, arrived);
  }

  /** No room for a transaction: 503 without one (RFC 3261 §8.2.7, §21.5.4). */
  refuseStateless(peer: string, request: SipRequest): void {
    const content = headersOnly(field("Retry-After", "10"));
    this.#context.transactions.sendDirectly(
      peer,
      responseTo(request, 503, this.#context.line.statelessTag, content),
    );
  }

  private handleNew(now: Instant, arrived: ArrivedRequest): void {
    const busy = arrived.engaged || this.#calls.busy;
    switch (arrived.request.method) {
      case "INVITE":
        if (busy) this.turnAway(now, arrived);
        else this.#calls.ring(now, { ...arrived, call: this.#calls.nextId() });
        break;
      case "OPTIONS":
        this.describe(now, arrived, busy ? 486 : 200);
        break;
      case "MESSAGE":
        this.deliver(now, arrived);
        break;
      default:
        this.respond(now, arrived, 481);
    }
  }

  private turnAway(now: Instant, arrived: ArrivedRequest): void {
    this.#context.events.push({ kind: "callerTurnedAway", ...senderIn(arrived.request, arrived.from) });
    this.respond(now, arrived, 486);
  }

  private handleInside(now: Instant, arrived: ArrivedRequest): void {
    const { request, from } = arrived;
    const session = this.#calls.sessionOf(request, from.nodeKey);
    if (session === undefined) {
      this.handleEarly(now, arrived);
      return;
    }
    this.#context.line.handleEcho(now, from.nodeKey);
    if (!session.advance(request, from.nodeKey)) {
      this.respond(now, arrived, 500);
    } else if (request.method === "BYE") {
      session.handleBye(now, arrived);
    } else if (request.method === "INVITE") {
      session.handleInvite(now, arrived);
    } else if (request.method === "OPTIONS") {
      this.describe(now, arrived, 200);
    } else {
      this.deliver(now, arrived);
    }
  }

  /** A caller may end a call that still rings by BYE (§15); anything else has no dialog to be in. */
  private handleEarly(now: Instant, arrived: ArrivedRequest): void {
    const { request, from } = arrived;
    const { incoming } = this.#calls;
    if (request.method !== "BYE" || incoming?.isWithin(request, from.nodeKey) !== true) {
      this.respond(now, arrived, 481);
      return;
    }
    this.#context.line.handleEcho(now, from.nodeKey);
    this.respond(now, arrived, 200);
    incoming.cancel(now, "callerGaveUp");
  }

  /** CANCEL is answered for itself; the INVITE, if it still waits, with 487 (§9.2). */
  private handleCancel(now: Instant, arrived: ArrivedRequest): void {
    const { request, from } = arrived;
    const invite = this.#context.transactions.invitedBy(from.nodeKey, request);
    this.respond(now, arrived, invite === undefined ? 481 : 200);
    const { incoming } = this.#calls;
    if (invite !== undefined && incoming?.isInvitedBy(invite) === true)
      incoming.cancel(now, cancelledOutcome(request));
  }

  /** What this phone takes (§11.2); the status is the one an INVITE would get. */
  private describe(now: Instant, arrived: ArrivedRequest, status: number): void {
    const accept = field("Accept", "application/sdp, text/plain");
    const content = headersOnly(this.#context.line.contact(), allowField(), accept, field("Supported", ""));
    this.respond(now, arrived, status, content);
  }

  private deliver(now: Instant, arrived: ArrivedRequest): void {
    const { request } = arrived;
    const { events, line } = this.#context;
    const sender = senderIn(request, arrived.from);
    if (contentType(request) === line.documentType)
      events.push({ kind: "documentReceived", ...sender, body: request.body });
    else events.push({ kind: "messageReceived", ...sender, text: decodeText(request.body) ?? "" });
    this.respond(now, arrived, 200);
  }

  private respond(
    now: Instant,
    { transaction, request }: ArrivedRequest,
    status: number,
    content?: Content,
  ): void {
    const { transactions, line } = this.#context;
    transactions.respond(now, transaction, responseTo(request, status, line.token(8), content));
  }
}
