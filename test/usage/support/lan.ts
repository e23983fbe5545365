import assert from "node:assert/strict";
import { type Endpoint, endpointText } from "../../../firmware/core/endpoint.js";
import { after, type Instant, instant } from "../../../firmware/core/time.js";
import { StockAgent } from "../../../firmware/usage/sip/stock-agent.js";
import type { UserAgentEvent } from "../../../firmware/usage/sip/user-agent-event.js";
import type { UserAgent } from "../../../firmware/usage/sip/user-agent.js";
import { octetBytes, octetText } from "../../../firmware/wire/sip/octets.js";
import { Chance } from "./chance.js";
import { calm, type Faults } from "./switchboard.js";

/** A handset on the LAN, with the socket of stock SIP. */
export interface LanPhone {
  readonly name: string;
  at: Endpoint;
  readonly stock: StockAgent;
  readonly events: UserAgentEvent[];
  /** In a call of the overlay. */
  engaged: boolean;
}

/** A datagram that was sent, and when. */
export interface SentDatagram {
  readonly at: Instant;
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

interface Flight {
  readonly at: Instant;
  readonly order: number;
  readonly from: Endpoint;
  readonly to: string;
  readonly bytes: Uint8Array;
}

/** Handsets and whoever else sends datagrams on one LAN, in virtual time; every run of one seed is the same. */
export class Lan {
  now: Instant = instant(0);
  faults: Faults;
  readonly phones: LanPhone[] = [];
  readonly sent: SentDatagram[] = [];
  /** Decides by hand what becomes of a datagram; `false` loses it. */
  filter: ((datagram: SentDatagram) => boolean) | undefined;
  readonly #chance: Chance;
  #flights: Flight[] = [];
  #order = 0;

  constructor(seed: number, faults: Faults = calm) {
    this.#chance = new Chance(seed);
    this.faults = faults;
  }

  phone(name: string, address: string, port = 5060): LanPhone {
    const stock = new StockAgent({ userName: name, random: new Chance(2000 + this.phones.length) });
    const phone = { name, at: { address, port }, stock, events: [], engaged: false };
    stock.setLocal(phone.at);
    this.phones.push(phone);
    return phone;
  }

  /** Calls whoever is at `to` by the URI a person would use. */
  dial(from: LanPhone, user: string, to: Endpoint): number {
    const media = mediaOf(from);
    const call = from.stock.agent.invite(this.now, user, [{ nodeKey: endpointText(to), media }]);
    assert.ok(call !== undefined, "a call was under way");
    this.drain();
    return call;
  }

  /** Two handsets in a call. */
  connect(caller: LanPhone, callee: LanPhone): void {
    this.dial(caller, uriOf(callee), callee.at);
    this.run(100);
    this.answer(callee);
    this.run(100);
    this.last(caller, "established");
    this.last(callee, "established");
  }

  answer(phone: LanPhone): void {
    this.act(phone, (agent) => agent.answer(this.now, mediaOf(phone)));
  }

  act(phone: LanPhone, action: (agent: UserAgent) => void): void {
    action(phone.stock.agent);
    this.drain();
  }

  /** Gives a phone a datagram as if it came from `from`, and returns what it sends at once. */
  give(phone: LanPhone, from: Endpoint, text: string): SentDatagram[] {
    const before = this.sent.length;
    phone.stock.handleDatagram(this.now, from, octetBytes(text), phone.engaged);
    this.drain();
    return this.sent.slice(before);
  }

  /** Another address for a phone, as roaming brings it. */
  roam(phone: LanPhone, at: Endpoint): void {
    phone.at = at;
    phone.stock.setLocal(at);
  }

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

  last<Kind extends UserAgentEvent["kind"]>(
    phone: LanPhone,
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

  /** First words of all datagrams: "alice>192.0.2.2:5060 INVITE", "bob>192.0.2.1:5060 200 BYE". */
  get log(): string[] {
    return this.sent.map(({ from, to, text }) => `${from}>${to} ${summary(text)}`);
  }

  /** Lets time pass until nothing is left to be done at any phone. */
  settle(): void {
    this.run(150_000);
    for (const { name, stock } of this.phones) {
      const { transactions, outgoing, incoming, sessions, requests } = stock.agent.describe();
      assert.deepEqual(
        { transactions, outgoing, incoming, sessions, requests },
        { transactions: 0, outgoing: 0, incoming: 0, sessions: 0, requests: 0 },
        `${name} is stuck`,
      );
      assert.equal(stock.pollTimeout(), undefined);
      assert.equal(stock.agent.busy, false);
    }
  }

  drain(): void {
    for (const phone of this.phones) {
      for (let event = phone.stock.agent.pollEvent(); event !== undefined;) {
        phone.events.push(event);
        event = phone.stock.agent.pollEvent();
      }
      for (let out = phone.stock.pollTransmit(); out !== undefined; out = phone.stock.pollTransmit()) {
        this.#send(phone, out.to, out.bytes);
      }
    }
  }

  #send(from: LanPhone, to: Endpoint, bytes: Uint8Array): void {
    const sent = { at: this.now, from: from.name, to: endpointText(to), text: octetText(bytes) };
    this.sent.push(sent);
    if (this.filter !== undefined && !this.filter(sent)) return;
    const { loss, duplication, delayMin, delayMax } = this.faults;
    if (this.#chance.percent(loss)) return;
    const copies = this.#chance.percent(duplication) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const at = after(this.now, delayMin + this.#chance.below(delayMax - delayMin + 1));
      this.#flights.push({ at, order: this.#order++, from: from.at, to: sent.to, bytes });
    }
  }

  #nextInstant(): Instant | undefined {
    let first: Instant | undefined;
    for (const { at } of this.#flights) if (first === undefined || at < first) first = at;
    for (const { stock } of this.phones) {
      const deadline = stock.pollTimeout();
      if (deadline !== undefined && (first === undefined || deadline.at < first)) first = deadline.at;
    }
    return first;
  }

  #turn(): void {
    const arrived = this.#flights.filter((flight) => flight.at <= this.now);
    this.#flights = this.#flights.filter((flight) => flight.at > this.now);
    for (const { from, to, bytes } of arrived.sort((a, b) => a.at - b.at || a.order - b.order)) {
      const phone = this.phones.find(({ at }) => endpointText(at) === to);
      phone?.stock.handleDatagram(this.now, from, bytes, phone.engaged);
      this.drain();
    }
    for (const { stock } of this.phones) {
      const deadline = stock.pollTimeout();
      if (deadline !== undefined && deadline.at <= this.now) stock.handleTimeout(this.now);
    }
    this.drain();
  }
}

/** How a person calls a handset by its address. */
export function uriOf({ name, at }: LanPhone): string {
  return `sip:${name}@${at.address}${at.port === 5060 ? "" : `:${at.port}`}`;
}

/** Where a handset takes speech from stock phones. */
export function mediaOf({ at }: LanPhone): Endpoint {
  return { address: at.address, port: 5004 };
}

/** "INVITE" or "180 INVITE". */
export function summary(text: string): string {
  const method = /\r\nCSeq: \d+ (\S+)/.exec(text)?.[1] ?? "?";
  return text.startsWith("SIP/2.0 ") ? `${text.slice(8, 11)} ${method}` : text.slice(0, text.indexOf(" "));
}

/** The value of the first header field of that name. */
export function header(text: string, name: string): string {
  return new RegExp(`\\r\\n${name}: ([^\\r]*)`).exec(text)?.[1] ?? "";
}
