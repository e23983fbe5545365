import { messagesAwaitedMax } from "../core/limits.js";
import { none } from "../core/none.js";
import type { PhoneOutbox } from "./phone-outbox.js";

/** Text messages on their way, at most `messagesAwaitedMax`: each ends as delivered or failed. */
export class TextMessages {
  readonly #outbox: PhoneOutbox;
  #awaited: readonly { readonly message: number; readonly name: string }[] = none;
  #count = 0;

  constructor(outbox: PhoneOutbox) {
    this.#outbox = outbox;
  }

  /** How many are on their way. */
  get awaited(): number {
    return this.#awaited.length;
  }

  /** Sends a text to a name; refused in words while too many are on their way. */
  send(name: string, text: string): void {
    if (this.#awaited.length >= messagesAwaitedMax)
      return this.#outbox.refuse("Too many messages are still on their way.");
    const message = ++this.#count;
    this.#awaited = [...this.#awaited, { message, name }];
    this.#outbox.ask({ kind: "sendMessage", message, name, text });
  }

  /** The other phone has it; `message` is the number given with the effect. */
  handleDelivered(message: number): void {
    const name = this.take(message);
    if (name !== undefined)
      this.#outbox.tell("messageDelivered", `${name} got your message.`, { name, message });
  }

  /** `reason`: a phrase, as in "no phone of that name". */
  handleFailed(message: number, reason: string): void {
    const name = this.take(message);
    if (name === undefined) return;
    const sentence = `${name} did not get your message: ${reason}.`;
    this.#outbox.tell("messageFailed", sentence, { name, message, reason });
  }

  private take(message: number): string | undefined {
    const taken = this.#awaited.find((one) => one.message === message);
    this.#awaited = this.#awaited.filter((one) => one !== taken);
    return taken?.name;
  }
}
