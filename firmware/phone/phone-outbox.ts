import type { PhoneEffect, PhoneEvent } from "./phone-event.js";

/** What the phone wants done and has to tell, until it is taken; a turn of the phone makes no more than a few. */
export class PhoneOutbox {
  readonly #effects: PhoneEffect[] = [];
  readonly #events: PhoneEvent[] = [];

  /** Something is to be done. */
  ask(effect: PhoneEffect): void {
    this.#effects.push(effect);
  }

  /** The person is to be told `sentence`, a program `facts`. */
  tell(event: PhoneEvent["event"], sentence: string, facts: PhoneEvent["facts"]): void {
    this.#events.push({ event, sentence, facts });
  }

  /** What was asked for makes no sense now. */
  refuse(sentence: string): void {
    this.tell("refused", sentence, {});
  }

  /** The next thing to be done; `undefined`: there is none. */
  pollEffect(): PhoneEffect | undefined {
    return this.#effects.shift();
  }

  /** The next thing to be told; `undefined`: there is none. */
  pollEvent(): PhoneEvent | undefined {
    return this.#events.shift();
  }
}
