import { toHex } from "../core/bytes.js";
import { chooseMsMax, claimsMax, dialMsMax, endedShownMs, ringMsMax } from "../core/limits.js";
import { shortId } from "../core/node-id.js";
import { after, elapsed, type Deadline, type Instant } from "../core/time.js";
import { CallLog } from "./call-log.js";
import type { CallEnd, CallId, CallState, ClaimedPhone, CurrentCall, Party } from "./call-state.js";
import { PhoneBook } from "./phone-book.js";
import { factsOf, numberedClaims, type PhoneEffect, type PhoneEvent } from "./phone-event.js";
import { PhoneOutbox } from "./phone-outbox.js";
import {
  contestedSentence,
  endingByTime,
  endingHere,
  endingThere,
  namedPhone,
  namedUser,
  type CallEnding,
} from "./sentence.js";
import { Talking } from "./talking.js";
import { TextMessages } from "./text-messages.js";

/**
 * The telephone a person meets: one call at a time, a phone book, a call log, text messages. It decides what
 * is to be done (`pollEffect`) and what to say (`pollEvent`); how calls are carried is no concern of it.
 * Effects and events are to be polled after each call; a turn of the phone makes no more than a few.
 */
export class Phone {
  readonly book: PhoneBook = new PhoneBook();
  readonly log: CallLog = new CallLog(this.book);
  readonly #bootCount: number;
  readonly #outbox: PhoneOutbox = new PhoneOutbox();
  readonly #messages: TextMessages = new TextMessages(this.#outbox);
  /** What can be done, and can happen, in a call that stands. */
  readonly talking: Talking = new Talking(this.#outbox);
  #state: CallState = { kind: "idle" };
  #calls = 0;

  /** `bootCount`: how often this phone has been started, for the log. */
  constructor(bootCount: number) {
    this.#bootCount = bootCount;
  }

  get state(): CallState {
    return this.talking.talk ?? this.#state;
  }

  /** Messages sent of which nothing is known yet. */
  get messagesAwaited(): number {
    return this.#messages.awaited;
  }

  // What the person does ------------------------------------------------------------------------------------

  call(now: Instant, name: string): void {
    const current = this.current();
    if (current !== undefined)
      return this.refuse(`There is a call with ${current.name} already. Hang up first.`);
    const call = `out-${++this.#calls}`;
    this.#state = { kind: "dialling", call, name, startedAt: now, giveUpAt: after(now, dialMsMax) };
    this.#outbox.ask({ kind: "placeCall", call, name });
    this.tell("dialling", `Calling ${name}.`, { name, call });
  }

  /** Takes the `number`-th of the phones that were offered, from 1. */
  choose(now: Instant, number: number): void {
    const state = this.#state;
    if (state.kind !== "choosing") return this.refuse("There is nothing to choose.");
    const claim = state.claims[number - 1];
    if (claim === undefined) return this.refuse(`Choose a number from 1 to ${state.claims.length}.`);
    const { call, name, startedAt } = state;
    this.#state = { kind: "dialling", call, name, startedAt, giveUpAt: after(now, dialMsMax) };
    this.#outbox.ask({ kind: "chooseClaim", call, nodeId: claim.nodeId });
    this.tell("dialling", `Calling ${name} …${shortId(claim.nodeId)}.`, {
      name,
      call,
      nodeId: toHex(claim.nodeId),
    });
  }

  answer(_now: Instant): void {
    const state = this.#state;
    if (state.kind !== "incoming" || state.answering) return this.refuse("No call rings here.");
    this.#state = { ...state, answering: true };
    this.#outbox.ask({ kind: "answerCall", call: state.call });
  }

  decline(now: Instant): void {
    const state = this.#state;
    if (state.kind !== "incoming") return this.refuse("No call rings here.");
    this.#outbox.ask({ kind: "declineCall", call: state.call, reason: "declined" });
    this.end(now, state, endingHere(state));
  }

  /** Ends whatever call there is; declines one that rings here. */
  hangUp(now: Instant): void {
    const current = this.current();
    if (current === undefined) return this.refuse("There is no call.");
    if (current.kind === "incoming" && !current.answering) return this.decline(now);
    this.#outbox.ask({ kind: "endCall", call: current.call });
    this.end(now, current, endingHere(current));
  }

  message(_now: Instant, name: string, text: string): void {
    this.#messages.send(name, text);
  }

  // What happens --------------------------------------------------------------------------------------------

  /** Several phones claim the called name, none of them pinned: the person has to choose. */
  handleContested(now: Instant, call: CallId, claims: readonly ClaimedPhone[]): void {
    const state = this.#state;
    if (state.kind !== "dialling" || state.call !== call) return;
    const offered = claims.slice(0, claimsMax);
    const { name, startedAt } = state;
    this.#state = {
      kind: "choosing",
      call,
      name,
      startedAt,
      giveUpAt: after(now, chooseMsMax),
      claims: offered,
    };
    const sentence = contestedSentence(name, offered.length, this.book.find(name)?.pin !== undefined);
    this.tell("contested", sentence, { name, call, claims: numberedClaims(offered) });
  }

  /** Calls for the called name go to another user: from now on the call is with that one. */
  handleForwarded(now: Instant, call: CallId, to: string): void {
    const state = this.#state;
    if (state.kind !== "dialling" || state.call !== call) return;
    this.#state = { ...state, name: to, giveUpAt: after(now, dialMsMax) };
    this.tell("forwarded", `Calls for ${state.name} go to ${to}.`, { from: state.name, name: to, call });
  }

  /** It rings at the other end; `fullName`: what its user calls himself, where he says so. */
  handleRinging(now: Instant, call: CallId, fullName?: string): void {
    const state = this.#state;
    if (state.kind !== "dialling" || state.call !== call) return;
    const { name } = state;
    const named = { name, ...(fullName !== undefined && { fullName }) };
    this.#state = { ...state, ...named, kind: "ringing", giveUpAt: after(now, ringMsMax) };
    const sinceDialMs = elapsed(state.startedAt, now);
    this.tell("ringing", `It rings at ${namedUser(named)}'s.`, { ...named, call, sinceDialMs });
  }

  handleIncoming(now: Instant, call: CallId, from: Party): void {
    const current = this.current();
    if (current !== undefined) {
      this.#outbox.ask({ kind: "declineCall", call, reason: "busy" });
      this.write({ direction: "incoming", from, startedAt: now, outcome: "missed while busy", talkedMs: 0 });
      this.tell("missed", `${namedUser(from)} called while you were busy.`, { ...factsOf(from), call });
      return;
    }
    const giveUpAt = after(now, ringMsMax);
    const { name } = from;
    this.#state = { kind: "incoming", call, name, party: from, startedAt: now, giveUpAt, answering: false };
    this.tell("incoming", `${namedPhone(from)} is calling. Type: answer`, {
      ...factsOf(from),
      call,
    });
    this.warnOfOther(from);
  }

  /** The call stands: we answered, or they did. `with` says who they proved to be. */
  handleAnswered(now: Instant, call: CallId, party: Party): void {
    const current = this.current();
    if (current?.call !== call || current.kind === "talking") return;
    const direction = current.kind === "incoming" ? "incoming" : "outgoing";
    const { startedAt, name } = current;
    this.#state = { kind: "idle" };
    this.talking.begin({ call, name, party, direction, startedAt, talkingSince: now });
    const since = direction === "outgoing" ? { sinceDialMs: elapsed(startedAt, now) } : {};
    this.tell("talking", `You talk with ${namedPhone(party, name)}.`, {
      ...factsOf(party),
      name,
      call,
      ...since,
    });
    const { phone, fullName } = party;
    if (direction === "outgoing") this.pinFirst(name, party);
    if (phone !== undefined && this.book.noteFullName(name, phone, fullName))
      this.#outbox.ask({ kind: "saveContacts" });
  }

  /** The other side or the network ended the call. */
  handleEnded(now: Instant, call: CallId, end: CallEnd): void {
    const current = this.current();
    if (current?.call === call) this.end(now, current, endingThere(current, end));
  }

  handleMessageReceived(_now: Instant, from: Party, text: string): void {
    this.tell("messageReceived", `${namedUser(from)}: ${text}`, { ...factsOf(from), text });
    this.warnOfOther(from);
  }

  handleMessageDelivered(_now: Instant, message: number): void {
    this.#messages.handleDelivered(message);
  }

  /** `reason`: a phrase, as in "no phone of that name". */
  handleMessageFailed(_now: Instant, message: number, reason: string): void {
    this.#messages.handleFailed(message, reason);
  }

  handleTimeout(now: Instant): void {
    const state = this.#state;
    if (state.kind === "ended" && state.until <= now) this.#state = { kind: "idle" };
    if (!("giveUpAt" in state) || state.giveUpAt > now) return;
    const ending = endingByTime(state);
    if (state.kind === "incoming" && !state.answering) {
      this.#outbox.ask({ kind: "declineCall", call: state.call, reason: "no-answer" });
    } else {
      this.#outbox.ask({ kind: "endCall", call: state.call });
    }
    this.end(now, state, ending);
  }

  pollTimeout(): Deadline | undefined {
    const state = this.#state;
    if (state.kind === "ended")
      return { at: state.until, reason: "phone: the ended call is no longer shown" };
    return "giveUpAt" in state
      ? { at: state.giveUpAt, reason: `phone: ${state.kind} for too long` }
      : undefined;
  }

  pollEffect(): PhoneEffect | undefined {
    return this.#outbox.pollEffect();
  }

  pollEvent(): PhoneEvent | undefined {
    return this.#outbox.pollEvent();
  }

  private current(): CurrentCall | undefined {
    const { state } = this;
    return state.kind === "idle" || state.kind === "ended" ? undefined : state;
  }

  private end(now: Instant, call: CurrentCall, { outcome, sentence }: CallEnding): void {
    const talkedMs = call.kind === "talking" ? elapsed(call.talkingSince, now) : 0;
    const direction =
      call.kind === "incoming" || (call.kind === "talking" && call.direction === "incoming")
        ? "incoming"
        : "outgoing";
    const from = "party" in call ? call.party : { name: call.name };
    this.talking.end();
    this.#state = { kind: "ended", name: call.name, outcome, until: after(now, endedShownMs) };
    this.write({
      direction,
      from: { ...from, name: call.name },
      startedAt: call.startedAt,
      outcome,
      talkedMs,
    });
    this.tell("ended", sentence, { name: call.name, call: call.call, outcome, direction, talkedMs });
  }

  private write(entry: {
    direction: "incoming" | "outgoing";
    from: Party;
    startedAt: Instant;
    outcome: CallEnding["outcome"];
    talkedMs: number;
  }): void {
    const { from, ...rest } = entry;
    const { name, phone } = from;
    const who = phone === undefined ? { name } : { name, nodeId: phone.nodeId };
    this.log.add({ ...rest, ...who, bootCount: this.#bootCount });
    this.#outbox.ask({ kind: "saveCallLog" });
  }

  /** The first call that is answered ties the name to the phone that answered (protocol.md §1). */
  private pinFirst(name: string, party: Party): void {
    const { phone, fullName } = party;
    if (phone === undefined) return;
    if (this.book.judge(name, phone) !== "unknown") return this.warnOfOther({ name, phone });
    if (this.book.pin(name, phone, fullName) === "full")
      return this.refuse(`The phone book is full: ${name} was not noted.`);
    this.#outbox.ask({ kind: "saveContacts" });
    const facts = { name, nodeId: toHex(phone.nodeId) };
    this.tell("pinned", `${name} is now known to you as phone …${shortId(phone.nodeId)}.`, facts);
  }

  private warnOfOther({ name, phone }: Party): void {
    if (phone === undefined || this.book.judge(name, phone) !== "other") return;
    const sentence = `This is not the phone you know as ${name}: be careful.`;
    this.tell("keyChanged", sentence, { name, nodeId: toHex(phone.nodeId) });
  }

  private refuse(sentence: string): void {
    this.#outbox.refuse(sentence);
  }

  private tell(event: PhoneEvent["event"], sentence: string, facts: PhoneEvent["facts"]): void {
    this.#outbox.tell(event, sentence, facts);
  }
}
