import { sipTargetsMax } from "../../core/limits.js";
import type { Instant } from "../../core/time.js";
import { headerTokens } from "../../wire/sip/header-values.js";
import type { SipRequest, SipResponse } from "../../wire/sip/message.js";
import { type CallContext, ended } from "./call-context.js";
import type { TransactionFault } from "./effects.js";
import { forked } from "./line.js";
import { type Ending, endingOfFault, endingOfStatus, foremost } from "./outcome.js";
import type { TransactionId } from "./transaction-layer.js";

/**
 * A MESSAGE (RFC 3428) or OPTIONS (RFC 3261 §11) outside any call, to one or more devices of a user: done with the
 * first 2xx, failed when no device has taken it.
 */
export class OutgoingRequest {
  readonly #context: CallContext;
  readonly #id: number;
  readonly #to: string;
  readonly #method: string;
  readonly #pending = new Map<TransactionId, string>();
  readonly #endings: Ending[] = [];
  #decided = false;

  constructor(context: CallContext, start: { id: number; to: string; method: "MESSAGE" | "OPTIONS" }) {
    this.#context = context;
    this.#id = start.id;
    this.#to = start.to;
    this.#method = start.method;
  }

  get finished(): boolean {
    return this.#decided && this.#pending.size === 0;
  }

  /** Sends `request` to each of `targets`, Node-IDs in hex. */
  send(now: Instant, request: SipRequest, targets: readonly string[]): void {
    const { line, transactions } = this.#context;
    for (const peer of targets.slice(0, sipTargetsMax)) {
      const transaction = transactions.request(now, peer, forked(line, request));
      if (transaction === undefined) this.#endings.push({ outcome: "lineFull", status: 503 });
      else this.#pending.set(transaction, peer);
    }
    this.settle();
  }

  /** False if the response is to none of its requests; `sender` is the name its sender's credential proves. */
  handleResponse(transaction: TransactionId, response: SipResponse, sender: string): boolean {
    const peer = this.#pending.get(transaction);
    if (peer === undefined) return false;
    const { status } = response;
    if (status < 200) return true;
    this.#pending.delete(transaction);
    if (!this.#context.line.answersFor(sender, this.#to))
      this.#endings.push({ outcome: "impostor", status: 403 });
    else if (status >= 300) this.#endings.push(endingOfStatus(status));
    else this.succeed(peer, response);
    this.settle();
    return true;
  }

  handleFailed(transaction: TransactionId, fault: TransactionFault): boolean {
    if (!this.#pending.delete(transaction)) return false;
    this.#endings.push(endingOfFault(fault));
    this.settle();
    return true;
  }

  private succeed(peer: string, response: SipResponse): void {
    if (this.#decided) return;
    this.#decided = true;
    const { events } = this.#context;
    if (this.#method === "MESSAGE") events.push({ kind: "messageDelivered", message: this.#id, peer });
    else {
      const allow = headerTokens(response, "Allow");
      events.push({ kind: "optionsAnswered", request: this.#id, status: response.status, allow });
    }
  }

  private settle(): void {
    if (this.#decided || this.#pending.size > 0) return;
    this.#decided = true;
    const told = ended(foremost(this.#endings), this.#to);
    if (this.#method === "MESSAGE")
      this.#context.events.push({ kind: "messageFailed", message: this.#id, ...told });
    else this.#context.events.push({ kind: "optionsFailed", request: this.#id, ...told });
  }
}
