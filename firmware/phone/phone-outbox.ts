import type { PhoneEffect, PhoneEvent } from "./phone-event.js";

/** What the phone wants done and has to tell, until it is taken; a turn of the phone makes no more than a few. */
export class PhoneOutbox {
  /** Absent while they are empty. */
  #effects: PhoneEffect[] | undefined;
  #events: PhoneEvent[] | undefined;

  /** Something is to be done. */
  ask(effect: PhoneEffect): void {
    (this.#effects ??= []).push(effect);
  }

  /** The person is to be told `sentence`, a program `facts`. */
  tell(event: PhoneEvent["event"], sentence: string, facts: PhoneEvent["facts"]): void {
    (this.#events ??= []).push({ event, sentence, facts });
  }

  /** What was asked for makes no sense now. */
  refuse(sentence: string): void {
    this.tell("refused", sentence, {});
  }

  /** The next thing to be done; `undefined`: there is none. */
  pollEffect(): PhoneEffect | undefined {
    const effect = this.#effects?.shift();
    if (effect === undefined) this.#effects = undefined;
    return effect;
  }

  /** The next thing to be told; `undefined`: there is none. */
  pollEvent(): PhoneEvent | undefined {
    const event = this.#events?.shift();
    if (event === undefined) this.#events = undefined;
    return event;
  }
}
