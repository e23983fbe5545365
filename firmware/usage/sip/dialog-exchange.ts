import type { Instant } from "../../core/time.js";
import type { SipRequest, SipResponse } from "../../wire/sip/message.js";
import { encodeSipMessage } from "../../wire/sip/message-text.js";
import type { CallContext } from "./call-context.js";
import {
  ackWithin,
  afterRequest,
  type Dialog,
  isAnswerOf,
  isWithin,
  nextRequest,
  retargeted,
} from "./dialog.js";
import type { WrittenResponse } from "./effects.js";
import { type Content, responseTo } from "./line.js";
import type { TransactionId } from "./transaction-layer.js";

/** A request of the other side and what it is answered with. */
export interface Answer {
  readonly transaction: TransactionId;
  readonly request: SipRequest;
  readonly content?: Content;
}

/** What is said inside one dialog: keeps its numbers and target, and the last ACK for when the 2xx is repeated. */
export class DialogExchange {
  readonly #context: CallContext;
  #dialog: Dialog;
  #acknowledged: { readonly sequence: number; readonly bytes: Uint8Array } | undefined;

  constructor(context: CallContext, dialog: Dialog) {
    this.#context = context;
    this.#dialog = dialog;
  }

  /** Who is at the other end. */
  get peer(): string {
    return this.#dialog.peer;
  }

  isWithin(request: SipRequest, peer: string): boolean {
    return isWithin(this.#dialog, this.#context.line, request, peer);
  }

  /** Takes the number of a request from the other side; false when it is no advance. */
  advance(request: SipRequest, peer: string): boolean {
    const advanced = afterRequest(this.#dialog, request, peer);
    if (advanced !== undefined) this.#dialog = advanced;
    return advanced !== undefined;
  }

  /** Sends the next request; `undefined` when there is no room for its transaction. */
  request(now: Instant, method: string, content: Content): TransactionId | undefined {
    const next = nextRequest(this.#dialog, this.#context.line, method, content);
    this.#dialog = next.dialog;
    return this.#context.transactions.request(now, this.destination, next.request);
  }

  /** Answers a request of the other side; the response is returned as it went out. */
  respond(now: Instant, { transaction, request, content }: Answer, status: number): WrittenResponse {
    const response = responseTo(request, status, this.#dialog.localTag, content);
    return this.#context.transactions.respond(now, transaction, response);
  }

  /** Acknowledges a 2xx, and takes the target it names. */
  acknowledge(response: SipResponse, content: Content): void {
    this.#dialog = retargeted(this.#dialog, response);
    const { sequence } = response.cseq;
    const bytes = encodeSipMessage(ackWithin(this.#dialog, this.#context.line, sequence, content));
    this.#acknowledged = { sequence, bytes };
    this.#context.transactions.sendBytes(this.destination, bytes);
  }

  /** Acknowledges once more if `response` is the 2xx that was acknowledged before. */
  repeatAck(response: SipResponse): boolean {
    const ack = this.#acknowledged;
    const isAnswer = response.status >= 200 && response.status < 300 && response.cseq.method === "INVITE";
    if (!isAnswer || ack?.sequence !== response.cseq.sequence) return false;
    if (!isAnswerOf(this.#dialog, response)) return false;
    this.#context.transactions.sendBytes(this.destination, ack.bytes);
    return true;
  }

  private get destination(): string {
    return this.#context.line.destinationOf(this.#dialog);
  }
}
