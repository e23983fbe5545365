import assert from "node:assert/strict";
import { type Endpoint, endpointText } from "../../../firmware/core/endpoint.js";
import type { Instant } from "../../../firmware/core/time.js";
import { StockAgent } from "../../../firmware/usage/sip/stock-agent.js";
import type { UserAgent } from "../../../firmware/usage/sip/user-agent.js";
import { octetBytes, octetText } from "../../../firmware/wire/sip/octets.js";
import { Chance } from "./chance.js";
import { LossyNetwork, type NetworkPhone } from "./lossy-network.js";
import { summary } from "./messages.js";

/** A handset on the LAN, with the socket of stock SIP. */
export interface LanPhone extends NetworkPhone {
  at: Endpoint;
  readonly stock: StockAgent;
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

interface Datagram {
  readonly from: Endpoint;
  readonly to: string;
  readonly bytes: Uint8Array;
}

/** Handsets and whoever else sends datagrams on one LAN, in virtual time; every run of one seed is the same. */
export class Lan extends LossyNetwork<LanPhone, Datagram> {
  readonly phones: LanPhone[] = [];
  readonly sent: SentDatagram[] = [];
  /** Decides by hand what becomes of a datagram; `false` loses it. */
  filter: ((datagram: SentDatagram) => boolean) | undefined;

  phone(name: string, address: string, port = 5060): LanPhone {
    const stock = new StockAgent({ userName: name, random: new Chance(2000 + this.phones.length) });
    const { agent } = stock;
    const phone: LanPhone = { name, at: { address, port }, stock, agent, events: [], engaged: false };
    stock.setLocal(phone.at);
    this.phones.push(phone);
    return phone;
  }

  /** Calls whoever is at `to` by the URI a person would use. */
  dial(from: LanPhone, user: string, to: Endpoint): number {
    const media = mediaOf(from);
    const call = from.agent.invite(this.now, user, [{ nodeKey: endpointText(to), media }]);
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
    action(phone.agent);
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

  /** First words of all datagrams: "alice>192.0.2.2:5060 INVITE", "bob>192.0.2.1:5060 200 BYE". */
  get log(): string[] {
    return this.sent.map(({ from, to, text }) => `${from}>${to} ${summary(text)}`);
  }

  everyPhone(): Iterable<LanPhone> {
    return this.phones;
  }

  waitingAt(phone: LanPhone): StockAgent {
    return phone.stock;
  }

  transmit({ name, at, stock }: LanPhone): void {
    for (let out = stock.pollTransmit(); out !== undefined; out = stock.pollTransmit()) {
      const { bytes } = out;
      const sent = { at: this.now, from: name, to: endpointText(out.to), text: octetText(bytes) };
      this.sent.push(sent);
      if (this.filter === undefined || this.filter(sent)) this.carry({ from: at, to: sent.to, bytes });
    }
  }

  deliver({ from, to, bytes }: Datagram): void {
    const phone = this.phones.find(({ at }) => endpointText(at) === to);
    phone?.stock.handleDatagram(this.now, from, bytes, phone.engaged);
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
