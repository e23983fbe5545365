import type { CallChange, CallId, Talk } from "./call-state.js";
import type { SpeechCodec } from "./phone-event.js";
import type { PhoneOutbox } from "./phone-outbox.js";
import { heldSentence, refusedChangeSentence } from "./sentence.js";

/**
 * The call that stands: keys, hold, another codec, another address, silence. What the person wants changed is asked for
 * only; it is so once both sides have agreed.
 */
export class Talking {
  readonly #outbox: PhoneOutbox;
  #talk: Talk | undefined;

  constructor(outbox: PhoneOutbox) {
    this.#outbox = outbox;
  }

  /** The call that stands; `undefined`: there is none. */
  get talk(): Talk | undefined {
    return this.#talk;
  }

  /** A call was answered: nobody holds it, and the other side is heard. */
  begin(call: Omit<Talk, "kind" | "heldHere" | "heldThere" | "silent">): void {
    this.#talk = { kind: "talking", ...call, heldHere: false, heldThere: false, silent: false };
  }

  /** The call is over. */
  end(): void {
    this.#talk = undefined;
  }

  // What the person does ------------------------------------------------------------------------------------

  /** Sends keys: digits 0-9, *, #, A-D. */
  dial(digits: string): void {
    if (this.#talk === undefined) return this.#outbox.refuse("Keys can be sent during a call only.");
    this.#outbox.ask({ kind: "sendDigits", call: this.#talk.call, digits });
  }

  /** Asks for the call to be held by this phone; refused in words where that makes no sense. */
  hold(): void {
    const talk = this.#talk;
    if (talk === undefined) return this.#outbox.refuse("There is no call to hold.");
    if (talk.heldHere) return this.#outbox.refuse(`The call with ${talk.name} is on hold already.`);
    this.#outbox.ask({ kind: "holdCall", call: talk.call, held: true });
  }

  /** Asks for the call to be taken up again; only who holds it can do so. */
  resume(): void {
    const talk = this.#talk;
    if (talk === undefined) return this.#outbox.refuse("There is no call to take up again.");
    if (talk.heldHere) this.#outbox.ask({ kind: "holdCall", call: talk.call, held: false });
    else if (talk.heldThere) this.#outbox.refuse(`It is ${talk.name} who holds the call.`);
    else this.#outbox.refuse(`The call with ${talk.name} is not on hold.`);
  }

  /** Has speech coded otherwise from now on. */
  recode(codec: SpeechCodec): void {
    const talk = this.#talk;
    if (talk === undefined) return this.#outbox.refuse("There is no call to change the codec of.");
    this.#outbox.ask({ kind: "changeCodec", call: talk.call, codec });
  }

  // What happens --------------------------------------------------------------------------------------------

  /** A key was pressed at the other end. */
  handleDigit(call: CallId, digit: string): void {
    const name = this.find(call)?.name;
    if (name !== undefined) this.#outbox.tell("digit", `${name} pressed ${digit}.`, { name, digit });
  }

  /** The other side takes no keys. */
  handleDigitsRefused(call: CallId): void {
    const name = this.find(call)?.name;
    if (name === undefined) return;
    this.#outbox.refuse(`The phone of ${name} takes no keys, or too many wait to be sent.`);
  }

  /** Who holds the call now, as both sides agreed. */
  handleHeld(call: CallId, heldHere: boolean, heldThere: boolean): void {
    const talk = this.find(call);
    if (talk === undefined) return;
    this.#talk = { ...talk, heldHere, heldThere };
    if (heldHere !== talk.heldHere) this.tellHeld(talk, "here", heldHere, heldThere);
    if (heldThere !== talk.heldThere) this.tellHeld(talk, "there", heldThere, heldHere);
  }

  /** Speech is coded otherwise from now on. */
  handleRecoded(call: CallId, codec: SpeechCodec): void {
    const name = this.find(call)?.name;
    if (name === undefined) return;
    this.#outbox.tell("recoded", `The call with ${name} uses ${codec} now.`, { name, call, codec });
  }

  /** One of the two phones has another address, and the call has followed it. */
  handleMoved(call: CallId, side: "here" | "there", address: string): void {
    const name = this.find(call)?.name;
    if (name === undefined) return;
    const whose = side === "here" ? "This phone" : `The phone of ${name}`;
    const sentence = `${whose} is at ${address} now, and the call goes on.`;
    this.#outbox.tell("moved", sentence, { name, call, side, address });
  }

  /** For some seconds nothing was heard of the other side; or something is heard again. */
  handleSilent(call: CallId, silent: boolean): void {
    const talk = this.find(call);
    if (talk === undefined || talk.silent === silent) return;
    const { name } = talk;
    this.#talk = { ...talk, silent };
    const silence = `Nothing is heard from ${name}. The connection may come back.`;
    if (silent) this.#outbox.tell("silent", silence, { name, call });
    else this.#outbox.tell("heard", `${name} is heard again.`, { name, call });
  }

  /** The other side wants the call to stay as it is. */
  handleChangeRefused(call: CallId, change: CallChange): void {
    const name = this.find(call)?.name;
    if (name !== undefined) this.#outbox.refuse(refusedChangeSentence(name, change));
  }

  private find(call: CallId): Talk | undefined {
    return this.#talk?.call === call ? this.#talk : undefined;
  }

  private tellHeld({ name, call }: Talk, by: "here" | "there", held: boolean, other: boolean): void {
    const sentence = heldSentence({ name, by, held, other });
    this.#outbox.tell(held ? "held" : "resumed", sentence, { name, call, by });
  }
}
