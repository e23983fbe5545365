import { BoundedQueue } from "../../core/bounded.js";
import type { Endpoint } from "../../core/endpoint.js";
import { sipOutboxMax } from "../../core/limits.js";
import type { Random } from "../../core/random.js";
import { encodeText } from "../../core/text.js";
import { type Deadline, earliest, type Instant } from "../../core/time.js";
import { readSipMessage, type SipRequest } from "../../wire/sip/message.js";
import { field } from "../../wire/sip/message-text.js";
import { decodeRawMessage } from "../../wire/sip/raw-message.js";
import type { WireError } from "../../wire/wire-error.js";
import type { CallContext } from "./call-context.js";
import { CallTable } from "./call-table.js";
import { type Content, headersOnly, type Line, requestOutside, type SipPeer } from "./line.js";
import { type CallTarget, OutgoingCall } from "./outgoing-call.js";
import { OutgoingRequest } from "./outgoing-request.js";
import type { G711Codec } from "./offer-answer.js";
import { refuseRaw } from "./raw-refusal.js";
import { RequestServer } from "./request-server.js";
import { defaultTimers } from "./timers.js";
import { type Indication, type SipTransmit, TransactionLayer } from "./transaction-layer.js";
import type { CallId, UserAgentEvent } from "./user-agent-event.js";

/** What a user agent is made of. */
export interface UserAgentOptions {
  readonly line: Line;
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

  constructor({ line, random }: UserAgentOptions) {
    const timers = defaultTimers();
    this.#context = {
      line,
      random,
      timers,
      transactions: new TransactionLayer(timers, line),
      events: new BoundedQueue<UserAgentEvent>(sipOutboxMax),
    };
    this.#calls = new CallTable(this.#context);
    this.#server = new RequestServer(this.#context, this.#calls);
  }

  /** Whether the person is in a call, making one or being called. */
  get busy(): boolean {
    return this.#calls.busy;
  }

  /** Who calls here and is neither answered nor turned away, or has yet to acknowledge the answer. */
  get awaited(): string | undefined {
    return this.#calls.incoming?.peer ?? this.#calls.live?.awaited;
  }

  /** What this phone's user calls himself beside his user name, in what is sent from now on; "": nothing. */
  setFullName(name: string): void {
    this.#context.line.fullName = name;
  }

  /** A SIP message, any bytes at all; `engaged` while this phone is in a call that this user agent knows nothing of. */
  handleMessage(now: Instant, from: SipPeer, bytes: Uint8Array, engaged: boolean): void {
    const { transactions, line } = this.#context;
    const raw = decodeRawMessage(bytes);
    const message = raw.ok ? readSipMessage(raw.value) : raw;
    const peer = from.nodeKey;
    if (!message.ok) {
      this.#unreadable++;
      this.#lastError = message.error;
      const noted = (via: string): string => line.receivedVia(via, peer);
      const refusal = raw.ok ? refuseRaw(raw.value, message.error, line.statelessTag, noted) : undefined;
      if (refusal !== undefined) transactions.sendBytes(peer, refusal);
    } else if (message.value.kind === "request") {
      transactions.handleMessage(now, peer, line.received(message.value, peer));
    } else transactions.handleMessage(now, peer, message.value);
    this.settle(now, { peer: from, engaged });
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

  /** Holds the call, or takes it up again (RFC 3264 §8.4); `mediaChanged` or `changeRefused` follows. */
  hold(now: Instant, held: boolean): void {
    this.#calls.live?.change(now, { direction: held ? "sendonly" : "sendrecv" });
    this.settle(now);
  }

  /** Goes on with another codec, offered alone; `mediaChanged` or `changeRefused` follows. */
  recode(now: Instant, codec: G711Codec): void {
    this.#calls.live?.change(now, { codec });
    this.settle(now);
  }

  /** This phone's own address has changed: the other side is told where media goes now (RFC 3261 §14.1). */
  move(now: Instant, media: Endpoint): void {
    this.#calls.move(now, media);
    this.settle(now);
  }

  /** Sends a text to a user's devices, Node-IDs in hex; `undefined` when it is empty or too long. */
  message(now: Instant, to: string, targets: readonly string[], text: string): number | undefined {
    const body = encodeText(text);
    if (body.length === 0 || body.length > this.#context.line.bounds.textBytes) return undefined;
    const content = { fields: [field("Content-Type", "text/plain;charset=UTF-8")], body };
    return this.ask(now, { method: "MESSAGE", to, content }, targets);
  }

  /** Sends something to the program of one device of a user, where this line takes such things. */
  document(now: Instant, to: string, target: string, body: Uint8Array): void {
    const { documentType } = this.#context.line;
    if (documentType === undefined) return;
    const content = { fields: [field("Content-Type", documentType)], body };
    this.ask(now, { method: "MESSAGE", to, content }, [target]);
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
    asked.send(now, requestOutside(this.#context.line, method, to, content), targets);
    this.settle(now);
    return id;
  }

  /** Works off what the transactions tell, then forgets what is finished. `from` is of the message being handled. */
  private settle(now: Instant, from?: Sender): void {
    const { transactions } = this.#context;
    for (let next = transactions.pollIndication(); next !== undefined; next = transactions.pollIndication()) {
      this.handle(now, next, from);
    }
    this.#calls.sweep();
  }

  private handle(now: Instant, indication: Indication, from: Sender | undefined): void {
    switch (indication.kind) {
      case "requestArrived":
        if (from !== undefined) this.handleRequest(now, indication, from);
        break;
      case "ackArrived":
        this.handleAck(now, indication.peer, indication.request);
        break;
      case "responseArrived":
        this.#context.line.handleEcho(now, from?.peer.nodeKey ?? "");
        this.#calls.handleResponse(
          now,
          indication.transaction,
          indication.response,
          from?.peer.userName ?? "",
        );
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

  private handleRequest(
    now: Instant,
    arrived: Extract<Indication, { kind: "requestArrived" }>,
    { peer, engaged }: Sender,
  ): void {
    this.#server.handle(now, {
      ...arrived,
      from: this.#context.line.senderOf(arrived.request, peer),
      engaged,
    });
  }

  private handleAck(now: Instant, peer: string, request: SipRequest): void {
    const session = this.#calls.sessionOf(request, peer);
    if (session === undefined) return;
    this.#context.line.handleEcho(now, peer);
    session.handleAck(now, request);
  }
}

/** Of the message being handled: who it is from, and whether this phone has a call elsewhere. */
interface Sender {
  readonly peer: SipPeer;
  readonly engaged: boolean;
}
