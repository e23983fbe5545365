import { nodeId } from "../../firmware/core/node-id.js";
import { after, instant, type Instant } from "../../firmware/core/time.js";
import type { Pin } from "../../firmware/phone/phone-book.js";
import type { Party } from "../../firmware/phone/call-state.js";
import type { PhoneEffect, PhoneEvent } from "../../firmware/phone/phone-event.js";
import { Phone } from "../../firmware/phone/phone.js";

/** A phone whose identifiers are all `fill`. */
export function phoneOf(fill: number): Pin {
  return { nodeId: nodeId(new Uint8Array(16).fill(fill)), publicKey: new Uint8Array(32).fill(fill) };
}

/** Somebody of the overlay, with his phone. */
export interface Peer extends Party {
  readonly phone: Pin;
}

export function party(name: string, fill: number): Peer {
  return { name, phone: phoneOf(fill) };
}

export const bob = party("bob", 0xb0);
export const carol = party("carol", 0xca);

/** A phone, its clock and its owner. */
export class Desk {
  readonly phone = new Phone(7);
  now: Instant = instant(1000);

  /** The state's name. */
  get kind(): string {
    return this.phone.state.kind;
  }

  /** Lets time pass, with every timeout at its time. */
  wait(milliseconds: number): void {
    const until = after(this.now, milliseconds);
    for (
      let due = this.phone.pollTimeout();
      due !== undefined && due.at <= until;
      due = this.phone.pollTimeout()
    ) {
      this.now = due.at;
      this.phone.handleTimeout(this.now);
    }
    this.now = until;
  }

  /** What the phone wanted done since the last call. */
  effects(): PhoneEffect[] {
    const all: PhoneEffect[] = [];
    for (let one = this.phone.pollEffect(); one !== undefined; one = this.phone.pollEffect()) all.push(one);
    return all;
  }

  /** What it told since the last call; `said` as sentences. */
  events(): PhoneEvent[] {
    const all: PhoneEvent[] = [];
    for (let one = this.phone.pollEvent(); one !== undefined; one = this.phone.pollEvent()) all.push(one);
    return all;
  }

  said(): string[] {
    return this.events().map(({ event, sentence }) => `${event}: ${sentence}`);
  }
}
