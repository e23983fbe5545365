import assert from "node:assert/strict";
import { after, type Deadline, type Instant, instant } from "../../../firmware/core/time.js";
import type { UserAgentEvent } from "../../../firmware/usage/sip/user-agent-event.js";
import type { UserAgent } from "../../../firmware/usage/sip/user-agent.js";
import { Chance } from "./chance.js";

/** Faults of a network, in percent of the messages; delays in ms. */
export interface Faults {
  readonly loss: number;
  readonly duplication: number;
  readonly delayMin: number;
  readonly delayMax: number;
}

export const calm: Faults = { loss: 0, duplication: 0, delayMin: 10, delayMax: 10 };
export const rough: Faults = { loss: 20, duplication: 10, delayMin: 5, delayMax: 900 };

/** What a phone has in every network: a user agent, and what became of it. */
export interface NetworkPhone {
  readonly name: string;
  readonly agent: UserAgent;
  readonly events: UserAgentEvent[];
}

/** What the network waits on at a phone: its user agent, or what carries that. */
export interface Waiting {
  pollTimeout(): Deadline | undefined;
  handleTimeout(now: Instant): void;
}

interface Flight<Message> {
  readonly at: Instant;
  readonly order: number;
  readonly message: Message;
}

/** Phones and the messages on their way between them, in virtual time; every run of one seed is the same. */
export abstract class LossyNetwork<Phone extends NetworkPhone, Message> {
  now: Instant = instant(0);
  faults: Faults;
  readonly #chance: Chance;
  #flights: Flight<Message>[] = [];
  #order = 0;

  constructor(seed: number, faults: Faults = calm) {
    this.#chance = new Chance(seed);
    this.faults = faults;
  }

  abstract everyPhone(): Iterable<Phone>;

  abstract waitingAt(phone: Phone): Waiting;

  /** Sends what waits at a phone. */
  abstract transmit(phone: Phone): void;

  /** Gives a message that has arrived to the phone it is for, if there is one. */
  abstract deliver(message: Message): void;

  /** Lets `ms` pass. */
  run(ms: number): void {
    const until = after(this.now, ms);
    for (let steps = 0; ; steps++) {
      assert.ok(steps < 100_000, "time stands still");
      const next = this.#nextInstant();
      if (next === undefined || next > until) break;
      this.now = next > this.now ? next : this.now;
      this.#turn();
    }
    this.now = until;
  }

  /** The last event of one kind. */
  last<Kind extends UserAgentEvent["kind"]>(
    phone: Phone,
    kind: Kind,
  ): Extract<UserAgentEvent, { kind: Kind }> {
    const found = phone.events.filter(
      (event): event is Extract<UserAgentEvent, { kind: Kind }> => event.kind === kind,
    );
    const event = found[found.length - 1];
    const kinds = phone.events.map((each) => each.kind).join();
    assert.ok(event !== undefined, `${phone.name}: no ${kind} among ${kinds}`);
    return event;
  }

  /** Lets time pass until nothing is left to be done anywhere; everything must have ended within two minutes. */
  settle(): void {
    this.run(120_000);
    for (const phone of this.everyPhone()) {
      const { transactions, outgoing, incoming, sessions, requests } = phone.agent.describe();
      assert.deepEqual(
        { transactions, outgoing, incoming, sessions, requests },
        { transactions: 0, outgoing: 0, incoming: 0, sessions: 0, requests: 0 },
        `${phone.name} is stuck`,
      );
      assert.equal(this.waitingAt(phone).pollTimeout(), undefined);
      assert.equal(phone.agent.busy, false);
    }
  }

  /** Takes what every phone tells and sends. */
  drain(): void {
    for (const phone of this.everyPhone()) {
      for (let event = phone.agent.pollEvent(); event !== undefined; event = phone.agent.pollEvent()) {
        phone.events.push(event);
      }
      this.transmit(phone);
    }
  }

  /** A message sets out: it is lost, or arrives once or twice, as the faults have it. */
  carry(message: Message): void {
    const { loss, duplication, delayMin, delayMax } = this.faults;
    if (this.#chance.percent(loss)) return;
    const copies = this.#chance.percent(duplication) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const at = after(this.now, delayMin + this.#chance.below(delayMax - delayMin + 1));
      this.#flights.push({ at, order: this.#order++, message });
    }
  }

  #nextInstant(): Instant | undefined {
    let first: Instant | undefined;
    for (const { at } of this.#flights) if (first === undefined || at < first) first = at;
    for (const phone of this.everyPhone()) {
      const deadline = this.waitingAt(phone).pollTimeout();
      if (deadline !== undefined && (first === undefined || deadline.at < first)) first = deadline.at;
    }
    return first;
  }

  #turn(): void {
    const arrived = this.#flights.filter((flight) => flight.at <= this.now);
    this.#flights = this.#flights.filter((flight) => flight.at > this.now);
    for (const { message } of arrived.sort((a, b) => a.at - b.at || a.order - b.order)) {
      this.deliver(message);
      this.drain();
    }
    for (const phone of this.everyPhone()) {
      const waiting = this.waitingAt(phone);
      const deadline = waiting.pollTimeout();
      if (deadline !== undefined && deadline.at <= this.now) waiting.handleTimeout(this.now);
    }
    this.drain();
  }
}
