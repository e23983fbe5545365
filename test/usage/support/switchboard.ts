import assert from "node:assert/strict";
import type { Instant } from "../../../firmware/core/time.js";
import { OverlayLine } from "../../../firmware/usage/sip/overlay-line.js";
import { UserAgent } from "../../../firmware/usage/sip/user-agent.js";
import type { UserAgentEvent } from "../../../firmware/usage/sip/user-agent-event.js";
import { octetText } from "../../../firmware/wire/sip/octets.js";
import { Chance } from "./chance.js";
import { LossyNetwork, type NetworkPhone } from "./lossy-network.js";
import { summary } from "./messages.js";

/** A phone on the switchboard. */
export interface Phone extends NetworkPhone {
  readonly nodeKey: string;
  /** Where it takes media. */
  readonly media: { address: string; port: number };
}

interface LinkMessage {
  readonly from: Phone;
  readonly to: string;
  readonly bytes: Uint8Array;
}

/** Phones with authenticated links between all of them, in virtual time; every run of one seed is the same. */
export class Switchboard extends LossyNetwork<Phone, LinkMessage> {
  readonly phones = new Map<string, Phone>();
  /** First lines of all messages, in the order they were sent: "alice>bob INVITE", "bob>alice 180 INVITE". */
  readonly log: string[] = [];
  /** Every message sent, as bytes. */
  readonly sent: Uint8Array[] = [];
  /** Decides by hand what becomes of a message; `false` loses it. */
  filter: ((line: string) => boolean) | undefined;

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

  /** Events of a phone by kind, and forgets them. */
  take(phone: Phone): UserAgentEvent[] {
    return phone.events.splice(0);
  }

  everyPhone(): Iterable<Phone> {
    return this.phones.values();
  }

  waitingAt(phone: Phone): UserAgent {
    return phone.agent;
  }

  transmit(from: Phone): void {
    for (let out = from.agent.pollTransmit(); out !== undefined; out = from.agent.pollTransmit()) {
      const { to, bytes } = out;
      const line = `${from.name}>${this.phones.get(to)?.name ?? "?"} ${summary(octetText(bytes))}`;
      this.log.push(line);
      this.sent.push(bytes);
      if (this.filter === undefined || this.filter(line)) this.carry({ from, to, bytes });
    }
  }

  deliver({ from, to, bytes }: LinkMessage): void {
    const peer = { nodeKey: from.nodeKey, userName: from.name };
    this.phones.get(to)?.agent.handleMessage(this.now, peer, bytes, false);
  }
}
