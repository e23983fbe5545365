import { BoundedQueue } from "../../core/bounded.js";
import type { Endpoint } from "../../core/endpoint.js";
import { sipOutboxMax, sipTextBytesMax } from "../../core/limits.js";
import type { Random } from "../../core/random.js";
import { encodeText } from "../../core/text.js";
import { type Deadline, earliest, type Instant } from "../../core/time.js";
import { readSipMessage } from "../../wire/sip/message.js";
import { field } from "../../wire/sip/message-text.js";
import { decodeRawMessage } from "../../wire/sip/raw-message.js";
import type { WireError } from "../../wire/wire-error.js";
import type { CallContext } from "./call-context.js";
import { CallTable } from "./call-table.js";
import { type Content, headersOnly, Line, type SipIdentity } from "./line.js";
import { type CallTarget, OutgoingCall } from "./outgoing-call.js";
import { OutgoingRequest } from "./outgoing-request.js";
import { refuseRaw } from "./raw-refusal.js";
import type { SipPeer } from "./request-check.js";
import { RequestServer } from "./request-server.js";
import { defaultTimers } from "./timers.js";
import { type Indication, type SipTransmit, TransactionLayer } from "./transaction-layer.js";
import type { CallId, UserAgentEvent } from "./user-agent-event.js";

/** What a user agent is made of. */
export interface UserAgentOptions {
  readonly identity: SipIdentity;
  readonly random: Random;
}

/** How much there is of everything; of an idle phone all but the last two is zero. */
export interface UserAgentDescription {
  readonly transactions: number;
  readonly outgoing: number;
  readonly incoming: number;
  readonly sessions: number;
  readonly requests: number;
  /** Messages that were no SIP, and what was wrong with the last of them. */
  readonly unreadable: number;
  readonly lastError: WireError | undefined;
}

/**
 * The SIP user agent of one handset (RFC 3261 §8, §11, §13-15; RFC 3264; RFC 3428), as one sans-IO machine.
 * Messages come and go with the node at the other end of the link, whose user name its credential proves. One call
 * at a time; calls that have ended for the person are ended for the other side in the background.
 */
export class UserAgent {
  readonly #context: CallContext;
  readonly #calls: CallTable;
  readonly #server: RequestServer;
  #unreadable = 0;
  #lastError: WireError | undefined;

  constructor({ identity, random }: UserAgentOptions) {
    const timers = defaultTimers();
    this.#context = {
      line: new Line(identity, random),
      random,
      timers,
      transactions: new TransactionLayer(timers),
      events: new BoundedQueue<UserAgentEvent>(sipOutboxMax),
    };
    this.#calls = new CallTable(this.#context);
    this.#server = new RequestServer(this.#context, this.#calls);
  }

  /** Whether the person is in a call, making one or being called. */
  get busy(): boolean {
    return this.#calls.busy;
  }

  /** A SIP message from the node at the other end of a link; any bytes at all may come. */
  handleMessage(now: Instant, from: SipPeer, bytes: Uint8Array): void {
    const { transactions, line } = this.#context;
    const raw = decodeRawMessage(bytes);
    const message = raw.ok ? readSipMessage(raw.value) : raw;
    if (message.ok) transactions.handleMessage(now, from.nodeKey, message.value);
    else {
      this.#unreadable++;
      this.#lastError = message.error;
      const refusal = raw.ok
        ? refuseRaw(raw.value, message.error, line.identity.nodeKey.slice(0, 8))
        : undefined;
      if (refusal !== undefined) transactions.sendBytes(from.nodeKey, refusal);
    }
    this.settle(now, from);
  }

  handleTimeout(now: Instant): void {
    const next = this.pollTimeout();
    if (next === undefined || next.at > now) return;
    this.#context.transactions.handleTimeout(now);
    this.settle(now);
    this.#calls.handleTimeout(now);
    this.settle(now);
  }

  /** No link to a node can be had any more: everything with it ends now, not after 32 s. */
  handlePeerUnreachable(now: Instant, nodeKey: string): void {
    this.#context.transactions.handlePeerUnreachable(now, nodeKey);
    this.#calls.handlePeerUnreachable(nodeKey);
    this.settle(now);
  }

  /** Calls a user on all of his devices; `undefined` while there is another call. */
  invite(now: Instant, to: string, targets: readonly CallTarget[]): CallId | undefined {
    if (this.busy) return undefined;
    const call = this.#calls.nextId();
    this.#calls.addOutgoing(new OutgoingCall(this.#context, now, { call, to, targets }));
    this.settle(now);
    return call;
  }

  /** Takes the call that rings; this phone takes media at `endpoint`. Nothing happens when none rings. */
  answer(now: Instant, endpoint: Endpoint): void {
    const session = this.#calls.incoming?.answer(now, endpoint);
    if (session !== undefined) this.#calls.addSession(session);
    this.settle(now);
  }

  /** Refuses the call that rings: 486 for "busy", 603 for "decline". */
  decline(now: Instant, as: "busy" | "decline"): void {
    this.#calls.incoming?.decline(now, as);
    this.settle(now);
  }

  /** Ends the call, whatever its stage: cancels, hangs up, or declines. */
  hangUp(now: Instant): void {
    this.#calls.hangUp(now);
    this.settle(now);
  }

  /** Holds the call, or takes it up again; `mediaChanged` or `changeRefused` follows. */
  hold(now: Instant, held: boolean): void {
    this.#calls.live?.change(now, held ? "sendonly" : "sendrecv");
    this.settle(now);
  }

  /** Sends a text to a user's devices, Node-IDs in hex; `undefined` when it is empty or too long. */
  message(now: Instant, to: string, targets: readonly string[], text: string): number | undefined {
    const body = encodeText(text);
    if (body.length === 0 || body.length > sipTextBytesMax) return undefined;
    const content = { fields: [field("Content-Type", "text/plain;charset=UTF-8")], body };
    return this.ask(now, { method: "MESSAGE", to, content }, targets);
  }

  /** Asks a device of a user what it takes. */
  options(now: Instant, to: string, target: string): number {
    const content = headersOnly(this.#context.line.contact(), field("Accept", "application/sdp"));
    return this.ask(now, { method: "OPTIONS", to, content }, [target]);
  }

  pollTransmit(): SipTransmit | undefined {
    return this.#context.transactions.pollTransmit();
  }

  pollEvent(): UserAgentEvent | undefined {
    return this.#context.events.shift();
  }

  pollTimeout(): Deadline | undefined {
    return earliest(this.#context.transactions.pollTimeout(), this.#calls.pollTimeout());
  }

  describe(): UserAgentDescription {
    return {
      transactions: this.#context.transactions.size,
      ...this.#calls.sizes,
      unreadable: this.#unreadable,
      lastError: this.#lastError,
    };
  }

  private ask(
    now: Instant,
    what: { method: "MESSAGE" | "OPTIONS"; to: string; content: Content },
    targets: readonly string[],
  ): number {
    const { method, to, content } = what;
    const id = this.#calls.nextId();
    const asked = new OutgoingRequest(this.#context, { id, to, method });
    this.#calls.addRequest(asked);
    asked.send(now, this.#context.line.request(method, to, content), targets);
    this.settle(now);
    return id;
  }

  /** Works off what the transactions tell, then forgets what is finished. `from` sent the message being handled. */
  private settle(now: Instant, from?: SipPeer): void {
    const { transactions } = this.#context;
    for (let next = transactions.pollIndication(); next !== undefined; next = transactions.pollIndication()) {
      this.handle(now, next, from);
    }
    this.#calls.sweep();
  }

  private handle(now: Instant, indication: Indication, from: SipPeer | undefined): void {
    switch (indication.kind) {
      case "requestArrived":
        if (from !== undefined) this.#server.handle(now, { ...indication, from });
        break;
      case "ackArrived":
        this.#calls.sessionOf(indication.request, indication.peer)?.handleAck(now, indication.request);
        break;
      case "responseArrived":
        this.#calls.handleResponse(now, indication.transaction, indication.response, from?.userName ?? "");
        break;
      case "failed":
        this.#calls.handleFailed(now, indication.transaction, indication.fault);
        break;
      case "overloaded":
        this.#server.refuseStateless(indication.peer, indication.request);
        break;
      case "terminated":
        this.#calls.handleTerminated(indication.transaction);
    }
  }
}
