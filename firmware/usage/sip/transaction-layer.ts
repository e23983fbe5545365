import { BoundedQueue } from "../../core/bounded.js";
import { sipFinishedMax, sipOutboxMax } from "../../core/limits.js";
import { none } from "../../core/none.js";
import { type Deadline, earliest, type Instant } from "../../core/time.js";
import type { SipMessage, SipRequest, SipResponse } from "../../wire/sip/message.js";
import { encodeSipMessage } from "../../wire/sip/message-text.js";
import { tagOf } from "../../wire/sip/name-address.js";
import type { TransactionEffect, TransactionFault, Written, WrittenResponse } from "./effects.js";
import type { SipTimers } from "./timers.js";
import type { LineBounds } from "./line.js";
import {
  beginClient,
  beginServer,
  isAnswered,
  isFinished,
  stepTransaction,
  transactionDeadline,
  type TransactionEvent,
  type TransactionState,
  type TransactionStep,
} from "./transaction.js";
import { clientKey, requestIdentity, serverKey } from "./transaction-key.js";

/** A transaction of this line; never used twice. */
export type TransactionId = number;

/** What the transactions tell the user agent above them. */
export type Indication =
  | {
      readonly kind: "requestArrived";
      readonly transaction: TransactionId;
      readonly peer: string;
      readonly request: SipRequest;
      readonly merged: boolean;
    }
  /** The ACK of a 2xx, which belongs to no transaction (RFC 3261 §17.1.1.3). */
  | { readonly kind: "ackArrived"; readonly peer: string; readonly request: SipRequest }
  | {
      readonly kind: "responseArrived";
      readonly transaction: TransactionId;
      readonly peer: string;
      readonly response: SipResponse;
    }
  | { readonly kind: "failed"; readonly transaction: TransactionId; readonly fault: TransactionFault }
  | { readonly kind: "terminated"; readonly transaction: TransactionId }
  /** A new request for which there is no room: to be answered 503 without a transaction. */
  | { readonly kind: "overloaded"; readonly peer: string; readonly request: SipRequest };

/** What of a line its transactions need. */
export interface TransactionScope {
  scope(peer: string): string;
  readonly bounds: Pick<LineBounds, "transactions" | "transactionsPerPeer" | "keptBytes">;
}

/** Bytes for a peer. */
export interface SipTransmit {
  readonly to: string;
  readonly bytes: Uint8Array;
}

interface Entry {
  readonly id: TransactionId;
  readonly key: string;
  readonly peer: string;
  /** Of a request from outside a dialog, the first to come; else "". */
  readonly identity: string;
  machine: TransactionState;
}

/**
 * All transactions of one line (RFC 3261 §17): finds the one a message belongs to, steps it, sends what it asks for.
 * Bounded in all and for each peer; where room is needed an answered request is forgotten first, the oldest of them.
 */
export class TransactionLayer {
  readonly #timers: SipTimers;
  readonly #line: TransactionScope;
  #entries: readonly Entry[] = none;
  readonly #transmits = new BoundedQueue<SipTransmit>(sipOutboxMax);
  readonly #indications = new BoundedQueue<Indication>(sipOutboxMax);
  #lastId = 0;

  constructor(timers: SipTimers, line: TransactionScope) {
    this.#timers = timers;
    this.#line = line;
  }

  /** Transactions there are. */
  get size(): number {
    return this.#entries.length;
  }

  /** Sends a request in a new client transaction; `undefined` when there is no room for one. */
  request(now: Instant, peer: string, request: SipRequest): TransactionId | undefined {
    if (!this.makeRoom(undefined)) return undefined;
    return this.begin(
      { key: clientKey(this.#line.scope(peer), request), peer, identity: "" },
      beginClient(request, this.#timers, now),
    );
  }

  /**
   * Sends a response in its server transaction, and returns it as it is sent; one that is over no longer sends. An
   * answer too long to be kept is given once, and anew when the request comes again.
   */
  respond(now: Instant, transaction: TransactionId, response: SipResponse): WrittenResponse {
    const entry = this.find(transaction);
    const bytes = encodeSipMessage(response);
    const { status, fields, body } = response;
    const isBare = fields.length === 0 && body.length === 0;
    const message = { status, bytes, ...(isBare && { bareTag: tagOf(response.to) }) };
    if (entry === undefined) return message;
    this.step(now, entry, { kind: "respond", message });
    const tooLong = bytes.length > this.#line.bounds.keptBytes;
    if (tooLong && isAnswered(entry.machine, false)) this.remove(entry);
    return message;
  }

  /** Sends a 2xx to an INVITE again (RFC 3261 §13.3.1.4). */
  repeat(now: Instant, transaction: TransactionId, message: WrittenResponse): void {
    const entry = this.find(transaction);
    if (entry !== undefined) this.step(now, entry, { kind: "respond", message });
  }

  /** Sends a message that belongs to no transaction: the ACK of a 2xx, a stateless refusal. */
  sendDirectly(peer: string, message: SipMessage): void {
    this.#transmits.push({ to: peer, bytes: encodeSipMessage(message) });
  }

  /** As `sendDirectly`, for bytes made by other means. */
  sendBytes(peer: string, bytes: Uint8Array): void {
    this.#transmits.push({ to: peer, bytes });
  }

  handleMessage(now: Instant, peer: string, message: SipMessage): void {
    if (message.kind === "response") {
      const entry = this.at(clientKey(this.#line.scope(peer), message));
      if (entry !== undefined) this.step(now, entry, { kind: "response", message });
      return;
    }
    const key = serverKey(this.#line.scope(peer), message);
    const entry = this.at(key);
    if (entry !== undefined) this.step(now, entry, { kind: "request", message });
    else if (message.method === "ACK") this.#indications.push({ kind: "ackArrived", peer, request: message });
    else this.accept(key, peer, message);
  }

  /** Ends a transaction without another word: a cancelled INVITE that no final response came for (RFC 3261 §9.1). */
  forget(transaction: TransactionId): void {
    const entry = this.find(transaction);
    if (entry !== undefined) this.remove(entry);
  }

  /** The way to a peer is gone and cannot be made again: what waits for it fails now. */
  handlePeerUnreachable(now: Instant, peer: string): void {
    for (const entry of this.#entries) {
      if (entry.peer === peer) this.step(now, entry, { kind: "transportFailed" });
    }
  }

  handleTimeout(now: Instant): void {
    for (const entry of this.#entries) {
      const deadline = transactionDeadline(entry.machine);
      if (deadline !== undefined && deadline.at <= now) this.step(now, entry, { kind: "timer" });
    }
  }

  /** The INVITE that a CANCEL is for, if it is still here (RFC 3261 §9.2). */
  invitedBy(peer: string, cancel: SipRequest): TransactionId | undefined {
    return this.at(serverKey(this.#line.scope(peer), cancel, "INVITE"))?.id;
  }

  pollTransmit(): SipTransmit | undefined {
    return this.#transmits.shift();
  }

  pollIndication(): Indication | undefined {
    return this.#indications.shift();
  }

  pollTimeout(): Deadline | undefined {
    let first: Deadline | undefined;
    for (const entry of this.#entries) first = earliest(first, transactionDeadline(entry.machine));
    return first;
  }

  private accept(key: string, peer: string, request: SipRequest): void {
    if (!this.makeRoom(peer)) {
      this.#indications.push({ kind: "overloaded", peer, request });
      return;
    }
    const identity = tagOf(request.to) === "" ? requestIdentity(request) : "";
    const merged = identity !== "" && this.#entries.some((entry) => entry.identity === identity);
    const step = beginServer(request);
    const id = this.begin({ key, peer, identity: merged ? "" : identity }, { ...step, effects: [] });
    this.#indications.push({ kind: "requestArrived", transaction: id, peer, request, merged });
  }

  private begin(place: Pick<Entry, "key" | "peer" | "identity">, step: TransactionStep): TransactionId {
    const entry: Entry = { ...place, id: ++this.#lastId, machine: step.next };
    this.#entries = [...this.#entries, entry];
    this.apply(entry, step.effects);
    return entry.id;
  }

  private step(now: Instant, entry: Entry, event: TransactionEvent): void {
    const step = stepTransaction(entry.machine, event, this.#timers, now);
    entry.machine = step.next;
    this.apply(entry, step.effects);
  }

  private apply(entry: Entry, effects: readonly TransactionEffect[]): void {
    const { id, peer } = entry;
    for (const effect of effects) {
      switch (effect.kind) {
        case "send":
          this.send(peer, effect.message);
          break;
        case "deliver":
          this.deliver(entry, effect.message);
          break;
        case "report":
          this.#indications.push({ kind: "failed", transaction: id, fault: effect.fault });
          break;
        case "terminate":
          this.remove(entry);
          this.#indications.push({ kind: "terminated", transaction: id });
      }
    }
  }

  private send(peer: string, message: SipMessage | Written): void {
    if ("bytes" in message) this.sendBytes(peer, message.bytes);
    else this.sendDirectly(peer, message);
  }

  private deliver({ id, peer }: Entry, message: SipMessage): void {
    if (message.kind === "request") this.#indications.push({ kind: "ackArrived", peer, request: message });
    else this.#indications.push({ kind: "responseArrived", transaction: id, peer, response: message });
  }

  /** Room for one more, of `peer` if it comes from outside: an answered one of that peer goes first, then any. */
  private makeRoom(peer: string | undefined): boolean {
    this.forgetFinished();
    const theirs = peer === undefined ? [] : this.#entries.filter((entry) => entry.peer === peer);
    const { transactions, transactionsPerPeer } = this.#line.bounds;
    if (theirs.length >= transactionsPerPeer && !this.forgetAnswered(theirs)) return false;
    return this.#entries.length < transactions || this.forgetAnswered(this.#entries);
  }

  /** The oldest of those that only meet repetitions goes, where there are many: calls in quick succession. */
  private forgetFinished(): void {
    const accepted = this.#entries.filter(({ machine }) => machine.state.name === "accepted");
    const finished = this.#entries.filter(
      (entry) => isFinished(entry.machine) || (entry !== accepted.at(-1) && accepted.includes(entry)),
    );
    for (const oldest of finished.slice(0, -sipFinishedMax)) this.drop(oldest);
  }

  private forgetAnswered(entries: readonly Entry[]): boolean {
    const answered = entries.find((entry) => isAnswered(entry.machine, entry.identity === ""));
    const oldest = answered ?? this.overtaken(entries);
    if (oldest === undefined) return false;
    this.drop(oldest);
    return true;
  }

  private drop(entry: Entry): void {
    this.remove(entry);
    // A call of this phone's waits for the end of its INVITE before it is forgotten: it would wait for ever.
    if (entry.machine.role === "inviteClient")
      this.#indications.push({ kind: "terminated", transaction: entry.id });
  }

  /**
   * One whose only work left is to meet repetitions: a request of this phone's that has its final answer, or the oldest
   * accepted INVITE if there is a later one, which shows that its call stood. Else calls in quick succession would
   * leave no room for the next, or for its CANCEL, for half a minute.
   */
  private overtaken(entries: readonly Entry[]): Entry | undefined {
    const done = entries.find(
      ({ machine: { role, state } }) => role.endsWith("Client") && state.name === "completed",
    );
    const accepted = entries.filter(({ machine }) => machine.state.name === "accepted");
    return done ?? (accepted.length > 1 ? accepted[0] : undefined);
  }

  private remove(entry: Entry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
  }

  private at(key: string): Entry | undefined {
    return this.#entries.find((entry) => entry.key === key);
  }

  private find(id: TransactionId): Entry | undefined {
    return this.#entries.find((entry) => entry.id === id);
  }
}
