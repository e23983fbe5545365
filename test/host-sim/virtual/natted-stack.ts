import assert from "node:assert/strict";
import { musterPort } from "../../../firmware/core/limits.js";
import { Nat, type NatBehaviour } from "../../../host-sim/virtual/nat.js";
import { Prng } from "../../../host-sim/virtual/prng.js";
import { FullStack } from "../../support/full-stack.js";
import { seed } from "../../support/seed.js";

/** The phones outside all NATs. */
export const outside: readonly string[] = ["carol", "dave", "erin"];

/** Phones of the internet that all others are told, and any that are behind NATs of their own or of several. */
export class NattedStack extends FullStack {
  readonly #nats = new Map<string, Nat>();

  /** Switches the phones outside on: `count` of them, in one LAN, reached by everybody. */
  outside(count = outside.length): void {
    outside.forEach((name, i) => this.#place(name, `198.51.100.${10 + i}`, "outside"));
    this.on(outside.slice(0, count), { settings: { role: "peer" } });
    for (const name of outside.slice(0, count)) this.next(name, "registered");
  }

  /** A phone in the LAN of a NAT, which is made for the first of it. */
  behind(name: string, lan: number, behaviour: NatBehaviour, settings: Record<string, string> = {}): void {
    const nat =
      this.#nats.get(`${lan}`) ?? new Nat(`203.0.113.${lan}`, behaviour, new Prng(`${seed} ${lan}`));
    this.#nats.set(`${lan}`, nat);
    const address = `192.168.${lan}.${10 + this.lab.handsets.size}`;
    this.#place(name, address, `lan ${lan}`);
    this.lab.network.setNat(address, nat);
    const bootstrap = outside.map((other) => `${this.lab.addressOf(other)}:${musterPort}`).join(",");
    this.on([name], { settings: { bootstrap, ...settings } });
  }

  message(from: string, to: string, text: string): void {
    this.type(from, `message ${to} ${text}`);
    assert.equal(this.next(to, "messageReceived", 10_000)["text"], text);
    this.next(from, "messageDelivered");
  }

  /** Where a phone has another, as its `peers` prints it. */
  pathOf(name: string, other: string): string | undefined {
    const { peers } = this.ask(name, "peers", "peers") as unknown as {
      peers: readonly { readonly name: string; readonly address: string }[];
    };
    return peers.find((peer) => peer.name === other)?.address;
  }

  role(name: string): Readonly<Record<string, unknown>> {
    return this.ask(name, "status", "status")["role"] as Readonly<Record<string, unknown>>;
  }

  #place(name: string, address: string, lan: string): void {
    this.lab.move(name, address);
    this.lab.network.setSegment(address, lan);
  }
}
