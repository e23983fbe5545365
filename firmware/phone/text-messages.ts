import { messagesAwaitedMax } from "../core/limits.js";
import type { PhoneOutbox } from "./phone-outbox.js";

/** Text messages on their way, at most `messagesAwaitedMax`: each ends as delivered or failed. */
export class TextMessages {
  readonly #outbox: PhoneOutbox;
  readonly #awaited = new Map<number, string>();
  #count = 0;

  constructor(outbox: PhoneOutbox) {
    this.#outbox = outbox;
  }

  /** How many are on their way. */
  get awaited(): number {
    return this.#awaited.size;
  }

  /** Sends a text to a name; refused in words while too many are on their way. */
  send(name: string, text: string): void {
    if (this.#awaited.size >= messagesAwaitedMax)
      return this.#outbox.refuse("Too many messages are still on their way.");
    const message = ++this.#count;
    this.#awaited.set(message, name);
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
    const name = this.#awaited.get(message);
    this.#awaited.delete(message);
    return name;
  }
}
