import assert from "node:assert/strict";
import { after, type Instant, instant } from "../../../firmware/core/time.js";
import { octetText } from "../../../firmware/wire/sip/octets.js";
import { OverlayLine } from "../../../firmware/usage/sip/overlay-line.js";
import { UserAgent } from "../../../firmware/usage/sip/user-agent.js";
import type { UserAgentEvent } from "../../../firmware/usage/sip/user-agent-event.js";
import { Chance } from "./chance.js";

/** Faults of the links, in percent of the messages; delays in ms. */
export interface Faults {
  readonly loss: number;
  readonly duplication: number;
  readonly delayMin: number;
  readonly delayMax: number;
}

export const calm: Faults = { loss: 0, duplication: 0, delayMin: 10, delayMax: 10 };
export const rough: Faults = { loss: 20, duplication: 10, delayMin: 5, delayMax: 900 };

/** A phone on the switchboard. */
export interface Phone {
  readonly name: string;
  readonly nodeKey: string;
  readonly agent: UserAgent;
  readonly events: UserAgentEvent[];
  /** Where it takes media. */
  readonly media: { address: string; port: number };
}

interface Flight {
  readonly at: Instant;
  readonly order: number;
  readonly from: Phone;
  readonly to: string;
  readonly bytes: Uint8Array;
}

/** Phones with authenticated links between all of them, in virtual time; every run of one seed is the same. */
export class Switchboard {
  now: Instant = instant(0);
  faults: Faults;
  readonly phones = new Map<string, Phone>();
  /** First lines of all messages, in the order they were sent: "alice>bob INVITE", "bob>alice 180 INVITE". */
  readonly log: string[] = [];
  /** Every message sent, as bytes. */
  readonly sent: Uint8Array[] = [];
  /** Decides by hand what becomes of a message; `false` loses it. */
  filter: ((line: string) => boolean) | undefined;
  readonly #chance: Chance;
  #flights: Flight[] = [];
  #order = 0;

  constructor(seed: number, faults: Faults = calm) {
    this.#chance = new Chance(seed);
    this.faults = faults;
  }

  /** A phone of user `name`; a second one of the same user gets another Node-ID. */
  phone(name: string, device = 1): Phone {
    const nodeKey = [...name]
      .map((letter) => letter.charCodeAt(0).toString(16))
      .join("")
      .padEnd(31, "0")
      .concat(`${device}`);
    const random = new Chance(1000 + this.phones.size);
    const identity = { userName: name, overlayName: "home.example", nodeKey };
    const agent = new UserAgent({ line: new OverlayLine(identity, random), random });
    const media = { address: `192.0.2.${this.phones.size + 1}`, port: 6084 };
    const phone: Phone = { name, nodeKey, agent, events: [], media };
    this.phones.set(nodeKey, phone);
    return phone;
  }

  /** Calls `to` on the devices given. */
  dial(from: Phone, to: string, ...devices: readonly Phone[]): number {
    const targets = devices.map((device) => ({ nodeKey: device.nodeKey, media: from.media }));
    const call = from.agent.invite(this.now, to, targets);
    assert.ok(call !== undefined, "a call was under way");
    this.drain();
    return call;
  }

  /** Does something at a phone, and sends what comes of it. */
  act(phone: Phone, action: (agent: UserAgent, now: Instant) => void): void {
    action(phone.agent, this.now);
    this.drain();
  }

  /** Gives a phone bytes as if `from` had sent them. */
  inject(phone: Phone, from: { nodeKey: string; userName: string }, bytes: Uint8Array): void {
    phone.agent.handleMessage(this.now, from, bytes, false);
    this.drain();
  }

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

  /** Events of a phone by kind, and forgets them. */
  take(phone: Phone): UserAgentEvent[] {
    return phone.events.splice(0);
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
    assert.ok(
      event !== undefined,
      `${phone.name}: no ${kind} among ${phone.events.map((each) => each.kind).join()}`,
    );
    return event;
  }

  /** Lets time pass until nothing is left to be done anywhere; everything must have ended within two minutes. */
  settle(): void {
    this.run(120_000);
    for (const { name, agent } of this.phones.values()) {
      const { transactions, outgoing, incoming, sessions, requests } = agent.describe();
      assert.deepEqual(
        { transactions, outgoing, incoming, sessions, requests },
        { transactions: 0, outgoing: 0, incoming: 0, sessions: 0, requests: 0 },
        `${name} is stuck`,
      );
      assert.equal(agent.pollTimeout(), undefined);
      assert.equal(agent.busy, false);
    }
  }

  drain(): void {
    for (const phone of this.phones.values()) {
      for (let event = phone.agent.pollEvent(); event !== undefined; event = phone.agent.pollEvent()) {
        phone.events.push(event);
      }
      for (let out = phone.agent.pollTransmit(); out !== undefined; out = phone.agent.pollTransmit()) {
        this.#send(phone, out.to, out.bytes);
      }
    }
  }

  #send(from: Phone, to: string, bytes: Uint8Array): void {
    const line = `${from.name}>${this.phones.get(to)?.name ?? "?"} ${summary(bytes)}`;
    this.log.push(line);
    this.sent.push(bytes);
    if (this.filter !== undefined && !this.filter(line)) return;
    const { loss, duplication, delayMin, delayMax } = this.faults;
    if (this.#chance.percent(loss)) return;
    const copies = this.#chance.percent(duplication) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const at = after(this.now, delayMin + this.#chance.below(delayMax - delayMin + 1));
      this.#flights.push({ at, order: this.#order++, from, to, bytes });
    }
  }

  #nextInstant(): Instant | undefined {
    let first: Instant | undefined;
    for (const { at } of this.#flights) if (first === undefined || at < first) first = at;
    for (const { agent } of this.phones.values()) {
      const deadline = agent.pollTimeout();
      if (deadline !== undefined && (first === undefined || deadline.at < first)) first = deadline.at;
    }
    return first;
  }

  #turn(): void {
    const arrived = this.#flights.filter((flight) => flight.at <= this.now);
    this.#flights = this.#flights.filter((flight) => flight.at > this.now);
    for (const { from, to, bytes } of arrived.sort((a, b) => a.at - b.at || a.order - b.order)) {
      const peer = { nodeKey: from.nodeKey, userName: from.name };
      this.phones.get(to)?.agent.handleMessage(this.now, peer, bytes, false);
      this.drain();
    }
    for (const { agent } of this.phones.values()) {
      const deadline = agent.pollTimeout();
      if (deadline !== undefined && deadline.at <= this.now) agent.handleTimeout(this.now);
    }
    this.drain();
  }
}

/** "INVITE" or "180 INVITE". */
function summary(bytes: Uint8Array): string {
  const text = octetText(bytes);
  const method = /\r\nCSeq: \d+ (\S+)/.exec(text)?.[1] ?? "?";
  return text.startsWith("SIP/2.0 ") ? `${text.slice(8, 11)} ${method}` : text.slice(0, text.indexOf(" "));
}
